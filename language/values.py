"""What a field may hold and an expression may see: kinds of value, their shapes, and how each is stored and shown.

A value has two forms. *Plain* is JSON, what a record stores, hashes and sends: numbers, times and durations are texts,
a reference is `{"id": "mail", "label": "E-mail"}`, empty is null. *Typed* is what expressions calculate with. `typed`
and `plain` lead from one to the other; `language.inputs` makes plain values of what people and files give.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from language.durations import Duration, Unit, in_words

SEALED = "sealed"
"""The only member of the plain value of a sensitive field, and what people read in its place."""


class Ref(NamedTuple):
    """A reference to a person, a group, a record or another thing of the organisation (`kind` says which)."""

    kind: str
    id: str
    label: str


class Sealed(NamedTuple):
    """What is in a sensitive field, unreadable: nothing but whether it is there can be asked of it."""

    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What comes of asking something about an empty value; `because` says in words which were empty."""

    because: tuple[str, ...]


Value: TypeAlias = (
    bool
    | str
    | Decimal
    | date
    | datetime
    | timedelta
    | Duration
    | Ref
    | Sealed
    | tuple["Value", ...]
    | Mapping[str, "Value"]
    | Unknown
    | None
)
"""A typed value: None is empty, a datetime is aware and in UTC, a timedelta is one time minus another."""

Plain: TypeAlias = bool | str | list["Plain"] | dict[str, "Plain"] | None
"""A plain value, as JSON."""


class Fact(NamedTuple):
    """What the organisation answered to a question, with the reason in words ("Year-end freeze until 4 Jan 09:00")."""

    value: Value
    reason: str = ""


class FieldType(StrEnum):
    """The types of a field, as they are written."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    USER = "user"
    GROUP = "group"
    REF = "ref"
    LIST = "list"
    FILE = "file"


LISTED = (FieldType.CHOICE, FieldType.USER, FieldType.GROUP, FieldType.REF, FieldType.YES_NO)
"""The types of field by which records can always be found; others where they are marked `index`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field holds: its type and, where the type alone does not say it, of what.

    `of` is the organisation kind of a `ref` ("service"), or what each entry of a `list` is: a kind or another shape (a
    list without `of` and `columns` holds texts). `options` are those of a `choice`. `columns` make a list one of rows.
    `sealed` is true of a sensitive field: all that is seen of its values is `{"sealed": text}`.
    """

    type: FieldType
    of: "str | Shape | None" = None
    options: tuple[str, ...] = ()
    columns: "Mapping[str, Shape] | None" = None
    sealed: bool = False

    @property
    def opened(self) -> "Shape":
        """The shape of what is inside, where values are read and shown at the edge."""
        return replace(self, sealed=False)

    @property
    def kind(self) -> str:
        """The kind of thing a `user`, `group`, `file` or `ref` refers to."""
        return self.of if isinstance(self.of, str) else str(self.type)

    @property
    def entry(self) -> "Shape":
        """The shape of each entry of a `list` that is not one of rows."""
        if isinstance(self.of, Shape):
            return self.of
        return Shape(FieldType.TEXT) if self.of is None else Shape(FieldType.REF, of=self.of)


def typed(shape: Shape, plain_value: Plain) -> Value:
    """Give the typed form of a plain value of that shape, as `language.inputs.read` or `plain` made it."""
    if plain_value is None:
        return None
    return _typed_sealed(plain_value) if shape.sealed else _TYPED[shape.type](shape, plain_value)


def _typed_sealed(given: Any) -> Sealed:  # noqa: ANN401 - JSON
    return Sealed(given[SEALED])


def _typed_ref(shape: Shape, given: Mapping[str, str]) -> Ref:
    return Ref(shape.kind, given["id"], given["label"])


def _typed_list(shape: Shape, given: list[Any]) -> Value:
    if shape.columns is None:
        return tuple(typed(shape.entry, entry) for entry in given)
    return tuple({name: typed(column, row.get(name)) for name, column in shape.columns.items()} for row in given)


def _as_it_is(_shape: Shape, given: str | bool) -> Value:
    return given


_TYPED: dict[FieldType, Callable[[Shape, Any], Value]] = {
    FieldType.TEXT: _as_it_is,
    FieldType.LONG_TEXT: _as_it_is,
    FieldType.YES_NO: _as_it_is,
    FieldType.CHOICE: _as_it_is,
    FieldType.NUMBER: lambda _shape, given: Decimal(given),
    FieldType.MONEY: lambda _shape, given: Decimal(given),
    FieldType.DATE: lambda _shape, given: date.fromisoformat(given),
    FieldType.DATETIME: lambda _shape, given: datetime.fromisoformat(given),
    FieldType.DURATION: lambda _shape, given: Duration.parse(given),
    FieldType.USER: _typed_ref,
    FieldType.GROUP: _typed_ref,
    FieldType.REF: _typed_ref,
    FieldType.FILE: _typed_ref,
    FieldType.LIST: _typed_list,
}


def plain(value: Value) -> Plain:
    """Give the plain form of a typed value; what is unknown is empty.

    A length of time becomes a duration in minutes. Raises ValueError when it is negative or holds seconds, because no
    duration can say that.
    """
    return _PLAIN.get(type(value), _plain_row)(value)


def decimal_text(number: Decimal) -> str:
    """Write a number without an exponent and without a minus before zero."""
    return format(number or abs(number), "f")


def _plain_time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain_span(span: timedelta) -> str:
    minutes, rest = divmod(span, timedelta(minutes=1))
    if rest or minutes < 0:
        raise ValueError(f"a length of time of {_show_span(span)} is not a whole number of minutes from 0 up")
    return str(Duration(minutes, Unit.MINUTES))


def _plain_row(row: Mapping[str, Value]) -> Plain:
    return {name: plain(value) for name, value in row.items()}


_PLAIN: dict[type, Callable[[Any], Plain]] = {
    type(None): lambda _nothing: None,
    Unknown: lambda _nothing: None,
    bool: lambda answer: answer,
    str: str,
    Decimal: decimal_text,
    date: date.isoformat,
    datetime: _plain_time,
    timedelta: _plain_span,
    Duration: str,
    Ref: lambda ref: {"id": ref.id, "label": ref.label},
    Sealed: lambda sealed: {SEALED: sealed.text},
    tuple: lambda entries: [plain(entry) for entry in entries],
}


def show(value: Value) -> str:
    """Say a value as it reads inside a text: a reference by its label, a time in UTC, empty as nothing."""
    return _SHOW.get(type(value), _show_row)(value)


def _show_time(time: datetime) -> str:
    shown = time.astimezone(UTC).replace(tzinfo=None)
    return f"{shown.isoformat(sep=' ', timespec='seconds' if time.second else 'minutes')} UTC"


def _show_span(span: timedelta) -> str:
    return ("-" if span < timedelta() else "") + in_words(span.total_seconds())


def _show_row(row: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}: {show(value)}" for name, value in row.items())


_SHOW: dict[type, Callable[[Any], str]] = {
    type(None): lambda _nothing: "",
    Unknown: lambda _nothing: "",
    bool: lambda answer: "yes" if answer else "no",
    str: str,
    Decimal: decimal_text,
    date: date.isoformat,
    datetime: _show_time,
    timedelta: _show_span,
    Duration: str,
    Ref: lambda ref: ref.label,
    Sealed: lambda _sealed: SEALED,
    tuple: lambda entries: ", ".join(show(entry) for entry in entries),
}
