"""Local names (`error`, an entry of a `for_each`) as a record keeps them: typed values as JSON that says what it is.

A field's shape says what its plain value means; a local name has none, so every value that JSON does not know carries
its kind: `{"number": "12.5"}`, `{"ref": ["group", "desk", "Desk"]}`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.record import Json, Plain
from language.durations import Duration
from language.values import Ref, Unknown, Value


def keep(value: Value) -> Json:
    """Give a typed value as JSON that `kept` reads back; what is unknown is empty."""
    if isinstance(value, bool | str) or value is None:
        return value
    return _KEEP.get(type(value), _keep_row)(value)


def kept(stored: Json) -> Value:
    """Read back what `keep` gave."""
    if isinstance(stored, list):
        return tuple(kept(each) for each in stored)
    if isinstance(stored, Mapping):
        [(kind, each)] = stored.items()
        return _KEPT[kind](each)
    value: Value = stored
    return value


def keep_all(names: Mapping[str, Value]) -> Plain:
    """Give local names as JSON."""
    return {name: keep(value) for name, value in names.items()}


def kept_all(stored: Plain) -> dict[str, Value]:
    """Read local names back."""
    return {name: kept(each) for name, each in stored.items()}


def _keep_row(row: Mapping[str, Value]) -> Json:
    return {"row": keep_all(row)}


_KEEP: Mapping[type, Callable[[Any], Json]] = {
    Unknown: lambda _unknown: None,
    Decimal: lambda number: {"number": str(number)},
    date: lambda day: {"date": day.isoformat()},
    datetime: lambda time: {"time": time.isoformat()},
    timedelta: lambda span: {"span": [span.days, span.seconds, span.microseconds]},
    Duration: lambda duration: {"duration": str(duration)},
    Ref: lambda ref: {"ref": list(ref)},
    tuple: lambda entries: [keep(each) for each in entries],
}

_KEPT: Mapping[str, Callable[[Any], Value]] = {
    "number": Decimal,
    "date": date.fromisoformat,
    "time": datetime.fromisoformat,
    "span": lambda parts: timedelta(*parts),
    "duration": Duration.parse,
    "ref": lambda parts: Ref(*parts),
    "row": kept_all,
}
