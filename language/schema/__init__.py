"""What may be written in each part of a definition, and how it becomes the data of `language.definition`."""
