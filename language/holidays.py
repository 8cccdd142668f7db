"""Holidays as people say them: a date, `25 December`, `Easter + 1 day`, `last Monday in August`.

ValueError
└── HolidayError     a text says no day; the message says how days are written
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from language.calendars import WEEKDAYS
from language.problems import did_you_mean, quoted, sentence

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
REMEDY = (
    "Write 2026-12-24, 25 December, Easter + 1 day, first Monday in May, last Monday in August, "
    "or Wednesday before 23 November."
)
WEEK = timedelta(weeks=1)
FURTHEST = 200  # days from Easter

_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS)
PATTERNS = {
    "date": r"(\d{4})-(\d{2})-(\d{2})",
    "yearly": rf"(\d{{1,2}}) +({_MONTH})",
    "easter": r"Easter(?: *([+-]) *(\d{1,3}) +days?)?",
    "nth": rf"({'|'.join(PLACES)}) +({_WEEKDAY}) +in +({_MONTH})",
    "beside": rf"({_WEEKDAY}) +(before|after) +(\d{{1,2}}) +({_MONTH})",
}
"""How a day can be written."""
_PATTERNS = {name: re.compile(pattern, re.ASCII) for name, pattern in PATTERNS.items()}
_VOCABULARY = (*MONTHS, *WEEKDAYS, *PLACES, "Easter", "before", "after", "in", "day", "days")

Rule = Callable[[int], date | None]
"""Gives the day in a year; None where there is none (29 February)."""


class HolidayError(ValueError):
    """A text that says no day."""


def rule(text: str) -> Rule:
    """Read a day; raise HolidayError where the text says none."""
    for name, pattern in _PATTERNS.items():
        found = pattern.fullmatch(text.strip())
        if found is not None:
            try:
                return _RULES[name](*found.groups())
            except ValueError:
                break
    strange = (word for word in re.findall(r"[^\W\d_]+", text) if word not in _VOCABULARY)
    hints = (did_you_mean(word, _VOCABULARY) for word in strange)
    hint = next((each for each in hints if each), "")
    raise HolidayError(sentence(f"{quoted(text)} is no day that can be a holiday", hint or REMEDY))


def dates(days: Iterable[str], first: int, last: int) -> tuple[date, ...]:
    """Give the dates of these days from the first to the last year, in order; single dates are always among them."""
    found: dict[date, None] = {}
    for text in days:
        if _PATTERNS["date"].fullmatch(text):
            found[date.fromisoformat(text)] = None
            continue
        in_year = rule(text)
        found.update(dict.fromkeys(day for year in range(first, last + 1) if (day := in_year(year)) is not None))
    return tuple(sorted(found))


def easter(year: int) -> date:
    """Give Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    corrected = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - corrected - rest % 4) % 7
    shift = (year % 19 + 11 * corrected + 22 * weekday) // 451
    month, day = divmod(corrected + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _one_date(year: str, month: str, day: str) -> Rule:
    only = date(int(year), int(month), int(day))
    return lambda year: only if year == only.year else None


def _yearly(day: str, month: str) -> Rule:
    number, of = int(day), _month(month)
    date(2024, of, number)  # refuses 30 February
    return lambda year: date(year, of, number) if number <= monthrange(year, of)[1] else None


def _around_easter(sign: str | None, days: str | None) -> Rule:
    away = int(days or 0) * (-1 if sign == "-" else 1)
    if abs(away) > FURTHEST:
        raise ValueError
    return lambda year: easter(year) + timedelta(days=away)


def _nth(place: str, weekday: str, month: str) -> Rule:
    wanted, of, number = _weekday(weekday), _month(month), PLACES[place]

    def in_year(year: int) -> date:
        if number < 0:
            end = date(year, of, monthrange(year, of)[1])
            return end - timedelta(days=(end.weekday() - wanted) % 7)
        begin = date(year, of, 1)
        return begin + timedelta(days=(wanted - begin.weekday()) % 7) + number * WEEK

    return in_year


def _beside(weekday: str, side: str, day: str, month: str) -> Rule:
    wanted, anchor = _weekday(weekday), _yearly(day, month)

    def in_year(year: int) -> date | None:
        at = anchor(year)
        if at is None:
            return None
        if side == "before":
            return at - timedelta(days=(at.weekday() - wanted - 1) % 7 + 1)
        return at + timedelta(days=(wanted - at.weekday() - 1) % 7 + 1)

    return in_year


def _month(name: str) -> int:
    return MONTHS.index(name) + 1


def _weekday(name: str) -> int:
    return WEEKDAYS.index(name)


_RULES: dict[str, Callable[..., Rule]] = {
    "date": _one_date,
    "yearly": _yearly,
    "easter": _around_easter,
    "nth": _nth,
    "beside": _beside,
}
