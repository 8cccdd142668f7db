"""The days of a report, and the stretches in which it counts them: days, weeks from Monday on, or months, in UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

WEEKS = 13
"""Of which a report tells unless it is asked otherwise."""
MOST_DAYS = 731
"""Of longer periods, the last part is told."""
STRETCHES = ("day", "week", "month")
FINEST = {"day": 92, "week": 400, "month": MOST_DAYS}
"""Days of a period up to which it is counted by days, by weeks, by months."""
EPOCH = date(1970, 1, 1)


class Stretch(NamedTuple):
    """Some days that are counted together, from the first to the last, as numbers of days since the epoch.

    `short` is its name where there is little room.
    """

    name: str
    short: str
    first: int
    last: int


class Period(NamedTuple):
    """From one day to another, both included, counted by days, weeks or months (`by`)."""

    first: date
    last: date
    by: str

    def stretches(self) -> tuple[Stretch, ...]:
        """Give its stretches in order; the first and the last may be cut short."""
        return tuple(self._stretches())

    def _stretches(self) -> Iterator[Stretch]:
        first = self.first
        while first <= self.last:
            last = min(_last_of(first, self.by), self.last)
            yield Stretch(_named(first, self.by), _short(first, self.by), number(first), number(last))
            first = last + timedelta(days=1)


def period(first: str, last: str, by: str, now: float) -> Period:
    """Give the period that is asked for in dates (`2026-03-06`); what is no date, or missing, is as usual.

    It ends today at the latest; a long one is counted by what is not too fine for it.
    """
    today = datetime.fromtimestamp(now, UTC).date()
    ends = min(_date(last) or today, today)
    begins = _date(first) or ends - timedelta(weeks=WEEKS, days=-1)
    begins, ends = min(begins, ends), max(begins, ends)
    begins = max(begins, ends - timedelta(days=MOST_DAYS - 1))
    wanted = STRETCHES.index(by) if by in STRETCHES else 1
    days = (ends - begins).days + 1
    fine = next(each for each in STRETCHES[wanted:] if days <= FINEST[each])
    return Period(begins, ends, fine)


def number(day: date) -> int:
    """Give a date as the number of days since the epoch."""
    return (day - EPOCH).days


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _last_of(day: date, by: str) -> date:
    if by == "week":
        return day + timedelta(days=6 - day.weekday())
    if by == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day


def _named(day: date, by: str) -> str:
    if by == "week":
        year, week, _ = day.isocalendar()
        return f"{year} week {week:02}"
    return day.strftime("%Y-%m" if by == "month" else "%Y-%m-%d")


def _short(day: date, by: str) -> str:
    if by == "week":
        return f"week {day.isocalendar().week}"
    return day.strftime("%b %Y") if by == "month" else f"{day.day} {day.strftime('%b')}"
