"""Reads the text of a definition into the data of `language.definition`, and finds every mistake in its form."""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from language.definition import Definition, Field, Place, Transition
from language.loader import Entry, MappingNode, Node, load
from language.problems import LanguageError, Problem, quoted
from language.schema.blocks import block
from language.schema.fields import field
from language.schema.keys import Key, Reading, named, read_keys
from language.schema.migration import migration
from language.schema.states import state
from language.schema.tables import table
from language.schema.targets import target
from language.schema.transitions import of_several_states, start
from language.schema.written import a_scalar, people, text, version, who, word, words, written

NUMBER = re.compile(r"[A-Z][A-Z0-9]{1,9}")


def _prefix(reading: Reading, node: Node) -> str | None:
    scalar = a_scalar(reading, node, "the letters before a number")
    if scalar is not None and not NUMBER.fullmatch(scalar.text):
        message = f"{quoted(scalar.text)} cannot stand before a number"
        reading.refuse(node, "bad-number-prefix", message, "Write 2 to 10 capital letters: INC.")
        return None
    return None if scalar is None else scalar.text


def _fields(reading: Reading, node: Node) -> Mapping[str, Field]:
    """Read the fields, and remember their shapes for the tables."""
    found = named(reading, node, "fields", field)
    reading.shapes.update((name, one.shape) for name, one in found.items())
    return found


KEYS: Mapping[str, Key] = {
    "process": Key(word, required=True),
    "version": Key(version, required=True),
    "title": Key(text, required=True),
    "number": Key(_prefix, required=True),
    "owner": Key(who, required=True),
    "calendar": Key(written),
    "read": Key(words),
    "write": Key(people),
    "start": Key(start, required=True),
    "correlate": Key(word),
    "fields": Key(_fields, required=True),
    "tables": Key(lambda reading, node: named(reading, node, "tables", table)),
    "targets": Key(lambda reading, node: named(reading, node, "targets", target)),
    "blocks": Key(lambda reading, node: named(reading, node, "blocks", block)),
    "states": Key(lambda reading, node: named(reading, node, "states", state), required=True),
    "transitions": Key(lambda reading, node: named(reading, node, "transitions", of_several_states)),
    "migrate": Key(migration),
}

NOTHING = Place(1, 1)
MOST_KEPT = 64
"""Texts whose reading is kept: what is examined is read beside all others, once for each."""


def read_definition(source: str) -> Definition:
    """Read a definition; raise LanguageError with all mistakes of its form at once.

    The same text always gives the same definition. Whether its names mean something is for `language.checker`.
    """
    definition, problems = read_definition_leniently(source)
    if definition is None or problems:
        raise LanguageError(problems)
    return definition


@lru_cache(maxsize=MOST_KEPT)
def read_definition_leniently(source: str) -> tuple[Definition | None, tuple[Problem, ...]]:
    """Read what can be read, leaving out what is wrong, and give the mistakes of form in the order of the text.

    None when there is nothing to go on with: the text is no YAML of the kind we read, or has no keys at its top.
    """
    try:
        node = load(source)
    except LanguageError as error:
        return None, error.problems
    reading = Reading(source.split("\n"))
    if isinstance(node, MappingNode):
        node = MappingNode(_fields_first(node.entries), node.line, node.column)
    found = read_keys(reading, node, KEYS, "a definition")
    problems = LanguageError(reading.problems).problems
    return (_definition(source, found) if found else None), problems


def _fields_first(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Put the fields before everything else: their shapes say what the cells of tables mean."""
    return tuple(sorted(entries, key=lambda entry: entry.key != "fields"))


def _definition(source: str, found: Mapping[str, Any]) -> Definition:
    missing = {"process": "", "version": 0, "title": "", "number": "", "owner": ""}
    parts = {"start": Transition("start", NOTHING), "fields": {}, "states": {}}
    digest = sha256(source.encode()).hexdigest()
    return Definition(**{**missing, **parts, **found, "source": source, "digest": digest})
