"""Reads `migrate`: what becomes of running records of an earlier version that are moved to this one."""

from collections.abc import Mapping

from language.definition import Migration, Place
from language.loader import Node
from language.schema.keys import Key, Reading, named, read_keys
from language.schema.written import version, word


def renamed(reading: Reading, node: Node) -> Mapping[str, str]:
    """Read names of the earlier version with those they have now."""
    return named(reading, node, "the names", lambda reading, entry: word(reading, entry.value))


MIGRATE_KEYS = {
    "from": Key(version, "from_", required=True),
    "states": Key(renamed),
    "fields": Key(renamed),
}


def migration(reading: Reading, node: Node) -> Migration | None:
    """Read it; without the version that it is from it says nothing."""
    attributes = read_keys(reading, node, MIGRATE_KEYS, "migrate")
    return Migration(place=Place(node.line, node.column), **attributes) if "from_" in attributes else None
