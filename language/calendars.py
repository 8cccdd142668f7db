"""Opening hours, holidays and time zones: what "3 business days" means here, as data that no update can change later.

A `Calendar` is a snapshot: it holds its holidays as dates and its zone as the instants at which the offset changes,
so that the same question has the same answer for ever. Times are seconds since the epoch, UTC; clocks, days and
opening hours are local. **Open is whenever the clock on the wall shows an opening time**: an hour that the clock
skips is not open, and one that it shows twice is open twice.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate, chain, pairwise
from math import inf
from typing import NamedTuple, TypedDict, TypeVar
from zoneinfo import ZoneInfo

from language.durations import Duration, Unit
from language.problems import did_you_mean, quoted, sentence

MINUTE = 60
HOUR = 3_600
DAY = 86_400
MINUTES_A_DAY = 1_440
EPOCH = date(1970, 1, 1).toordinal()
EPOCH_WEEKDAY = date(1970, 1, 1).weekday()
LONGEST_CLOSED = 400  # days
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Ordered = TypeVar("Ordered", int, str)
Hours = tuple[tuple[tuple[int, int], ...], ...]


class CalendarError(ValueError):
    """Opening hours, holidays or a zone that cannot be; the message says what to change."""


class CalendarJson(TypedDict):
    """A calendar as it is stored: the fields of `Calendar`, with lists for tuples."""

    name: str
    zone: str
    hours: list[list[list[int]]]
    holidays: list[str]
    offsets: list[list[int]]


class _Tally(NamedTuple):
    """A quantity that every weekday brings and holidays do not, summed up over days since the epoch."""

    before_weekday: tuple[int, ...]  # from Monday, eight numbers: the last is the whole week
    holidays: tuple[int, ...]
    lost: tuple[int, ...]  # to the first holidays, one number more than holidays

    def before(self, day: int) -> int:
        """Sum up to the beginning of a day; only differences of such sums mean something."""
        weeks, weekday = divmod(day + EPOCH_WEEKDAY, 7)
        return (
            weeks * self.before_weekday[7] + self.before_weekday[weekday] - self.lost[bisect_left(self.holidays, day)]
        )

    def first_to_reach(self, total: float, day: int) -> int:
        """Give the first day, from this one on, at whose end the sum is at least `total`."""
        while (missing := total - self.before(day + 1)) > 0:
            day += max(1, int((missing - 1) // self.before_weekday[7]) * 7)
        return day

    def last_not_above(self, total: float, day: int) -> int:
        """Give the last day, from this one back, at whose beginning the sum is at most `total`."""
        while (excess := self.before(day) - total) > 0:
            day -= max(1, int((excess - 1) // self.before_weekday[7]) * 7)
        return day


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an organisation is open; raises CalendarError when it never is, or is closed for more than 400 days.

    `hours` holds, from Monday to Sunday, the minutes of the day at which it opens and closes; `holidays` are ISO
    dates in order, closed all day; `offsets` are the instants at which the zone's offset to UTC changes, in order,
    with the offset in seconds from then on. The first offset also holds before.
    """

    name: str
    zone: str
    hours: Hours
    holidays: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    _changes: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _opened: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)
    _seconds: _Tally = field(init=False, repr=False, compare=False)
    _days: _Tally = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the hours, holidays and offsets, and sum them up for the arithmetic."""
        _refuse_impossible(self)
        closed = tuple(date.fromisoformat(day).toordinal() - EPOCH for day in self.holidays)
        opened = tuple(tuple(accumulate((end - begin) * MINUTE for begin, end in day)) for day in self.hours)
        totals = tuple(day[-1] if day else 0 for day in opened)
        object.__setattr__(self, "_changes", tuple(instant for instant, _ in self.offsets[1:]))
        object.__setattr__(self, "_opened", opened)
        object.__setattr__(self, "_seconds", _tally(totals, closed))
        object.__setattr__(self, "_days", _tally(tuple(int(total > 0) for total in totals), closed))
        _refuse_long_closing(self, self._days)

    @classmethod
    def from_json(cls, stored: CalendarJson) -> "Calendar":
        """Read what `to_json` gave."""
        return cls(
            stored["name"],
            stored["zone"],
            tuple(tuple((begin, end) for begin, end in day) for day in stored["hours"]),
            tuple(stored["holidays"]),
            tuple((instant, offset) for instant, offset in stored["offsets"]),
        )

    def to_json(self) -> CalendarJson:
        """Give it as plain JSON, small enough to travel with a record."""
        return {
            "name": self.name,
            "zone": self.zone,
            "hours": [[[begin, end] for begin, end in day] for day in self.hours],
            "holidays": list(self.holidays),
            "offsets": [[instant, offset] for instant, offset in self.offsets],
        }

    def add(self, start: float, duration: Duration) -> float:
        """Give the instant that lies a duration after `start`; none of anything is `start` itself.

        * Minutes, hours, days (24 hours each) and weeks pass on every clock alike.
        * Months and years lead to the same day and clock time, or the last day of a shorter month.
        * Business hours are hours of opening time; while it is closed, they wait for the next opening.
        * Business days lead to the same clock time so many working days later. A clock time when it is not open then
          becomes the next opening of that day or, after hours, its close. A start on a day that is not a working day
          counts from the next opening. (Hours 9–17: Monday 20:00 and a business day is Tuesday 17:00; Monday 7:00,
          Sunday and Saturday give Tuesday 9:00, which all leave one full day.)

        A clock time that is skipped when the clocks change moves forward by what was skipped; of two, the first counts.
        """
        if duration.seconds is not None:
            return start + duration.seconds
        if duration.amount == 0:
            return start
        if duration.unit is Unit.BUSINESS_HOURS:
            return self.spend(start, duration.amount * HOUR, business=True)
        if duration.unit is Unit.BUSINESS_DAYS:
            return self._working_days_after(start, duration.amount)
        return self._months_after(start, _months(duration))

    def back(self, end: float, duration: Duration) -> float:
        """Give the instant that lies a duration before `end`, by the rules of `add` the other way round.

        Business hours count back from the last close while it is closed, and so do business days from a day that is
        not a working day.
        """
        if duration.seconds is not None:
            return end - duration.seconds
        if duration.amount == 0:
            return end
        if duration.unit is Unit.BUSINESS_HOURS:
            return self._spend_back(end, duration.amount * HOUR)
        if duration.unit is Unit.BUSINESS_DAYS:
            return self._working_days_before(end, duration.amount)
        return self._months_after(end, -_months(duration))

    def open_between(self, start: float, end: float) -> float:
        """Give the seconds of opening time from `start` to `end`; 0 when `end` is not later."""
        total = 0.0
        segment = self._segment(start)
        while start < end:
            until = min(end, self._until(segment))
            offset = self.offsets[segment][1]
            total += self._opened_before(until + offset) - self._opened_before(start + offset)
            start, segment = until, segment + 1
        return total

    def budget(self, start: float, duration: Duration) -> float:
        """Give the seconds a target of this duration may use from `start`: opening seconds for business units."""
        if duration.unit is Unit.BUSINESS_HOURS:
            return float(duration.amount * HOUR)
        end = self.add(start, duration)
        return self.open_between(start, end) if duration.business else end - start

    def spend(self, start: float, seconds: float, business: bool) -> float:
        """Give the first instant by which so many seconds, or opening seconds, have passed since `start`."""
        if not business:
            return start + seconds
        segment, rest = self._segment(start), seconds
        while True:
            offset, until = self.offsets[segment][1], self._until(segment)
            available = self.open_between(start, until) if until < inf else inf
            if rest <= available:
                return self._reach(start + offset, rest) - offset
            start, segment, rest = until, segment + 1, rest - available

    def days_after(self, start: float, days: int) -> float:
        """Give the instant at which clocks show the same time so many days later, also when they have changed."""
        return self._instant(start + self.offsets[self._segment(start)][1] + days * DAY) if days else start

    def ahead(self, local: float) -> float:
        """Tell how many seconds the clock is ahead of UTC when it shows a local time (given as if it were UTC)."""
        return local - self._instant(local)

    def _spend_back(self, end: float, seconds: float) -> float:
        """Give the last instant from which so many opening seconds pass until `end`."""
        segment, rest = self._segment(end), seconds
        while True:
            offset, since = self.offsets[segment][1], self._since(segment)
            available = self.open_between(since, end) if since > -inf else inf
            if rest <= available:
                return self._reach_back(end + offset, rest) - offset
            end, segment, rest = since, segment - 1, rest - available

    def _reach(self, local: float, seconds: float) -> float:
        """Spend opening seconds on a clock that never changes."""
        opened = self._opened_before(local)
        total = opened + seconds
        if total <= opened:
            return local
        day = self._seconds.first_to_reach(total, int(local // DAY))
        weekday = _weekday(day)
        spent = total - self._seconds.before(day)
        interval = bisect_left(self._opened[weekday], spent)
        return day * DAY + self.hours[weekday][interval][1] * MINUTE - (self._opened[weekday][interval] - spent)

    def _reach_back(self, local: float, seconds: float) -> float:
        opened = self._opened_before(local)
        total = opened - seconds
        if total >= opened:
            return local
        day = self._seconds.last_not_above(total, int(local // DAY))
        weekday = _weekday(day)
        spent = total - self._seconds.before(day)
        interval = bisect_right(self._opened[weekday], spent)
        return day * DAY + self.hours[weekday][interval][1] * MINUTE - (self._opened[weekday][interval] - spent)

    def _opened_before(self, local: float) -> float:
        """Sum the opening seconds up to a local time; only differences of such sums mean something."""
        day = int(local // DAY)
        clock = local - day * DAY
        total: float = self._seconds.before(day)
        if self._is_working(day):
            for begin, end in self.hours[_weekday(day)]:
                total += max(0, min(clock, end * MINUTE) - begin * MINUTE)
        return total

    def _is_working(self, day: int) -> bool:
        return self._days.before(day + 1) > self._days.before(day)

    def _working_days_after(self, start: float, amount: int) -> float:
        day, clock = divmod(start + self.offsets[self._segment(start)][1], DAY)
        first = self._days.first_to_reach(self._days.before(int(day)) + 1, int(day))
        if first > day:
            clock = self.hours[_weekday(first)][0][0] * MINUTE
        target = self._days.first_to_reach(self._days.before(first) + amount + 1, first)
        return self._instant(target * DAY + self._into_hours(target, clock))

    def _working_days_before(self, end: float, amount: int) -> float:
        day, clock = divmod(end + self.offsets[self._segment(end)][1], DAY)
        last = self._days.last_not_above(self._days.before(int(day) + 1) - 1, int(day))
        if last < day:
            clock = self.hours[_weekday(last)][-1][1] * MINUTE
        target = self._days.last_not_above(self._days.before(last) - amount, last)
        return self._instant(target * DAY + self._into_hours(target, clock))

    def _into_hours(self, day: int, clock: float) -> float:
        """Move a clock time to the next opening of a working day or, after hours, to its close."""
        hours = self.hours[_weekday(day)]
        interval = bisect_left([end * MINUTE for _, end in hours], clock)
        return hours[-1][1] * MINUTE if interval == len(hours) else max(clock, hours[interval][0] * MINUTE)

    def _months_after(self, start: float, months: int) -> float:
        day, clock = divmod(start + self.offsets[self._segment(start)][1], DAY)
        then = date.fromordinal(EPOCH + int(day))
        years, month = divmod(then.month - 1 + months, 12)
        year, month = then.year + years, month + 1
        target = date(year, month, min(then.day, monthrange(year, month)[1]))
        return self._instant((target.toordinal() - EPOCH) * DAY + clock)

    def _instant(self, local: float) -> float:
        """Find when the clock shows a local time: the first time it does, or as much later as the clock skips."""
        segment = self._segment(local - 2 * DAY)
        while (instant := local - self.offsets[segment][1]) >= self._until(segment):
            if local - self.offsets[segment + 1][1] < self._until(segment):
                return instant
            segment += 1
        return instant

    def _segment(self, instant: float) -> int:
        return bisect_right(self._changes, instant)

    def _since(self, segment: int) -> float:
        return self._changes[segment - 1] if segment else -inf

    def _until(self, segment: int) -> float:
        return self._changes[segment] if segment < len(self._changes) else inf


def snapshot(name: str, zone: str, hours: Hours, holidays: Iterable[date], *, since: date, until: date) -> Calendar:
    """Take a calendar as it is known today; it knows the clock changes from `since` to `until`.

    This is for the edge: it reads the time-zone database of the tzdata package, and no other. After `until` the last
    known offset goes on. Raises CalendarError for an unknown zone, and as `Calendar` does.
    """
    days = tuple(sorted({day.isoformat() for day in holidays}))
    return Calendar(name, zone, hours, days, _offsets(_zone(zone), since, until))


@cache
def _zones() -> tuple[str, ...]:
    return tuple(files("tzdata").joinpath("zones").read_text("utf-8").split())


def _zone(name: str) -> ZoneInfo:
    if name not in _zones():
        hint = did_you_mean(name, _zones()) or "Zones are called Europe/Berlin, America/New_York, UTC …"
        raise CalendarError(sentence(f"no time zone named {quoted(name)}", hint))
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def _offsets(zone: ZoneInfo, since: date, until: date) -> tuple[tuple[int, int], ...]:
    """Find the offset at the beginning and every change of it, to the second."""
    begin, end = ((day.toordinal() - EPOCH) * DAY for day in (since, until))
    found = [(begin, _offset(zone, begin))]
    for instant in range(begin + DAY, end + 2 * DAY, DAY):
        before, after = instant - DAY, instant
        offset = _offset(zone, after)
        if offset == found[-1][1]:
            continue
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (before, middle) if _offset(zone, middle) == offset else (middle, after)
        found.append((after, offset))
    return tuple(found)


def _offset(zone: ZoneInfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    return int((offset or timedelta()).total_seconds())


def _weekday(day: int) -> int:
    return (day + EPOCH_WEEKDAY) % 7


def _months(duration: Duration) -> int:
    return duration.amount * (12 if duration.unit is Unit.YEARS else 1)


def _tally(totals: tuple[int, ...], closed: tuple[int, ...]) -> _Tally:
    holidays = tuple(day for day in closed if totals[_weekday(day)])
    lost = accumulate((totals[_weekday(day)] for day in holidays), initial=0)
    return _Tally(tuple(accumulate(totals, initial=0)), holidays, tuple(lost))


def _refuse_impossible(calendar: Calendar) -> None:
    instants = tuple(instant for instant, _ in calendar.offsets)
    if len(calendar.hours) != len(WEEKDAYS):
        raise _error(calendar, "opening hours are for seven days, Monday to Sunday")
    if not any(calendar.hours):
        raise _error(calendar, "it is never open: give at least one day opening hours")
    for weekday, hours in zip(WEEKDAYS, calendar.hours, strict=True):
        if not _rises((-1, *chain.from_iterable(hours), MINUTES_A_DAY + 1)):
            raise _error(calendar, f"on {weekday} each opening must end after it begins and before the next")
    for day in calendar.holidays:
        if not _is_date(day):
            raise _error(calendar, f"{quoted(day)} is not a date such as 2026-12-25")
    if not _rises(calendar.holidays) or not _rises(instants):
        raise _error(calendar, "holidays and offsets must be in order and none there twice")
    if not instants or any(abs(offset) > DAY for _, offset in calendar.offsets):
        raise _error(calendar, "its zone needs offsets, of a day at most")


def _refuse_long_closing(calendar: Calendar, days: _Tally) -> None:
    first = days.holidays[0] if days.holidays else 0
    for earlier, later in pairwise(days.holidays):
        if days.before(later) > days.before(earlier):
            first = later
        elif later - first > LONGEST_CLOSED:
            raise _error(calendar, f"its holidays close it for more than {LONGEST_CLOSED} days on end")


def _error(calendar: Calendar, message: str) -> CalendarError:
    return CalendarError(f"calendar {quoted(calendar.name)}: {message}")


def _rises(values: Sequence[Ordered]) -> bool:
    return all(earlier < later for earlier, later in pairwise(values))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


ALWAYS_OPEN = Calendar("always open", "UTC", (((0, MINUTES_A_DAY),),) * 7, (), ((0, 0),))
