"""A schedule names its times on the clocks of the calendar; holidays move only what counts in business time."""

import pytest

from language.calendars import ALWAYS_OPEN
from language.definition import Schedule
from language.durations import Duration
from language.schedules import following, latest
from tests.language.test_calendars import a_calendar, at, local

HOLIDAY = "2026-04-06"
OFFICE = a_calendar(holidays=(HOLIDAY,))


def a_schedule(first: str, every: str = "") -> Schedule:
    return Schedule(first, Duration.parse(every) if every else None)


# Clocks change in Berlin on Sunday 2026-03-29.
@pytest.mark.semantics("A2.5")
@pytest.mark.parametrize(
    ("schedule", "times"),
    [
        (a_schedule("2026-03-23 09:00", "1 week"), ["03-23 09:00", "03-30 09:00", "04-06 09:00"]),
        (a_schedule("2026-03-23 09:00Z", "1 week"), ["03-23 10:00", "03-30 10:00", "04-06 10:00"]),
        (a_schedule("2026-04-02 09:00", "1 business day"), ["04-02 09:00", "04-03 09:00", "04-07 09:00"]),
        (a_schedule("2026-03-31 09:00", "1 month"), ["03-31 09:00", "04-30 09:00", "05-31 09:00"]),
        (a_schedule("2026-04-06 09:00"), ["04-06 09:00"]),
    ],
)
def test_times_are_those_an_owner_expects(schedule: Schedule, times: list[str]) -> None:
    found = following(schedule, OFFICE, at("2026-03-01 00:00"), 3)
    assert [local(time)[5:] for time in found] == times


def test_without_a_calendar_times_are_in_utc() -> None:
    assert following(a_schedule("2026-03-23 09:00"), ALWAYS_OPEN, 0, 9) == (at("2026-03-23 09:00", "UTC"),)


@pytest.mark.parametrize(
    ("every", "now", "last", "next_one"),
    [
        ("1 week", "2026-03-23 08:59", None, "2026-03-23 09:00"),
        ("1 week", "2026-03-23 09:00", "2026-03-23 09:00", "2026-03-30 09:00"),
        ("1 week", "2026-04-05 12:00", "2026-03-30 09:00", "2026-04-06 09:00"),
        ("", "2026-04-05 12:00", "2026-03-23 09:00", None),
    ],
)
def test_the_last_time_and_the_next_are_told(every: str, now: str, last: str | None, next_one: str | None) -> None:
    schedule = a_schedule("2026-03-23 09:00", every)
    assert latest(schedule, OFFICE, at(now)) == (last and at(last))
    assert following(schedule, OFFICE, at(now), 1) == ((at(next_one),) if next_one else ())
