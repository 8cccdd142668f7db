"""Durations are read as process owners write them and shown as people read them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.durations import MOST, Duration, DurationError, Unit, as_timedelta, in_words


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("15 minutes", 15, Unit.MINUTES),
        ("1 hour", 1, Unit.HOURS),
        ("3 hours", 3, Unit.HOURS),
        ("1 business day", 1, Unit.BUSINESS_DAYS),
        ("4 business hours", 4, Unit.BUSINESS_HOURS),
        ("0 days", 0, Unit.DAYS),
        (" 2  Business\tDays ", 2, Unit.BUSINESS_DAYS),
    ],
)
def test_a_duration_is_a_whole_number_and_a_unit(text: str, amount: int, unit: Unit) -> None:
    assert Duration.parse(text) == Duration(amount, unit)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("3 busyness days", 'Did you mean "business days"?'),
        ("3 hous", 'Did you mean "hours"?'),
        ("1.5 hours", "90 minutes instead of 1.5 hours"),
        ("-3 days", "Write a whole number and a unit: minutes"),
        ("3d", "Write a whole number and a unit: minutes"),
        ("three days", "Write a whole number and a unit: minutes"),
        ("", "Write a whole number and a unit: minutes"),
        ("5", "Write a whole number and a unit: minutes"),
        ("٣ days", "Write a whole number and a unit: minutes"),
        ("200 years", "between 0 and 100 years"),
        ("3 days" + " " * 300 + "!", "Write a whole number and a unit: minutes"),
        ("9" * 60_000, "Write a whole number and a unit: minutes"),
    ],
)
def test_anything_else_is_refused_with_the_remedy(text: str, remedy: str) -> None:
    with pytest.raises(DurationError) as refusal:
        Duration.parse(text)
    assert remedy in str(refusal.value)
    assert len(str(refusal.value)) < 250


@given(st.sampled_from(Unit), st.data())
def test_a_duration_is_stored_in_one_way(unit: Unit, data: st.DataObject) -> None:
    duration = Duration(data.draw(st.integers(0, MOST[unit])), unit)
    assert Duration.parse(str(duration)) == duration


def test_one_of_something_is_singular() -> None:
    assert [str(Duration(amount, Unit.BUSINESS_DAYS)) for amount in (0, 1, 2)] == [
        "0 business days",
        "1 business day",
        "2 business days",
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2 minutes", 120),
        ("2 hours", 7_200),
        ("2 days", 172_800),
        ("2 weeks", 1_209_600),
        ("1 month", None),
        ("1 year", None),
        ("8 business hours", None),
        ("1 business day", None),
    ],
)
def test_only_units_of_one_length_have_seconds(text: str, seconds: float | None) -> None:
    duration = Duration.parse(text)
    assert duration.seconds == seconds
    assert as_timedelta(duration) == (None if seconds is None else timedelta(seconds=seconds))


def test_business_units_know_that_they_are() -> None:
    assert [unit.value for unit in Unit if Duration(1, unit).business] == ["business hours", "business days"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 minutes"),
        (1, "1 second"),
        (59.9, "59 seconds"),
        (60, "1 minute"),
        (15_600, "4 hours 20 minutes"),
        (-15_600, "4 hours 20 minutes"),
        (7_199, "1 hour 59 minutes"),
        (86_400, "1 day"),
        (87_600, "1 day 20 minutes"),
        (266_461, "3 days 2 hours"),
    ],
)
def test_a_span_is_said_with_its_two_largest_units_rounded_down(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
