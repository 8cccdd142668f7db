"""Readers of single values: texts, names, expressions, conditions, durations, and the people that are named."""

import re
from dataclasses import dataclass
from typing import Any

from language.definition import Literal, Who, Written
from language.durations import Duration, DurationError
from language.expressions import Expression, ExpressionError, Text, parse, parse_text
from language.inputs import ValueRefused
from language.inputs import read as read_value
from language.loader import MappingNode, Node, ScalarNode, SequenceNode, plain
from language.names import HOW_TO_NAME, NAME, PATH
from language.problems import quoted
from language.schema.keys import Read, Reading, is_name, kind_of, named
from language.values import FieldType, Shape
from language.votes import Votes, VotesRefused, read_votes

ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
EACH_IN = re.compile(r"(\w+)\s+in\s+(\S.*)", re.DOTALL)
LONGEST_TITLE = 200  # characters
DATETIME = Shape(FieldType.DATETIME)


def a_scalar(reading: Reading, node: Node, what: str) -> ScalarNode | None:
    """Give the node when it is a single value with something in it; refuse it otherwise."""
    if isinstance(node, ScalarNode) and (node.text or node.quoted):
        return node
    reading.refuse(node, "wrong-kind", f"{what} is expected here, not {kind_of(node)}")
    return None


def text(reading: Reading, node: Node) -> str | None:
    """Read a text for people, of one line."""
    scalar = a_scalar(reading, node, "a text")
    if scalar is not None and (len(scalar.text) > LONGEST_TITLE or "\n" in scalar.text):
        reading.refuse(node, "bad-text", f"a text here is one line of at most {LONGEST_TITLE} characters")
        return None
    return None if scalar is None else scalar.text


def word(reading: Reading, node: Node) -> str | None:
    """Read the name of something: a field, a state or a message."""
    scalar = a_scalar(reading, node, "a name")
    if scalar is not None and not NAME.fullmatch(scalar.text):
        reading.refuse(node, "bad-name", f"{quoted(scalar.text)} is not a name", HOW_TO_NAME)
        return None
    return None if scalar is None else scalar.text


def event_name(reading: Reading, node: Node) -> str | None:
    """Read the name of an event: `alert_repeated`, `caller.replied`."""
    return _dotted(reading, node, EVENT, "the name of an event")


def action_name(reading: Reading, node: Node) -> str | None:
    """Read the name of an action: `routing.suggest_group`."""
    return _dotted(reading, node, ACTION, "the name of an action, like `routing.suggest_group`")


def _dotted(reading: Reading, node: Node, pattern: re.Pattern[str], what: str) -> str | None:
    scalar = a_scalar(reading, node, what)
    if scalar is not None and not pattern.fullmatch(scalar.text):
        reading.refuse(node, "bad-name", f"{quoted(scalar.text)} is not {what}", HOW_TO_NAME)
        return None
    return None if scalar is None else scalar.text


def words(reading: Reading, node: Node) -> tuple[str, ...] | None:
    """Read a list of names; a single one may stand for a list of one."""
    found = list_of(reading, node, word)
    if len(set(found)) < len(found):
        reading.refuse(node, "named-twice", "a name is in this list twice", "Remove one of the two.")
    return found


def yes_no(reading: Reading, node: Node) -> bool | None:
    """Read `true` or `false`."""
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return node.value
    reading.refuse(node, "wrong-kind", f"true or false is expected here, not {kind_of(node)}")
    return None


@dataclass(frozen=True, slots=True)
class Number:
    """A reader of whole numbers between two bounds."""

    least: int
    most: int

    def __call__(self, reading: Reading, node: Node) -> int | None:
        """Read one."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
            return value
        message = f"a whole number from {self.least} to {self.most} is expected here, not {kind_of(node)}"
        reading.refuse(node, "bad-number", message)
        return None


def number(least: int, most: int) -> Read:
    """Make a reader of whole numbers between two bounds."""
    return Number(least, most)


version = number(1, 1_000_000)
"""Reads the number of a version."""


def duration(reading: Reading, node: Node) -> Duration | None:
    """Read a duration: `3 business days`."""
    scalar = a_scalar(reading, node, "a duration")
    if scalar is None:
        return None
    try:
        return Duration.parse(scalar.text)
    except DurationError as problem:
        reading.refuse(node, "bad-duration", str(problem))
        return None


def time(reading: Reading, node: Node) -> str | None:
    """Read a time: `2026-03-06 10:00`, perhaps with an offset; kept as it is written, because no zone is known here."""
    scalar = a_scalar(reading, node, "a time, like 2026-03-06 10:00,")
    if scalar is None:
        return None
    try:
        read_value(DATETIME, scalar.text)
    except ValueRefused as refused:
        reading.refuse(node, "bad-time", refused.text)
        return None
    return scalar.text


def duration_or_time(reading: Reading, node: Node) -> Duration | Expression | None:
    """Read a duration, or `=expression` for a time."""
    return expression(reading, node) if _is_expression(node) else duration(reading, node)


def votes(reading: Reading, node: Node) -> Votes | Expression | None:
    """Read how many votes an approval takes, or `=expression` for it."""
    if _is_expression(node):
        return expression(reading, node)
    try:
        return read_votes(plain(node))
    except VotesRefused as refused:
        reading.refuse(node, "bad-votes", str(refused))
        return None


def condition(reading: Reading, node: Node) -> Expression | None:
    """Read a condition: an expression with neither `=` nor braces."""
    scalar = a_scalar(reading, node, "a condition")
    if scalar is None:
        return None
    if scalar.text.startswith("="):
        reading.refuse(node, "stray-equals", "a condition is written without = at its beginning", "Remove the =.")
        return None
    if "{{" in scalar.text:
        reading.refuse(node, "stray-braces", "a condition is written without {{ }}", "Remove the braces.")
        return None
    return _parsed(reading, scalar, 0)


def expression(reading: Reading, node: Node) -> Expression | None:
    """Read `=expression`, where only that makes sense."""
    scalar = a_scalar(reading, node, "an =expression")
    if scalar is None:
        return None
    if not scalar.text.startswith("="):
        message = f"an =expression is expected here, not {kind_of(node)}"
        reading.refuse(node, "not-an-expression", message, f"Write ={scalar.text} if you mean its value.")
        return None
    return _parsed(reading, scalar, 1)


def _is_expression(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.text.startswith("=")


def _parsed(reading: Reading, scalar: ScalarNode, skip: int) -> Expression | None:
    """Parse an expression that begins after `skip` letters of a value."""
    try:
        return parse(scalar.text[skip:])
    except ExpressionError as error:
        _refuse_expression(reading, scalar, error, skip)
        return None


def _refuse_expression(reading: Reading, scalar: ScalarNode, error: ExpressionError, skip: int) -> None:
    column = reading.column(scalar, skip + error.offset)
    reading.refuse_at(scalar.line, column, "bad-expression", error.message, error.hint)


def filled_text(reading: Reading, node: Node) -> str | Text | None:
    """Read a text, perhaps with `{{ expression }}` to fill in."""
    scalar = a_scalar(reading, node, "a text")
    return None if scalar is None else _filled(reading, scalar)


def _filled(reading: Reading, scalar: ScalarNode) -> str | Text | None:
    if "{{" not in scalar.text:
        return scalar.text
    try:
        return parse_text(scalar.text)
    except ExpressionError as error:
        _refuse_expression(reading, scalar, error, 0)
        return None


def written(reading: Reading, node: Node) -> Written | None:
    """Read a value in one of the three ways: literal, `=expression`, or text with `{{ expression }}`."""
    if not isinstance(node, ScalarNode):
        _refuse_inner(reading, node)
        return Literal(plain(node))
    if _is_expression(node):
        return _parsed(reading, node, 1)
    filled = _filled(reading, node)
    return Literal(node.value) if isinstance(filled, str) else filled


def _refuse_inner(reading: Reading, node: Node) -> None:
    """Refuse expressions inside a literal list or group of keys, where they would stay mere texts."""
    if isinstance(node, SequenceNode):
        for item in node.items:
            _refuse_inner(reading, item)
    elif isinstance(node, MappingNode):
        for entry in node.entries:
            _refuse_inner(reading, entry.value)
    elif node.text.startswith("=") or "{{" in node.text:
        message = "an expression cannot stand inside a list or a group of keys"
        reading.refuse(node, "nested-expression", message, 'Write the whole as one: "=[a, b]".')


def writes(reading: Reading, node: Node) -> dict[str, Written] | None:
    """Read `{name: value, …}`: the fields or inputs to fill, of which there must be one at least."""
    found: dict[str, Written] = named(reading, node, "values", lambda reading, entry: written(reading, entry.value))
    if isinstance(node, MappingNode) and not node.entries:
        reading.refuse(node, "nothing-here", "there is nothing between the braces", "Write `name: value`.")
    return found


def each_in(reading: Reading, node: Node) -> tuple[str, Expression | None] | None:
    """Read `name in list`: a name for each entry, and an expression for the list."""
    scalar = a_scalar(reading, node, "`name in list`")
    found = None if scalar is None else EACH_IN.fullmatch(scalar.text)
    if scalar is None:
        return None
    if found is None:
        message = f"{quoted(scalar.text)} does not name each entry of a list"
        reading.refuse(node, "bad-for-each", message, "Write for_each: job in work, for example.")
        return None
    if not is_name(found[1]):
        reading.refuse(node, "bad-name", f"{quoted(found[1])} cannot be a name here", HOW_TO_NAME)
    return found[1], _parsed(reading, scalar, found.start(2))


def who(reading: Reading, node: Node) -> Who | None:
    """Read one name of people: a role, group, person or people field (`group.lead`), or an `=expression`."""
    if _is_expression(node):
        return expression(reading, node)
    return _dotted(reading, node, PATH, "the name of a role, a group, a person or a field that holds people")


def people(reading: Reading, node: Node) -> tuple[Who, ...] | None:
    """Read a list of names of people; a single one may stand for a list of one."""
    return list_of(reading, node, who)


def list_of(reading: Reading, node: Node, read: Read) -> tuple[Any, ...]:
    """Read a list of values of one kind, of which there must be one at least; a single value is a list of one."""
    if not isinstance(node, SequenceNode):
        value = read(reading, node)
        return () if value is None else (value,)
    if not node.items:
        reading.refuse(
            node, "nothing-here", "there is nothing in this list", "Name at least one, or leave the key out."
        )
    values = (read(reading, item) for item in node.items)
    return tuple(value for value in values if value is not None)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A reader of one of a few words."""

    what: str
    choices: tuple[str, ...]

    def __call__(self, reading: Reading, node: Node) -> str | None:
        """Read one."""
        scalar = a_scalar(reading, node, self.what)
        if scalar is not None and scalar.text not in self.choices:
            message = f"{quoted(scalar.text)} is not {self.what}"
            reading.refuse(node, "bad-choice", message, f"Write {' or '.join(self.choices)}.")
            return None
        return None if scalar is None else scalar.text


def one_of(what: str, *choices: str) -> Read:
    """Make a reader of one of a few words."""
    return OneOf(what, choices)


def as_it_is(_reading: Reading, node: Node) -> Node:
    """Give the node itself, for a key whose meaning depends on another key."""
    return node
