"""Evaluates what an intake or the event map makes of an event from outside, of what came in and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import structlog

from language.definition import Literal as AsWritten
from language.definition import Written
from language.durations import Duration
from language.evaluation import evaluate, render
from language.expressions import Text
from language.operations import EvaluationRefused
from language.values import Ref, Value, plain

log = structlog.get_logger("steward.api")


def filled(way: str, written: Mapping[str, Written], known: Mapping[str, Value]) -> dict[str, Any]:
    """Give values as plain JSON; what cannot be evaluated, or is empty, is left out. `way` is whose values they are."""
    found: dict[str, Any] = {}
    for name, each in written.items():
        value = given(way, name, each, known)
        if value is not None:
            found[name] = value
    return found


def given(way: str, name: str, written: Written, known: Mapping[str, Value]) -> Any:  # noqa: ANN401  # plain JSON
    """Give one value as plain JSON; None where it is empty, or cannot be evaluated."""
    try:
        return _value(written, known)
    except EvaluationRefused as refused:
        log.warning("value from outside left empty", way=way, value=name, because=str(refused))
        return None


def _value(written: Written, known: Mapping[str, Value]) -> Any:  # noqa: ANN401  # plain JSON
    if isinstance(written, AsWritten):
        return written.value
    scope = _Outside(known)
    return render(written, scope) or None if isinstance(written, Text) else plain(evaluate(written, scope))


class _Outside:
    """What expressions about an event from outside can ask: nothing of an organisation or a calendar."""

    def __init__(self, known: Mapping[str, Value]) -> None:
        self._known = known

    def name(self, name: str) -> Value:
        return self._known.get(name)

    def attribute(self, of: Ref, name: str) -> Value:
        raise EvaluationRefused(f"{of.id} has no {name} here")

    def call(self, function: str, args: tuple[Value, ...], named: Mapping[str, Value]) -> Value:  # noqa: ARG002
        raise EvaluationRefused(f"{function} cannot be asked here")

    def offset(self, local: datetime) -> float:  # noqa: ARG002
        return 0.0

    def shift(self, time: datetime, duration: Duration, sign: Literal[1, -1]) -> datetime:
        raise EvaluationRefused(f"{time} cannot be moved by {sign} × {duration}: there is no calendar here")
