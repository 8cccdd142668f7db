"""How things stand, in words."""

import pytest

from engine.explain import clock_time, share, spent, target_in_words, target_word
from engine.record import Clock, Record
from language.calendars import ALWAYS_OPEN, Calendar

MORNING = 1772784000.0  # 2026-03-06 08:00 UTC, a Friday
HOUR = 3_600.0
OFFICE = Calendar("office", "UTC", (((480, 1_020),),) * 5 + ((), ()), (), ((0, 0),))


def a_clock(status: str = "running", used: float = 0.0, late: bool = False, calendar: str = "") -> Clock:
    """Give a clock of four hours that has used up some of them by 08:00 on Friday."""
    due = MORNING + 4 * HOUR - used if status == "running" else None
    return Clock(status, MORNING, MORNING, used, used, 4 * HOUR, "4 hours", calendar, {}, due, late)


def a_record(clock: Clock) -> Record:
    """Give a record with one target."""
    return Record("R1", "repair", 1, "", targets={"mending": clock}, calendars={"office": OFFICE.to_json()})


@pytest.mark.parametrize(
    ("clock", "after", "words"),
    [
        (a_clock(), 40 * 60, "due in 3 hours 20 minutes"),
        (a_clock(), 4 * HOUR - 7, "due in 7 seconds"),
        (a_clock(), 4 * HOUR + 600, "missed by 10 minutes"),
        (a_clock(used=5 * HOUR, late=True), 0, "missed by 1 hour"),
        (a_clock("paused", 2 * HOUR), 99 * HOUR, "paused with 2 hours left"),
        (a_clock("paused", 5 * HOUR, late=True), 99 * HOUR, "missed by 1 hour, paused"),
        (a_clock("met", 3 * HOUR), 99 * HOUR, "met with 1 hour left"),
        (a_clock("missed", 4 * HOUR + 600, late=True), 99 * HOUR, "missed by 10 minutes"),
    ],
)
def test_a_target_is_told_as_people_say_it(clock: Clock, after: float, words: str) -> None:
    assert target_in_words(a_record(clock), "mending", MORNING + after) == words


@pytest.mark.parametrize(
    ("clock", "word"),
    [
        (a_clock(), "running"),
        (a_clock(late=True), "missed"),
        (a_clock("paused"), "paused"),
        (a_clock("met"), "met"),
        (a_clock("missed", late=True), "missed"),
    ],
)
def test_a_target_that_is_late_is_missed_while_it_still_runs(clock: Clock, word: str) -> None:
    assert target_word(clock) == word


def test_time_is_spent_only_while_the_calendar_is_open() -> None:
    clock = a_clock(calendar="office", used=HOUR)
    assert spent(a_record(clock), clock, MORNING + 48 * HOUR) == 10 * HOUR


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 4, "0 %"), (99.95, 100, "99 %"), (100, 100, "100 %"), (100.05, 100, "101 %"), (0, 0, "100 %")],
)
def test_a_hundred_percent_is_said_only_when_it_is(part: float, whole: float, words: str) -> None:
    assert share(part, whole) == words


def test_a_time_is_the_one_that_clocks_show() -> None:
    summer = Calendar("office", "Europe/Berlin", ALWAYS_OPEN.hours, (), ((0, 3_600), (1774746000, 7_200)))
    assert clock_time(summer, MORNING) == "2026-03-06 09:00"
    assert clock_time(summer, 1774746000.0) == "2026-03-29 03:00"
    assert clock_time(summer, MORNING + 5) == "2026-03-06 09:00:05"
    assert clock_time(summer, -60.0) == "1970-01-01 00:59"
