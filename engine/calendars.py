"""The calendar a record's times run on: a fact asked for once, then kept in the record as a snapshot."""

import json
from collections.abc import Mapping, Sequence
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


def known_now(turn: Turn) -> dict[str, Plain]:
    """Give, by name, the snapshots of the record's calendars that differ from what the organisation says now.

    Raises Missing, for all of them at once. A calendar that is gone stays as it was.
    """
    now: dict[str, Plain] = {}
    for name in turn.calendars:
        with turn.gathering():
            now[name] = turn.fact("calendar", name)["value"] or turn.calendars[name]
    turn.settle_missing()
    return {name: snapshot for name, snapshot in now.items() if snapshot != turn.calendars[name]}


def renew(turn: Turn, now: Mapping[str, Plain]) -> None:
    """Keep these snapshots from now on, and journal what they say differently but for changes of the clocks."""
    for name, new in now.items():
        old = turn.calendars[name]
        added, removed = _without(new["holidays"], old["holidays"]), _without(old["holidays"], new["holidays"])
        other = [what for key, what in (("hours", "opening hours"), ("zone", "time zone")) if old[key] != new[key]]
        turn.calendars[name] = new
        turn.read.pop(name, None)
        if added or removed or other:
            turn.log("calendar_changed", name, added=added, removed=removed, other=other)


def _without(days: Sequence[str], others: Sequence[str]) -> list[str]:
    return [day for day in days if day not in others]


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
