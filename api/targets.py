"""How service level targets are shown: how one stands, and the intervals of time that explain it."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, Field

from api.times import moment
from engine.explain import spent, target_in_words, target_word
from engine.record import Clock, Record
from engine.targets import RUNNING


class IntervalView(BaseModel):
    """A time in which the clock of a target ran, and how much of it counts: seconds of the target's calendar."""

    since: datetime
    until: datetime | None = Field(description="null: it runs")
    spent: float


class TargetView(BaseModel):
    """How a service level target stands: in a word, in words, and in numbers (seconds of its calendar)."""

    status: str = Field(description="`running`, `paused`, `met` or `missed`")
    words: str
    within: str
    calendar: str
    due: datetime | None
    allowed: float
    spent: float
    intervals: list[IntervalView] = Field(description="what `spent` is the sum of; the oldest are joined when many")


def target_views(record: Record, now: float) -> dict[str, TargetView]:
    """Show every target of a record as it stands at an instant (seconds since the epoch)."""
    return {name: _view(record, name, clock, now) for name, clock in record.targets.items()}


def _view(record: Record, name: str, clock: Clock, now: float) -> TargetView:
    return TargetView(
        status=target_word(clock),
        words=target_in_words(record, name, now),
        within=clock.within,
        calendar=clock.calendar,
        due=moment(clock.due),
        allowed=clock.allowed,
        spent=spent(record, clock, now),
        intervals=list(_intervals(record, clock, now)),
    )


def _intervals(record: Record, clock: Clock, now: float) -> Iterator[IntervalView]:
    for since, until, part in clock.intervals:
        yield IntervalView(since=moment(since), until=moment(until), spent=part)
    if clock.status == RUNNING:
        yield IntervalView(since=moment(clock.since), until=None, spent=spent(record, clock, now) - clock.spent)
