"""The rows of an organisation's files: which keys each kind of row has, and how their values are read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from language.definition import Literal
from language.expressions import Expression, Text
from language.inputs import ValueRefused, read
from language.loader import MappingNode, Node, ScalarNode, SequenceNode, plain
from language.organisation import CRITICALITIES
from language.problems import did_you_mean, quoted
from language.schema.keys import Key, Reading, kind_of, named, read_keys
from language.schema.written import a_scalar, duration, event_name, list_of, one_of, text, word, writes, yes_no
from language.static_types import ANY, NUMBER, TEXT, StaticType
from language.values import FieldType, Shape

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
SPAN = re.compile(r"([01][0-9]|2[0-4]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL = "all"

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


def row_id(reading: Reading, node: Node) -> str | None:
    """Read the id of a row."""
    scalar = a_scalar(reading, node, "an id")
    if scalar is not None and not ID.fullmatch(scalar.text):
        reading.refuse(node, "bad-id", f"{quoted(scalar.text)} is not an id", "Write letters, digits, _ . and -.")
        return None
    return None if scalar is None else scalar.text


def _ids(reading: Reading, node: Node) -> list[str]:
    """Read a list of ids, which may be empty here: somebody may be in no group."""
    if isinstance(node, SequenceNode) and not node.items:
        return []
    return list(list_of(reading, node, row_id))


def _services(reading: Reading, node: Node) -> list[str] | str:
    return ALL if isinstance(node, ScalarNode) and node.text == ALL else _ids(reading, node)


def _email(reading: Reading, node: Node) -> str | None:
    address = text(reading, node)
    if address is not None and not EMAIL.fullmatch(address):
        reading.refuse(node, "bad-email", f"{quoted(address)} is not a mail address")
        return None
    return address


def _date(reading: Reading, node: Node) -> str | None:
    return _value(reading, node, FieldType.DATE)


def _time(reading: Reading, node: Node) -> str | None:
    """Keep a time as it is written: its calendar, which may stand elsewhere, says on which clocks."""
    return None if _value(reading, node, FieldType.DATETIME) is None else str(plain(node))


def _value(reading: Reading, node: Node, kind: FieldType) -> str | None:
    try:
        return str(read(Shape(kind), plain(node)) or "") or None
    except ValueRefused as refused:
        reading.refuse(node, "bad-value", refused.text)
        return None


def _hours(reading: Reading, node: Node) -> dict[str, list[str]]:
    keys = {day: Key(lambda reading, node: list(list_of(reading, node, _span))) for day in DAYS}
    return read_keys(reading, node, keys, "opening hours")


def _span(reading: Reading, node: Node) -> str | None:
    scalar = a_scalar(reading, node, "an opening time")
    if scalar is not None and not SPAN.fullmatch(scalar.text):
        reading.refuse(node, "bad-hours", f"{quoted(scalar.text)} is not an opening time", "Write 09:00-17:30.")
        return None
    return None if scalar is None else scalar.text


def _targets(reading: Reading, node: Node) -> dict[str, dict[str, str]]:
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
    read = {entry.key: duration(reading, entry.value) for entry in node.entries}
    return {option: str(length) for option, length in read.items() if length is not None}


COMMUNICATION_KEYS = {
    "audience": Key(row_id, required=True),
    "channel": Key(text, required=True),
    "every": Key(duration, required=True),
}


def _communication(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a communication plan: rows that say which group is told, by which channel, and how often."""
    rows = list_of(reading, node, lambda reading, item: read_keys(reading, item, COMMUNICATION_KEYS, "a row of a plan"))
    return [{name: str(value) for name, value in row.items()} for row in rows if len(row) == len(COMMUNICATION_KEYS)]


def _start(reading: Reading, node: Node) -> Any:  # noqa: ANN401  # kept as it was written
    """Check the values of an intake as they will be evaluated, and keep them as they are written."""
    for name, value in (writes(reading, node) or {}).items():
        if isinstance(value, Literal):
            continue
        for expression in _expressions(value):
            for outside in expression.names:
                if outside not in OUTSIDE:
                    hint = did_you_mean(outside, OUTSIDE) or f"There are: {', '.join(OUTSIDE)}."
                    message = f"{name}: an event from outside has no {quoted(outside)}"
                    reading.refuse(under(node, name), "unknown-name", message, hint)
    return plain(node)


def _expressions(value: Expression | Text) -> tuple[Expression, ...]:
    return value.expressions if isinstance(value, Text) else (value,)


def under(node: Node, key: str) -> Node:
    """Follow a key, if it is there."""
    return (node.get(key) or node) if isinstance(node, MappingNode) else node


@dataclass(frozen=True, slots=True)
class RowKind:
    """A kind of row: its keys, what it is without them, and which keys name rows of which kind.

    A key of rows inside a row is written `communication.audience`.
    """

    what: str
    keys: Mapping[str, Key]
    otherwise: Mapping[str, Any] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)


KINDS: Mapping[str, RowKind] = {
    "user": RowKind(
        "a person",
        {
            "name": Key(text),
            "email": Key(_email),
            "manager": Key(row_id),
            "roles": Key(_ids),
            "groups": Key(_ids),
            "active": Key(yes_no),
        },
        {"name": None, "email": None, "manager": None, "roles": [], "groups": [], "active": True},
        {"manager": "user", "roles": "role", "groups": "group"},
    ),
    "group": RowKind(
        "a group",
        {"title": Key(text), "lead": Key(row_id), "secretary": Key(row_id)},
        {"title": None, "lead": None, "secretary": None},
        {"lead": "user", "secretary": "user"},
    ),
    "role": RowKind("a role", {"title": Key(text)}, {"title": None}),
    "service": RowKind(
        "a service",
        {
            "title": Key(text),
            "owner": Key(row_id),
            "group": Key(row_id),
            "criticality": Key(one_of("a criticality", *CRITICALITIES)),
            "agreement": Key(row_id),
            "communication": Key(_communication),
        },
        {
            "title": None,
            "owner": None,
            "group": None,
            "criticality": "medium",
            "agreement": None,
            "communication": [],
        },
        {"owner": "user", "group": "group", "agreement": "agreement", "communication.audience": "group"},
    ),
    "configuration_item": RowKind(
        "a configuration item",
        {"title": Key(text), "service": Key(row_id), "owner": Key(row_id)},
        {"title": None, "service": None, "owner": None},
        {"service": "service", "owner": "user"},
    ),
    "agreement": RowKind(
        "an agreement",
        {"title": Key(text), "calendar": Key(row_id), "targets": Key(_targets)},
        {"title": None, "calendar": None, "targets": {}},
        {"calendar": "calendar"},
    ),
    "calendar": RowKind(
        "a calendar",
        {
            "title": Key(text),
            "zone": Key(text, required=True),
            "hours": Key(_hours, required=True),
            "holidays": Key(lambda reading, node: list(list_of(reading, node, _date))),
        },
        {"title": None, "zone": "UTC", "hours": {}, "holidays": []},
    ),
    "freeze": RowKind(
        "a freeze",
        {
            "title": Key(text),
            "services": Key(_services, required=True),
            "from": Key(_time, required=True),
            "until": Key(_time, required=True),
            "calendar": Key(row_id),
        },
        {"title": None, "services": ALL, "from": None, "until": None, "calendar": None},
        {"services": "service", "calendar": "calendar"},
    ),
    "maintenance": RowKind(
        "a maintenance",
        {
            "title": Key(text),
            "items": Key(_ids, required=True),
            "from": Key(_time, required=True),
            "until": Key(_time, required=True),
            "calendar": Key(row_id),
        },
        {"title": None, "items": [], "from": None, "until": None, "calendar": None},
        {"items": "configuration_item", "calendar": "calendar"},
    ),
    "absence": RowKind(
        "an absence",
        {
            "person": Key(row_id, required=True),
            "from": Key(_time, required=True),
            "until": Key(_time, required=True),
            "delegate": Key(row_id),
            "calendar": Key(row_id),
        },
        {"person": "", "from": None, "until": None, "delegate": None, "calendar": None},
        {"person": "user", "delegate": "user", "calendar": "calendar"},
    ),
    "intake": RowKind(
        "an intake",
        {
            "process": Key(word, required=True),
            "key": Key(one_of("what makes two the same", "group", "fingerprint"), required=True),
            "start": Key(_start, required=True),
            "repeated": Key(event_name),
            "resolved": Key(event_name),
        },
        {"process": "", "key": "group", "start": {}, "repeated": None, "resolved": None},
    ),
}
