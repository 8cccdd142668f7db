"""The form of a part of a definition: its keys with their readers, and the reading that collects every mistake.

A reader takes the reading and a node and gives the value, or None when it refused the node and said why. What was
refused is left out, so that one look at a text finds all its mistakes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from language.loader import Entry, MappingNode, Node, ScalarNode, SequenceNode
from language.names import HOW_TO_NAME, KEYWORDS, NAME
from language.problems import Problem, did_you_mean, quoted

T = TypeVar("T")


@dataclass(slots=True)
class Reading:
    """One pass over a text: `lines` of it, the mistakes found so far, and what earlier parts have said."""

    lines: list[str]
    problems: list[Problem] = field(default_factory=list)
    shapes: dict[str, Any] = field(default_factory=dict)
    """The shapes of the fields, for the parts that come after them."""
    ids: dict[str, int] = field(default_factory=dict)
    """The ids given to steps, with their lines."""

    def refuse(self, node: Node, code: str, message: str, hint: str = "") -> None:
        """Note a mistake where the node begins."""
        self.refuse_at(node.line, node.column, code, message, hint)

    def refuse_key(self, entry: Entry, code: str, message: str, hint: str = "") -> None:
        """Note a mistake at the key of an entry."""
        self.refuse_at(entry.key_line, entry.key_column, code, message, hint)

    def refuse_at(self, line: int, column: int, code: str, message: str, hint: str = "") -> None:
        """Note a mistake at a line and column."""
        self.problems.append(Problem(line, column, code, message, hint))

    def column(self, node: ScalarNode, offset: int) -> int:
        """Give the column of a letter of a value, as `column_in` does."""
        return column_in(self.lines, node, offset)


def column_in(lines: list[str], node: ScalarNode, offset: int) -> int:
    """Give the column of a letter of a value; that of the value when it is not written as it is, on one line."""
    begin = node.column + (1 if node.quoted else 0)
    is_verbatim = node.line <= len(lines) and lines[node.line - 1].startswith(node.text, begin - 1)
    return begin + offset if is_verbatim else node.column


Read = Callable[[Reading, Node], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a part: how its value is read, the attribute it becomes (empty: its own name), if it must be there."""

    read: Read
    attribute: str = ""
    required: bool = False


def read_keys(reading: Reading, node: Node, keys: Mapping[str, Key], what: str) -> dict[str, Any]:
    """Read a part written with keys; refuse unknown ones and say which are missing. Gives attribute → value."""
    if not isinstance(node, MappingNode):
        reading.refuse(node, "wrong-kind", f"{what} is written with keys, not as {kind_of(node)}", _may_have(keys))
        return {}
    found: dict[str, Any] = {}
    for entry in node.entries:
        key = keys.get(entry.key)
        if key is None:
            hint = did_you_mean(entry.key, keys) or _may_have(keys)
            reading.refuse_key(entry, "unknown-key", f"{what} has no key {quoted(entry.key)}", hint)
            continue
        value = key.read(reading, entry.value)
        if value is not None:
            found[key.attribute or entry.key] = value
    for name, key in keys.items():
        if key.required and node.get(name) is None:
            reading.refuse(node, "missing-key", f"{what} needs {quoted(name)}", _may_have(keys))
    return found


def named(reading: Reading, node: Node, what: str, read: Callable[[Reading, Entry], T | None]) -> dict[str, T]:
    """Read a mapping of names to parts of one kind; refuse names that cannot be used."""
    if not isinstance(node, MappingNode):
        reading.refuse(node, "wrong-kind", f"{what} are written as `name: …`, not as {kind_of(node)}")
        return {}
    found: dict[str, T] = {}
    for entry in node.entries:
        if not is_name(entry.key):
            reading.refuse_key(entry, "bad-name", f"{quoted(entry.key)} cannot be a name here", HOW_TO_NAME)
        part = read(reading, entry)
        if part is not None:
            found[entry.key] = part
    return found


def is_name(text: str) -> bool:
    """Say whether a text may name a field, a state or a transition."""
    return NAME.fullmatch(text) is not None and text not in KEYWORDS


def keys_in(node: Node) -> tuple[str, ...]:
    """Give the keys of a part; none when it is written otherwise."""
    return node.keys if isinstance(node, MappingNode) else ()


def kind_of(node: Node) -> str:
    """Say in words what kind of node was written."""
    match node:
        case MappingNode():
            return "a group of keys"
        case SequenceNode():
            return "a list"
        case ScalarNode(value=None, quoted=False):
            return "nothing"
        case _:
            return f"the value {quoted(node.text)}"


def _may_have(keys: Mapping[str, Key]) -> str:
    return f"It may have: {', '.join(keys)}."
