"""The types an expression can have, as the checker sees them: which fit where, and what a field gives.

What comes from outside without a declared model is of type `ANY`, about which nothing is found.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from language.values import FieldType, Shape


class Kind(StrEnum):
    """What an expression can be, in the words of a message."""

    ANY = "anything"
    NOTHING = "nothing"
    YES_NO = "yes or no"
    TEXT = "a text"
    CHOICE = "a choice"
    NUMBER = "a number"
    DATE = "a date"
    DATETIME = "a time"
    DURATION = "a duration"
    SPAN = "a length of time"
    REF = "a reference"
    LIST = "a list"
    ROW = "a row"
    SEALED = "sensitive"


@dataclass(frozen=True, slots=True)
class StaticType:
    """A kind and, where known, the options of a choice, what a reference is of, the entry of a list, or the columns."""

    kind: Kind
    options: tuple[str, ...] = ()
    of: str = ""
    entry: "StaticType | None" = None
    columns: "Mapping[str, StaticType] | None" = None

    def __str__(self) -> str:
        """Say it in a message: `a number`, `a reference (service)`."""
        return f"{self.kind} ({self.of})" if self.of else str(self.kind)


ANY = StaticType(Kind.ANY)
NOTHING = StaticType(Kind.NOTHING)
YES_NO = StaticType(Kind.YES_NO)
TEXT = StaticType(Kind.TEXT)
NUMBER = StaticType(Kind.NUMBER)
DATE = StaticType(Kind.DATE)
DATETIME = StaticType(Kind.DATETIME)
DURATION = StaticType(Kind.DURATION)
SPAN = StaticType(Kind.SPAN)
LIST = StaticType(Kind.LIST)

TEXTS = (Kind.TEXT, Kind.CHOICE)
TIMES = (Kind.DATE, Kind.DATETIME)
LENGTHS = (Kind.DURATION, Kind.SPAN)
OPEN = (Kind.ANY, Kind.NOTHING)


class Signature(NamedTuple):
    """What a function that is not built in takes and gives.

    It `takes` so many positional arguments of these types, of which the first `least` must be given (None: all), and
    the `named` ones (None: whatever names). `judged` says more exactly what a call gives, and looks at its arguments in
    their place; without it `takes` and `named` do.
    """

    takes: tuple[StaticType, ...]
    gives: StaticType
    least: int | None = None
    named: Mapping[str, StaticType] | None = None
    judged: "Callable[[Any, Any], StaticType] | None" = None  # (Inferring, Call), which know this module


def type_of(shape: Shape) -> StaticType:
    """Give the type an expression sees of a field."""
    if shape.sealed:
        return StaticType(Kind.SEALED)
    if shape.type is FieldType.CHOICE:
        return StaticType(Kind.CHOICE, options=shape.options)
    if shape.type is FieldType.LIST:
        if shape.columns is None:
            return StaticType(Kind.LIST, entry=type_of(shape.entry))
        columns = {name: type_of(column) for name, column in shape.columns.items()}
        return StaticType(Kind.LIST, entry=StaticType(Kind.ROW, columns=columns))
    return _OF_FIELDS.get(shape.type) or StaticType(Kind.REF, of=shape.kind)


_OF_FIELDS = {
    FieldType.TEXT: TEXT,
    FieldType.LONG_TEXT: TEXT,
    FieldType.NUMBER: NUMBER,
    FieldType.MONEY: NUMBER,
    FieldType.YES_NO: YES_NO,
    FieldType.DATE: DATE,
    FieldType.DATETIME: DATETIME,
    FieldType.DURATION: DURATION,
}


def fits(expected: StaticType, found: StaticType) -> bool:
    """Say whether a value of one type can stand where another is expected."""
    if expected.kind in OPEN or found.kind in OPEN:
        return True
    if expected.kind in TEXTS and found.kind in TEXTS:
        return True
    return expected.kind is found.kind and (expected.of in ("", found.of) or not found.of)


def comparable(left: StaticType, right: StaticType) -> bool:
    """Say whether two values can be the same; a reference can be the same as a text, which is then its id."""
    kinds = (left.kind, right.kind)
    if any(kind in OPEN for kind in kinds):
        return True
    if left.kind is right.kind is Kind.LIST:
        return comparable(left.entry or ANY, right.entry or ANY)
    if Kind.REF in kinds and any(kind in TEXTS for kind in kinds):
        return True
    return all(kind in LENGTHS for kind in kinds) or (left.kind is not Kind.ROW and fits(left, right))


def joined(left: StaticType, right: StaticType) -> StaticType:
    """Give the type of a value that is one or the other."""
    if left == right or right.kind is Kind.NOTHING:
        return left
    if left.kind is Kind.NOTHING:
        return right
    return TEXT if left.kind in TEXTS and right.kind in TEXTS else ANY
