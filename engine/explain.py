"""Says in words how things stand: how a service level target is doing, and what the clock showed at an instant."""

from bisect import bisect_right
from datetime import UTC, datetime
from math import ceil, floor

from engine.calendars import calendar
from engine.record import Clock, Record
from engine.targets import MET, MISSED, PAUSED, RUNNING
from language.calendars import ALWAYS_OPEN, Calendar
from language.durations import in_words


def target_word(clock: Clock) -> str:
    """Give the one word for a target: `running`, `met`, `missed` (also while it still runs) or `paused`."""
    return MISSED if clock.late else clock.status


def target_in_words(record: Record, name: str, now: float) -> str:
    """Say how a target stands: `due in 3 hours 20 minutes`, `paused with 2 hours left`, `missed by 10 minutes`.

    What is left and what is over is time of the target's calendar; `due in` counts to the instant at which it is due.
    """
    clock = record.targets[name]
    left = clock.allowed - spent(record, clock, now)
    word = target_word(clock)
    if word == MISSED or (word == RUNNING and left < 0):
        return f"missed by {in_words(left)}" + (", paused" if clock.status == PAUSED else "")
    if word in (MET, PAUSED):
        return f"{word} with {in_words(left)} left"
    return f"due in {in_words((clock.due or now) - now)}"


def spent(record: Record, clock: Clock, now: float) -> float:
    """Give the calendar time in seconds that a target has used up by `now`."""
    if clock.status != RUNNING:
        return clock.spent
    hours = calendar(record.calendars[clock.calendar]) if clock.calendar else ALWAYS_OPEN
    return clock.spent + hours.open_between(clock.since, now)


def share(part: float, whole: float) -> str:
    """Give a share as whole percents; it reads `100 %` only when it is: 99.95 is `99 %`, 100.05 is `101 %`."""
    if not whole:
        return "100 %"
    percent = part / whole * 100
    return f"{floor(percent) if percent < 100 else ceil(percent)} %"


def clock_time(hours: Calendar, instant: float) -> str:
    """Give what clocks on a calendar show at an instant (seconds since the epoch): `2026-03-06 10:00`."""
    place = bisect_right([since for since, _ in hours.offsets], instant)
    ahead = hours.offsets[max(place - 1, 0)][1]
    shown = datetime.fromtimestamp(instant + ahead, UTC)
    return shown.strftime("%Y-%m-%d %H:%M:%S" if shown.second else "%Y-%m-%d %H:%M")
