"""A scope over values at hand, for the tests of expressions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from language.durations import Duration, as_timedelta
from language.evaluation import evaluate
from language.expressions import parse
from language.values import Fact, Ref, Value
from language.verdicts import Verdict, decide


class AskedTooEarlyError(Exception):
    """Something was asked that is not at hand."""


class Values:
    """Names, attributes by `id.name`, and answers by the name of the function; clocks are one hour ahead of UTC."""

    def __init__(self, names: Mapping[str, Value], answers: Mapping[str, Value | Fact]) -> None:
        self.names = names
        self.answers = answers

    def name(self, name: str) -> Value:
        return self.names[name]

    def attribute(self, of: Ref, name: str) -> Value:
        return self.names[f"{of.id}.{name}"]

    def call(self, function: str, args: tuple[Value, ...], named: Mapping[str, Value]) -> Value | Fact:
        if function not in self.answers:
            raise AskedTooEarlyError(function, args, dict(named))
        return self.answers[function]

    def offset(self, local: datetime) -> float:
        return 3600.0

    def shift(self, time: datetime, duration: Duration, sign: Literal[1, -1]) -> datetime:
        """Count a business day as a day."""
        return time + sign * (as_timedelta(duration) or timedelta(days=duration.amount))


def number(text: str | int) -> Decimal:
    return Decimal(text)


def value_of(
    text: str,
    known: Mapping[str, Value] | None = None,
    /,
    *,
    fuel: int = 2_000,
    answers: Mapping[str, Value | Fact] | None = None,
    **names: Value,
) -> Value:
    """Evaluate a text with these names."""
    return evaluate(parse(text), Values({**(known or {}), **names}, answers or {}), fuel)


def verdict_of(
    text: str,
    known: Mapping[str, Value] | None = None,
    /,
    *,
    answers: Mapping[str, Value | Fact] | None = None,
    **names: Value,
) -> Verdict:
    """Decide a text with these names."""
    return decide(parse(text), Values({**(known or {}), **names}, answers or {}))
