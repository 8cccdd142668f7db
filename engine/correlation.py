"""What outside events find their record by (`correlate`): no two open records of a process may hold the same value."""

from collections.abc import Iterable, Iterator

from engine.record import Reason
from engine.records import CORRELATED
from engine.turn import Turn

TAKEN = "taken"
"""The code of the reason when another open record holds the value."""


def taken(turn: Turn, touched: Iterable[str], asked: Iterable[str]) -> Iterator[Reason]:
    """Say whether another open record holds the value that was written; `asked` are the names of the form's fields."""
    name = turn.definition.correlate
    value = turn.fields.get(name) if name is not None and name in touched else None
    if name is None or value is None:
        return
    other = turn.fact(CORRELATED, turn.definition.process, value)["value"]
    if other is not None and other != turn.before.id:
        path = f"with.{name}" if name in asked else name
        yield Reason("input", TAKEN, f"{name}: {other} is open and has this already", path)
