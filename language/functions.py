"""The built-in functions of expressions, pure ones on values at hand; everything else that is called is a fact.

Their arguments are never empty or unknown: the walker (`language.evaluation`) has answered *unknown* before that.
"""

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol

from language.operations import Clocks, EvaluationRefused, add, equal, kind_in_words
from language.values import Ref, Unknown, Value


class Walking(Protocol):
    """What a function needs of the walk it is called in."""

    @property
    def clocks(self) -> Clocks:
        """The calendar of the record."""

    def spend(self, amount: int) -> None:
        """Pay for looking at so many entries; raises OutOfFuel."""

    def member(self, value: Value, name: str) -> Value:
        """Read an attribute of a row or a reference; empty when there is none."""


class Function(NamedTuple):
    """A built-in: what it does, how many arguments it takes, and how it is written, for messages."""

    run: Callable[[Walking, tuple[Value, ...]], Value]
    least: int
    most: int
    written: str


def call(name: str, args: tuple[Value, ...], named: Mapping[str, Value], walking: Walking) -> Value:
    """Call a built-in function; raise EvaluationRefused when the arguments are not those it takes."""
    function = BUILT_IN[name]
    if named or not function.least <= len(args) <= function.most:
        raise EvaluationRefused(f"{name} is written {function.written}")
    return function.run(walking, args)


def _entries(value: Value, name: str, walking: Walking) -> tuple[Value, ...]:
    if not isinstance(value, tuple) or isinstance(value, Ref):
        raise EvaluationRefused(f"{name} takes a list, not {kind_in_words(value)}")
    walking.spend(len(value))
    return value


def _field(value: Value, name: str) -> str:
    if not isinstance(value, str):
        raise EvaluationRefused(f"{name} takes the name of a field, not {kind_in_words(value)}")
    return value


def _len(walking: Walking, args: tuple[Value, ...]) -> Value:
    return Decimal(len(args[0] if isinstance(args[0], str) else _entries(args[0], "len", walking)))


def _sum(walking: Walking, args: tuple[Value, ...]) -> Value:
    """Add up a field of every row; one that is empty leaves the sum unknown."""
    field = _field(args[1], "sum")
    total: Value = Decimal(0)
    for index, row in enumerate(_entries(args[0], "sum", walking), start=1):
        value = walking.member(row, field)
        if value is None or isinstance(value, Unknown):
            return Unknown((f"{field} is empty in row {index}",))
        if not isinstance(value, Decimal):
            raise EvaluationRefused(f"sum adds up numbers; {field} is {kind_in_words(value)}")
        total = add(total, value, walking.clocks)
    return total


def _count(walking: Walking, args: tuple[Value, ...]) -> Value:
    """Count the entries that are the value, or the rows whose field is; an empty one is not."""
    entries = _entries(args[0], "count", walking)
    if len(args) == 3:
        field = _field(args[1], "count")
        entries = tuple(walking.member(row, field) for row in entries)
    return Decimal(sum(1 for entry in entries if equal(entry, args[-1], walking.clocks)))


def _last(walking: Walking, args: tuple[Value, ...]) -> Value:
    entries, number = _entries(args[0], "last", walking), args[1]
    if not isinstance(number, Decimal) or number < 0 or number != number.to_integral_value():
        raise EvaluationRefused("last takes a list and a whole number of entries")
    return entries[max(0, len(entries) - int(number)) :]


def _without(walking: Walking, args: tuple[Value, ...]) -> Value:
    taken = {_key(entry): None for entry in _entries(args[1], "without", walking)}
    return tuple(entry for entry in _entries(args[0], "without", walking) if _key(entry) not in taken)


def _key(value: Value) -> Hashable:
    """Give what makes a value the same as another, so that long lists are compared quickly; a text may be an id."""
    if isinstance(value, Ref):
        return (str, value.id)
    if isinstance(value, Mapping):
        return (Mapping, tuple((name, _key(value[name])) for name in sorted(value)))
    if isinstance(value, tuple):
        return (tuple, tuple(_key(entry) for entry in value))
    return (type(value), value)


BUILT_IN = {
    "len": Function(_len, 1, 1, "len(list)"),
    "sum": Function(_sum, 2, 2, "sum(list, 'field')"),
    "count": Function(_count, 2, 3, "count(list, value) or count(list, 'field', value)"),
    "last": Function(_last, 2, 2, "last(list, n)"),
    "without": Function(_without, 2, 2, "without(list, list)"),
}
