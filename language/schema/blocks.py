"""Reads blocks: steps with a name, to be used in several places or to run beside states."""

from language.definition import Block, Place
from language.loader import Entry
from language.schema.keys import Key, Reading, read_keys
from language.schema.steps import steps
from language.schema.written import words

BLOCK_KEYS = {
    "do": Key(steps, required=True),
    "runs_in": Key(words),
}


def block(reading: Reading, entry: Entry) -> Block:
    """Read a block."""
    attributes = {"do": (), **read_keys(reading, entry.value, BLOCK_KEYS, "a block")}
    return Block(entry.key, place=Place(entry.key_line, entry.key_column), **attributes)
