"""Lays out the entries of a calendar by days, as they are read on the clocks of a zone."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.calendar.entries import Entry, Time, midnight

FEW = 4
"""Entries that a day of a month shows; of more it says how many."""
ALL_DAY = "all day"


class Placed(NamedTuple):
    """An entry on a day: `clock` says when on that day."""

    entry: Entry
    clock: str


class Day(NamedTuple):
    """A day of the calendar with what is on it."""

    date: date
    placed: tuple[Placed, ...]


def days(entries: Sequence[Entry], first: date, after: date, zone: ZoneInfo) -> tuple[Day, ...]:
    """Give every day from the first until before another, each with what has a moment in it."""
    return tuple(_day(entries, each, zone) for each in _between(first, after))


def weeks(found: Sequence[Day]) -> tuple[tuple[Day, ...], ...]:
    """Give days by weeks."""
    return tuple(tuple(found[place : place + 7]) for place in range(0, len(found), 7))


def told(time: Time, zone: ZoneInfo) -> str:
    """Say a time in words, with the dates: `Fri 18 Dec 2026 18:00 – Mon 4 Jan 2027 09:00`."""
    begin, end = (datetime.fromtimestamp(each, zone) for each in time)
    if begin.date() == end.date():
        return f"{_dated(begin)} {begin:%H:%M} – {end:%H:%M}"
    return f"{_dated(begin)} {begin:%H:%M} – {_dated(end)} {end:%H:%M}"


def _dated(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %Y}"


def _between(first: date, after: date) -> Iterator[date]:
    while first < after:
        yield first
        first += timedelta(days=1)


def _day(entries: Sequence[Entry], day: date, zone: ZoneInfo) -> Day:
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    there = (each for each in entries if (each.day == day if each.day else each.time.overlaps(begin, end)))
    found = [Placed(each, _clock(each, begin, end, zone)) for each in there]
    order = sorted(found, key=lambda placed: (placed.clock != ALL_DAY, placed.entry.time.since))
    return Day(day, tuple(order))


def _clock(entry: Entry, begin: float, end: float, zone: ZoneInfo) -> str:
    since, until = (datetime.fromtimestamp(each, zone).strftime("%H:%M") for each in entry.time)
    if entry.day or (entry.time.since <= begin and end <= entry.time.until):
        return ALL_DAY
    if entry.time.since < begin:
        return f"until {until}"
    return f"from {since}" if end < entry.time.until else f"{since} – {until}"
