"""The calendar a record's times run on: a fact asked for once, then kept in the record as a snapshot."""

import json
from functools import lru_cache

from engine.record import Plain
from engine.turn import Turn
from language.calendars import ALWAYS_OPEN, Calendar
from language.operations import EvaluationRefused


def named(turn: Turn, name: str) -> Calendar:
    """Give a calendar by its name (empty: round the clock); its snapshot is kept in the record from then on.

    Raises EvaluationRefused where the organisation has none of that name.
    """
    if not name:
        return ALWAYS_OPEN
    if name not in turn.calendars:
        snapshot = turn.fact("calendar", name)["value"]
        if snapshot is None:
            raise EvaluationRefused(f'there is no calendar "{name}" in the organisation. Add it, or name another.')
        turn.calendars[name] = snapshot
    if name not in turn.read:
        turn.read[name] = calendar(turn.calendars[name])
    return turn.read[name]


def calendar(snapshot: Plain) -> Calendar:
    """Read a snapshot; the same snapshot is read once."""
    return _read(_Same(snapshot))


class _Same:
    """A snapshot as a key: two are the same when they are one, which is quick to see."""

    __slots__ = ("snapshot",)

    def __init__(self, snapshot: Plain) -> None:
        self.snapshot = snapshot

    def __hash__(self) -> int:
        return id(self.snapshot)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.snapshot is other.snapshot


@lru_cache(500)
def _read(key: _Same) -> Calendar:
    return _parsed(json.dumps(key.snapshot, sort_keys=True))


@lru_cache(200)
def _parsed(snapshot: str) -> Calendar:
    return Calendar.from_json(json.loads(snapshot))
