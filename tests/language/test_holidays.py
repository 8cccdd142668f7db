"""A holiday is a date, or a rule that gives one every year."""

from datetime import date

import pytest

from language.holidays import HolidayError, dates, easter, rule

EASTERS = {
    1818: (3, 22),
    1943: (4, 25),
    1954: (4, 18),
    1981: (4, 19),
    2000: (4, 23),
    2008: (3, 23),
    2024: (3, 31),
    2025: (4, 20),
    2026: (4, 5),
    2027: (3, 28),
    2038: (4, 25),
    2049: (4, 18),
    2076: (4, 19),
    2285: (3, 22),
}


@pytest.mark.parametrize("year", EASTERS)
def test_easter_is_on_its_sunday(year: int) -> None:
    assert easter(year) == date(year, *EASTERS[year])


@pytest.mark.parametrize(
    ("text", "year", "day"),
    [
        ("2026-12-24", 2026, "2026-12-24"),
        ("2026-12-24", 2027, None),
        ("25 December", 2027, "2027-12-25"),
        ("1 January", 2026, "2026-01-01"),
        ("29 February", 2026, None),
        ("29 February", 2028, "2028-02-29"),
        ("Easter", 2026, "2026-04-05"),
        ("Easter - 2 days", 2026, "2026-04-03"),
        ("Easter + 1 day", 2026, "2026-04-06"),
        ("Easter +39 days", 2026, "2026-05-14"),
        ("first Monday in May", 2026, "2026-05-04"),
        ("fourth Thursday in November", 2026, "2026-11-26"),
        ("last Monday in August", 2026, "2026-08-31"),
        ("last Monday in May", 2026, "2026-05-25"),
        ("Wednesday before 23 November", 2026, "2026-11-18"),
        ("Wednesday before 25 November", 2026, "2026-11-18"),
        ("Friday after 18 June", 2026, "2026-06-19"),
        ("Friday after 19 June", 2026, "2026-06-26"),
        ("Friday after 29 February", 2026, None),
    ],
)
def test_a_day_is_the_right_one_in_a_year(text: str, year: int, day: str | None) -> None:
    assert rule(text)(year) == (None if day is None else date.fromisoformat(day))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("25 Decembre", 'Did you mean "December"?'),
        ("first Mondy in May", 'Did you mean "Monday"?'),
        ("25 december", 'Did you mean "December"?'),
        ("Xmas", "Write 2026-12-24, 25 December, Easter + 1 day"),
        ("30 February", "Write 2026-12-24"),
        ("0 May", "Write 2026-12-24"),
        ("2026-13-25", "Write 2026-12-24"),
        ("Easter + 201 days", "Write 2026-12-24"),
        ("", "Write 2026-12-24"),
        ("٢٥ December", "Write 2026-12-24"),
    ],
)
def test_what_is_no_day_is_refused_with_the_remedy(text: str, said: str) -> None:
    with pytest.raises(HolidayError) as refused:
        rule(text)
    assert said in str(refused.value)


def test_the_dates_of_some_years_are_in_order_and_once_each() -> None:
    days = ("25 December", "2031-07-01", "Easter + 1 day", "2026-12-25")
    assert [day.isoformat() for day in dates(days, 2026, 2027)] == [
        "2026-04-06",
        "2026-12-25",
        "2027-03-29",
        "2027-12-25",
        "2031-07-01",
    ]
