"""Compares, adds and subtracts values: the whole arithmetic of expressions, on typed values of `language.values`.

A text beside a number, date, time or duration is read as one, so that `due - now > '2 hours'` says what it seems to.

    ValueError
    └── EvaluationRefused     values that do not go together; the checker finds nearly all of these earlier
        └── OutOfFuel         an expression that has to look at too much
"""

import operator
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any, Literal, Protocol

from language.durations import Duration, DurationError, Unit, as_timedelta
from language.expression_tree import Comparison
from language.inputs import LONGEST_LONG_TEXT, MOST_DIGITS, ValueRefused, read
from language.values import FieldType, Ref, Sealed, Shape, Unknown, Value, typed


class EvaluationRefused(ValueError):
    """Two values do not go together, or one is not what is needed here; the message says which."""


class OutOfFuel(EvaluationRefused):
    """An expression visits more of its nodes and of the entries of lists than it may."""


class Clocks(Protocol):
    """What only the calendar of a record can tell."""

    def offset(self, local: datetime) -> float:
        """Tell how many seconds clocks that show `local` (without a zone) are ahead of UTC."""

    def shift(self, time: datetime, duration: Duration, sign: Literal[1, -1]) -> datetime:
        """Give the time in UTC that is a duration after (1) or before (-1) a time."""


DAY_UNITS = (Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)  # what can be added to a date

_EXACT = Context(prec=2 * MOST_DIGITS + 2)
_SIMPLE = (str, Decimal, bool, date, datetime)
_READABLE = {
    Decimal: Shape(FieldType.NUMBER),
    date: Shape(FieldType.DATE),
    datetime: Shape(FieldType.DATETIME),
    Duration: Shape(FieldType.DURATION),
    timedelta: Shape(FieldType.DURATION),
}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_KINDS = {
    bool: "yes or no",
    str: "a text",
    Decimal: "a number",
    date: "a date",
    datetime: "a time",
    timedelta: "a length of time",
    Duration: "a duration",
    Ref: "a reference",
    Sealed: "sensitive",
    tuple: "a list",
    type(None): "nothing",
    Unknown: "something unknown",
}


def kind_in_words(value: Value) -> str:
    """Say what kind of value it is: `a number`, `a list`, `nothing`."""
    return _KINDS.get(type(value), "a row")


def compare(sign: Comparison, left: Value, right: Value, clocks: Clocks) -> bool | None:
    """Compare two values that are not empty; None when an empty entry of a list leaves it open.

    References are the same when their ids are; a text compared with a reference is an id. Raises EvaluationRefused.
    """
    if sign in _ORDERS:
        return _ordered(sign, left, right, clocks)
    answer = contains(right, left, clocks) if sign in ("in", "not in") else equal(left, right, clocks)
    return answer if answer is None or sign in ("==", "in") else not answer


def equal(left: Value, right: Value, clocks: Clocks) -> bool | None:
    """Say whether two values are the same; None when one of them, or an entry that decides it, is empty."""
    if left is None or right is None or isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if type(left) is tuple and type(right) is tuple:
        answers = [equal(ours, theirs, clocks) for ours, theirs in zip(left, right, strict=False)]
        if len(left) != len(right) or False in answers:
            return False
        return None if None in answers else True
    first, second = _comparable(left, right, clocks)
    return bool(first == second)


def contains(whole: Value, part: Value, clocks: Clocks) -> bool | None:
    """Say whether a list holds a value, or a text another; None when only an empty entry might be it."""
    if isinstance(whole, str) and isinstance(part, str):
        return part in whole
    if type(whole) is not tuple:
        raise EvaluationRefused(f"{kind_in_words(part)} cannot be in {kind_in_words(whole)}")
    found: bool | None = False
    for entry in whole:
        answer = equal(part, entry, clocks)
        if answer:
            return True
        found = None if answer is None else found
    return found


def _ordered(sign: str, left: Value, right: Value, clocks: Clocks) -> bool:
    first, second = _comparable(left, right, clocks)
    if isinstance(first, str | bool):
        message = f'{kind_in_words(left)} has no order. Name the values that are meant: in ["a", "b"].'
        raise EvaluationRefused(message)
    return _ORDERS[sign](first, second)


def _comparable(left: Value, right: Value, clocks: Clocks) -> tuple[Any, Any]:
    """Make two values of one kind; raise EvaluationRefused when they are of two."""
    kinds = (type(left), type(right))
    if kinds[0] is kinds[1] and kinds[0] in _SIMPLE:
        return left, right
    if isinstance(left, Ref | str) and isinstance(right, Ref | str):
        return _id(left), _id(right)
    if isinstance(left, str) and kinds[1] in _READABLE:
        return _comparable(_read_as(right, left, clocks), right, clocks)
    if isinstance(right, str) and kinds[0] in _READABLE:
        return _comparable(left, _read_as(left, right, clocks), clocks)
    if isinstance(left, Duration | timedelta) and isinstance(right, Duration | timedelta):
        return _lengths(left, right)
    raise EvaluationRefused(f"{kind_in_words(left)} cannot be compared with {kind_in_words(right)}")


def _id(value: Ref | str) -> str:
    return value.id if isinstance(value, Ref) else value


def _read_as(like: Value, text: str, clocks: Clocks) -> Value:
    """Read a text as a value of the kind of another."""
    shape = _READABLE[type(like)]
    try:
        return typed(shape, read(shape, text, clocks.offset))
    except ValueRefused as refused:
        raise EvaluationRefused(refused.text) from None


def _lengths(left: Duration | timedelta, right: Duration | timedelta) -> tuple[Any, Any]:
    (scale, first), (other_scale, second) = _length(left), _length(right)
    if scale != other_scale:
        remedy = "Only a calendar can tell: add them to a time and compare the times."
        raise EvaluationRefused(f"a length in {scale} cannot be compared with one in {other_scale}. {remedy}")
    return first, second


def _length(span: Duration | timedelta) -> tuple[str, Any]:
    """Give a length and the scale it is measured on; lengths on two scales have no fixed relation."""
    elapsed = span if isinstance(span, timedelta) else as_timedelta(span)
    if elapsed is not None:
        return "hours", elapsed
    assert isinstance(span, Duration)
    if span.unit in (Unit.MONTHS, Unit.YEARS):
        return "months", span.amount * (12 if span.unit is Unit.YEARS else 1)
    return span.unit, span.amount


def add(left: Value, right: Value, clocks: Clocks) -> Value:
    """Add two values that are not empty: numbers, texts, lists, or a time and a duration. Raises EvaluationRefused."""
    if isinstance(left, date) and not isinstance(right, date):
        return _moved(left, right, 1, clocks)
    if isinstance(right, date) and not isinstance(left, date):
        return _moved(right, left, 1, clocks)
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > LONGEST_LONG_TEXT:
            raise EvaluationRefused(f"a text has at most {LONGEST_LONG_TEXT} characters")
        return left + right
    if type(left) is tuple and type(right) is tuple:
        return left + right
    return _calculated(_EXACT.add, "added to", left, right, clocks)


def subtract(left: Value, right: Value, clocks: Clocks) -> Value:
    """Subtract numbers, a duration from a time, or a time from a time (a length of time). Raises EvaluationRefused."""
    if isinstance(left, date) and type(left) is type(right):
        return left - right
    if isinstance(left, date) and not isinstance(right, date):
        return _moved(left, right, -1, clocks)
    return _calculated(_EXACT.subtract, "subtracted from", left, right, clocks)


def negative(value: Value) -> Value:
    """Give minus a number. Raises EvaluationRefused."""
    if not isinstance(value, Decimal):
        raise EvaluationRefused(f"there is no minus {kind_in_words(value)}")
    return value.copy_negate()


def _calculated(
    rule: Callable[[Decimal, Decimal], Decimal], verb: str, left: Value, right: Value, clocks: Clocks
) -> Decimal:
    first = _read_as(right, left, clocks) if isinstance(left, str) and isinstance(right, Decimal) else left
    second = _read_as(left, right, clocks) if isinstance(right, str) and isinstance(left, Decimal) else right
    if not isinstance(first, Decimal) or not isinstance(second, Decimal):
        raise EvaluationRefused(f"{kind_in_words(right)} cannot be {verb} {kind_in_words(left)}")
    result = rule(first, second)
    if len(result.as_tuple().digits) > MOST_DIGITS:
        raise EvaluationRefused(f"a number has at most {MOST_DIGITS} digits")
    return result


def _moved(time: date, by: Value, sign: Literal[1, -1], clocks: Clocks) -> Value:
    """Move a time or a date by a duration, a text that is one, or a length of time."""
    span = _duration(by) if isinstance(by, str) else by
    if isinstance(span, Duration) and isinstance(time, datetime):
        return clocks.shift(time, span, sign)
    try:
        if isinstance(span, Duration):
            return _moved_day(time, span, sign)
        if isinstance(span, timedelta) and (isinstance(time, datetime) or not span % timedelta(days=1)):
            return time + sign * span
    except OverflowError:
        raise EvaluationRefused("no calendar reaches that far") from None
    verb = "added to" if sign == 1 else "subtracted from"
    raise EvaluationRefused(f"{kind_in_words(by)} cannot be {verb} {kind_in_words(time)}")


def _duration(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except DurationError as problem:
        raise EvaluationRefused(str(problem)) from None


def _moved_day(day: date, span: Duration, sign: Literal[1, -1]) -> date:
    if span.unit not in DAY_UNITS:
        raise EvaluationRefused(f"a date has no clock to add {span} to. Use a field of type datetime.")
    if span.unit in (Unit.DAYS, Unit.WEEKS):
        return day + sign * timedelta(days=span.amount * (7 if span.unit is Unit.WEEKS else 1))
    months = day.year * 12 + day.month - 1 + sign * span.amount * (12 if span.unit is Unit.YEARS else 1)
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError
    return date(year, month, min(day.day, monthrange(year, month)[1]))
