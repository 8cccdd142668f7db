"""Describes to editors what may be written, as JSON Schema (draft 7) made from the key tables of `language.schema`."""
