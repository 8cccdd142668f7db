"""What repeats keeps its rhythm: over clock changes, short months and closed days, and however far one looks ahead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.calendars import ALWAYS_OPEN
from language.durations import Duration
from language.rhythms import Rhythm
from tests.language.test_calendars import a_calendar, at, local


def a_rhythm(first: str, every: str) -> Rhythm:
    return Rhythm(a_calendar(holidays=("2026-04-03", "2026-04-06")), at(first), Duration.parse(every))


# Clocks change in Berlin on Sunday 2026-03-29 (2:00 → 3:00); 2026-03-06 is a Friday.
@pytest.mark.parametrize(
    ("first", "every", "times"),
    [
        ("2026-03-28 12:00", "12 hours", ["03-28 12:00", "03-29 00:00", "03-29 13:00", "03-30 01:00"]),
        ("2026-03-27 09:00", "1 day", ["03-27 09:00", "03-28 09:00", "03-29 09:00", "03-30 09:00"]),
        ("2026-03-28 02:30", "1 day", ["03-28 02:30", "03-29 03:30", "03-30 02:30", "03-31 02:30"]),
        ("2026-03-16 09:00", "1 week", ["03-16 09:00", "03-23 09:00", "03-30 09:00", "04-06 09:00"]),
        ("2026-01-31 10:00", "1 month", ["01-31 10:00", "02-28 10:00", "03-31 10:00", "04-30 10:00"]),
        ("2026-04-01 10:00", "1 business day", ["04-01 10:00", "04-02 10:00", "04-07 10:00", "04-08 10:00"]),
        ("2026-03-07 10:00", "1 business day", ["03-07 10:00", "03-10 09:00", "03-11 09:00", "03-12 09:00"]),
        ("2026-03-06 15:00", "4 business hours", ["03-06 15:00", "03-09 11:00", "03-09 15:00", "03-10 11:00"]),
    ],
)
def test_times_repeat_as_an_owner_expects(first: str, every: str, times: list[str]) -> None:
    rhythm = a_rhythm(first, every)
    assert [local(rhythm.time(number))[5:] for number in range(4)] == times


def test_a_day_cut_short_does_not_shorten_those_that_follow() -> None:
    friday_until_noon = a_calendar((((540, 1020),),) * 4 + (((540, 720),), (), ()))
    rhythm = Rhythm(friday_until_noon, at("2026-03-05 16:00"), Duration.parse("1 business day"))
    assert [local(time)[8:] for time in rhythm.following(0, 3)] == ["05 16:00", "06 12:00", "09 16:00"]


def test_times_are_counted_before_and_up_to_an_instant() -> None:
    rhythm = a_rhythm("2026-03-06 10:00", "1 day")
    assert [rhythm.before(rhythm.first - 1), rhythm.before(rhythm.first), rhythm.before(rhythm.first + 1)] == [0, 0, 1]
    assert [rhythm.until(rhythm.first - 1), rhythm.until(rhythm.first), rhythm.until(rhythm.time(3))] == [0, 1, 4]
    assert rhythm.before(rhythm.time(3)) == 3


def test_a_rhythm_ends_after_a_hundred_years() -> None:
    rhythm = a_rhythm("1930-03-06 10:00", "30 years")
    assert [local(time)[:4] for time in rhythm.following(at("1960-01-01 00:00"), 9)] == ["1960", "1990", "2020"]
    assert rhythm.until(at("2200-01-01 00:00")) == 4


@given(
    st.sampled_from(["1 minute", "7 hours", "1 day", "2 weeks", "1 month", "1 year", "3 business hours"]),
    st.integers(0, 40_000_000),
)
def test_what_comes_next_is_the_first_time_after_an_instant(every: str, seconds: int) -> None:
    calendar = ALWAYS_OPEN if "business" not in every else a_calendar()
    rhythm = Rhythm(calendar, at("2026-03-05 10:00"), Duration.parse(every))
    instant = rhythm.first + seconds
    number = rhythm.until(instant)
    assert rhythm.time(number - 1) <= instant < rhythm.time(number)
    assert rhythm.following(instant, 1) == (rhythm.time(number),)
