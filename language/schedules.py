"""When a process starts records by itself: the times of a schedule, on the clocks of the process's calendar."""

from datetime import UTC, datetime

from language.calendars import Calendar
from language.definition import Schedule
from language.inputs import read
from language.rhythms import Rhythm
from language.values import FieldType, Shape

DATETIME = Shape(FieldType.DATETIME)


def following(schedule: Schedule, calendar: Calendar, instant: float, most: int) -> tuple[float, ...]:
    """Give the times after an instant (seconds since the epoch), at most so many of them."""
    first = first_time(schedule, calendar)
    if schedule.every is None:
        return (first,) if first > instant else ()
    return Rhythm(calendar, first, schedule.every).following(instant, most)


def latest(schedule: Schedule, calendar: Calendar, instant: float) -> float | None:
    """Give the last time up to an instant; None: there has been none."""
    first = first_time(schedule, calendar)
    if first > instant:
        return None
    if schedule.every is None:
        return first
    rhythm = Rhythm(calendar, first, schedule.every)
    return rhythm.time(rhythm.until(instant) - 1)


def first_time(schedule: Schedule, calendar: Calendar) -> float:
    """Give the time with which it begins."""
    time = read(DATETIME, schedule.at, lambda local: calendar.ahead(local.replace(tzinfo=UTC).timestamp()))
    return datetime.fromisoformat(str(time)).timestamp()
