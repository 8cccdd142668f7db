"""How the values in the rows of an organisation's files are read; which keys there are says `organisation_kinds`."""

import re
from collections.abc import Mapping
from typing import Any

from language.definition import Literal, Written
from language.expressions import Expression, Text
from language.holidays import HolidayError, rule
from language.inputs import ValueRefused, read
from language.loader import MappingNode, Node, ScalarNode, SequenceNode, plain
from language.organisation import ALL
from language.problems import did_you_mean, quoted
from language.schema.keys import Key, Reading, kind_of, named, read_keys
from language.schema.written import a_scalar, duration, list_of, number, text, word, writes, written, yes_no
from language.static_types import ANY, NUMBER, TEXT, StaticType
from language.values import FieldType, Shape

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
SPAN = re.compile(r"([01][0-9]|2[0-4]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]")
REDUNDANCY = re.compile(r"([1-9][0-9]{0,2}) of ([1-9][0-9]{0,2})")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = Shape(FieldType.DATETIME)

OUTSIDE: Mapping[str, StaticType] = {
    "title": TEXT,
    "labels": ANY,
    "annotations": ANY,
    "alerts": NUMBER,
    "url": TEXT,
    "severity": TEXT,
    "status": TEXT,
    "group_key": TEXT,
}
"""What an intake may read of an event from outside; `alerts` counts them, labels and annotations have names."""
CLOUD_EVENT: Mapping[str, StaticType] = {"type": TEXT, "source": TEXT, "subject": TEXT, "data": ANY}
"""What the event map may read of an event from outside."""


def row_id(reading: Reading, node: Node) -> str | None:
    """Read the id of a row."""
    scalar = a_scalar(reading, node, "an id")
    if scalar is not None and not ID.fullmatch(scalar.text):
        reading.refuse(node, "bad-id", f"{quoted(scalar.text)} is not an id", "Write letters, digits, _ . and -.")
        return None
    return None if scalar is None else scalar.text


def ids(reading: Reading, node: Node) -> list[str]:
    """Read a list of ids, which may be empty here: somebody may be in no group."""
    if isinstance(node, SequenceNode) and not node.items:
        return []
    return list(list_of(reading, node, row_id))


def some_ids(reading: Reading, node: Node) -> list[str]:
    """Read a list of ids, of which there must be one at least."""
    return list(list_of(reading, node, row_id))


def some_services(reading: Reading, node: Node) -> list[str] | str:
    """Read a list of services, or `all`."""
    return ALL if isinstance(node, ScalarNode) and node.text == ALL else ids(reading, node)


def classes(reading: Reading, node: Node) -> list[str]:
    """Read the classes of configuration items."""
    return list(list_of(reading, node, word))


def email(reading: Reading, node: Node) -> str | None:
    """Read a mail address."""
    address = text(reading, node)
    if address is not None and not EMAIL.fullmatch(address):
        reading.refuse(node, "bad-email", f"{quoted(address)} is not a mail address")
        return None
    return address


def days(reading: Reading, node: Node) -> list[str]:
    """Read holidays: dates, and days that come every year."""
    return list(list_of(reading, node, _day))


def _day(reading: Reading, node: Node) -> str | None:
    written = text(reading, node)
    if written is None:
        return None
    try:
        rule(written)
    except HolidayError as refused:
        reading.refuse(node, "bad-holiday", str(refused))
        return None
    return " ".join(written.split())


def local_time(reading: Reading, node: Node) -> str | None:
    """Keep a time as it is written: its calendar, which may stand elsewhere, says on which clocks."""
    try:
        return None if read(TIME, plain(node)) is None else str(plain(node))
    except ValueRefused as refused:
        reading.refuse(node, "bad-value", refused.text)
        return None


def opening_hours(reading: Reading, node: Node) -> dict[str, list[str]]:
    """Read spans of the days of a week: `{mon: [09:00-12:30, 13:00-17:30], sat: 09:00-12:00}`."""
    keys = {day: Key(lambda reading, node: list(list_of(reading, node, _span))) for day in DAYS}
    return read_keys(reading, node, keys, "opening hours")


def _span(reading: Reading, node: Node) -> str | None:
    scalar = a_scalar(reading, node, "an opening time")
    if scalar is not None and not SPAN.fullmatch(scalar.text):
        reading.refuse(node, "bad-hours", f"{quoted(scalar.text)} is not an opening time", "Write 09:00-17:30.")
        return None
    return None if scalar is None else scalar.text


def duration_text(reading: Reading, node: Node) -> str | None:
    """Read a duration, and keep it as its text."""
    length = duration(reading, node)
    return None if length is None else str(length)


def redundancy(reading: Reading, node: Node) -> str | None:
    """Read how many of those it depends on an item needs: `1 of 2`."""
    scalar = a_scalar(reading, node, "a redundancy")
    found = None if scalar is None else REDUNDANCY.fullmatch(scalar.text)
    if scalar is not None and (found is None or int(found[1]) > int(found[2])):
        reading.refuse(node, "bad-redundancy", f"{quoted(scalar.text)} is not so many of so many", "Write 1 of 2.")
        return None
    return None if scalar is None else scalar.text


COMMUNICATION: Mapping[str, Key] = {
    "audience": Key(row_id, required=True),
    "channel": Key(text, required=True),
    "every": Key(duration_text, required=True),
}
"""The keys of an entry of a communication plan."""


def communication(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a communication plan: who is told how, and how often."""
    return list(list_of(reading, node, _update))


def _update(reading: Reading, node: Node) -> dict[str, str] | None:
    found = read_keys(reading, node, COMMUNICATION, "an entry of a communication plan")
    return found if len(found) == len(COMMUNICATION) else None


RING: Mapping[str, Key] = {
    "name": Key(text, required=True),
    "percent": Key(number(1, 100), required=True),
    "bake": Key(duration_text, required=True),
    "target": Key(row_id, required=True),
    "no_return": Key(yes_no),
}
"""The keys of a ring."""


def rings(reading: Reading, node: Node) -> list[dict[str, Any]]:
    """Read the rings in which a service gets a new version, the first to get it first."""
    return list(list_of(reading, node, _ring))


def _ring(reading: Reading, node: Node) -> dict[str, Any] | None:
    found = {"no_return": False, **read_keys(reading, node, RING, "a ring")}
    return found if len(found) == len(RING) else None


def target_times(reading: Reading, node: Node) -> dict[str, dict[str, str]]:
    """Read the times of an agreement: target → option → duration."""
    return named(reading, node, "targets", lambda reading, entry: _durations(reading, entry.value))


def _durations(reading: Reading, node: Node) -> dict[str, str]:
    """Read `option: duration`, or one duration for a target without `per`, whose option is empty."""
    if isinstance(node, ScalarNode):
        length = duration(reading, node)
        return {} if length is None else {"": str(length)}
    if not isinstance(node, MappingNode):
        message = f"a target is written as a duration, or `option: duration`, not as {kind_of(node)}"
        reading.refuse(node, "wrong-kind", message)
        return {}
    found = {entry.key: duration(reading, entry.value) for entry in node.entries}
    return {option: str(length) for option, length in found.items() if length is not None}


def intake_start(reading: Reading, node: Node) -> Any:  # noqa: ANN401  # kept as it was written
    """Check the values of an intake as they will be evaluated, and keep them as they are written."""
    return _values(reading, node, OUTSIDE)


def event_values(reading: Reading, node: Node) -> Any:  # noqa: ANN401  # kept as it was written
    """Check what a mapped event brings, and keep it as it is written."""
    return _values(reading, node, CLOUD_EVENT)


def event_value(reading: Reading, node: Node) -> Any:  # noqa: ANN401  # kept as it was written
    """Check by what a mapped event finds its record, and keep it as it is written."""
    value = written(reading, node)
    if value is not None:
        _known(reading, node, "value", value, CLOUD_EVENT)
    return plain(node)


def _values(reading: Reading, node: Node, known: Mapping[str, StaticType]) -> Any:  # noqa: ANN401  # as it was written
    for name, value in (writes(reading, node) or {}).items():
        _known(reading, under(node, name), name, value, known)
    return plain(node)


def _known(reading: Reading, node: Node, name: str, value: Written, known: Mapping[str, StaticType]) -> None:
    """Refuse names that an event from outside does not have."""
    for expression in () if isinstance(value, Literal) else _expressions(value):
        for outside in expression.names:
            if outside not in known:
                hint = did_you_mean(outside, known) or f"There are: {', '.join(known)}."
                message = f"{name}: an event from outside has no {quoted(outside)}"
                reading.refuse(node, "unknown-name", message, hint)


def _expressions(value: Expression | Text) -> tuple[Expression, ...]:
    return value.expressions if isinstance(value, Text) else (value,)


def under(node: Node, key: str) -> Node:
    """Follow a key, if it is there."""
    return (node.get(key) or node) if isinstance(node, MappingNode) else node
