"""When work may be done on things: outside freezes and planned maintenance, inside the windows of configuration items.

Times are seconds since the epoch, UTC, and run from `since` until just before `until`: what touches does not overlap.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from engine.record import Json
from language.calendars import DAY, MINUTE, Calendar, Hours, snapshot
from language.inputs import read
from language.organisation import ALL, Organisation, Row, hours_of
from language.values import FieldType, Shape, show

TIME = Shape(FieldType.DATETIME)
KINDS = ("configuration_item", "service", "user", "group")
"""What can be planned for, by kind."""
ROUNDING = 0.0005
YEARS = 2


class Span(NamedTuple):
    """A time in which something is so: a freeze, maintenance."""

    id: str
    title: str
    since: float
    until: float

    def overlaps(self, since: float, until: float) -> bool:
        """Say whether it has a moment in common with a time."""
        return self.since < until and since < self.until

    def __str__(self) -> str:
        """Say it as a reason: `Year-end freeze until 2027-01-04 08:00 UTC`."""
        return f"{self.title} until {said(self.until)}"


def ids(items: Json) -> list[str]:
    """Give the ids of what a fact is asked about: one, or a list, of references or ids."""
    several = items if isinstance(items, list) else [items]
    return list(dict.fromkeys(str(each["id"] if isinstance(each, dict) else each) for each in several if each))


def seconds(time: Json) -> float:
    """Give a plain time in seconds."""
    return datetime.fromisoformat(str(read(TIME, time))).timestamp()


def said(instant: float) -> str:
    """Say an instant: `2027-01-04 08:00 UTC`."""
    return show(datetime.fromtimestamp(instant, UTC))


def spans(organisation: Organisation, kind: str) -> tuple[Span, ...]:
    """Give every freeze, or all planned maintenance, whatever it covers."""
    return tuple(_span(organisation, kind, name, row) for name, row in organisation.of(kind).items())


def freezes(organisation: Organisation, items: Iterable[str]) -> tuple[Span, ...]:
    """Give every freeze that covers one of these things: by itself, its service or its class."""
    wanted = tuple(items)
    rows = organisation.of("freeze").items()
    return tuple(_span(organisation, "freeze", name, row) for name, row in rows if _covers(organisation, row, wanted))


def _covers(organisation: Organisation, row: Row, items: tuple[str, ...]) -> bool:
    if row["services"] == ALL:
        return True
    for name in items:
        item = organisation.find("configuration_item", name) or {}
        if name in row["services"] or name in row.get("items", ()) or item.get("service") in row["services"]:
            return True
        if item.get("class") is not None and item["class"] in row.get("classes", ()):
            return True
    return False


def maintenances(organisation: Organisation, items: Iterable[str]) -> tuple[Span, ...]:
    """Give all planned maintenance of these items."""
    wanted = tuple(items)
    rows = organisation.of("maintenance").items()
    return tuple(
        _span(organisation, "maintenance", name, row)
        for name, row in rows
        if any(each in wanted for each in row["items"])
    )


def _span(organisation: Organisation, kind: str, name: str, row: Row) -> Span:
    title = organisation.label(kind, name) or name
    return Span(name, title, seconds(row["from"]), seconds(row["until"]))


class Window(NamedTuple):
    """The weekly windows in which work on an item may be done, on the clocks of its calendar."""

    item: str
    hours: Hours
    zone: str

    def holds(self, since: float, until: float) -> bool:
        """Say whether a time lies in a window."""
        hours = _opened(self.zone, self.hours, _year(since))
        return hours.open_between(since, until) >= until - since - ROUNDING

    def openings(self, since: float, until: float) -> Iterator[float]:
        """Give the instants from `since` until `until` at which a window opens."""
        hours = _opened(self.zone, self.hours, _year(since))
        day = int(since // DAY) - 1
        while day * DAY < until + DAY:
            weekday = date.fromordinal(date(1970, 1, 1).toordinal() + day).weekday()
            for begin, _ in self.hours[weekday]:
                local = float(day * DAY + begin * MINUTE)
                yield local - hours.ahead(local)
            day += 1


def windows(organisation: Organisation, items: Iterable[str]) -> tuple[Window, ...]:
    """Give the windows of those items that have some."""
    found: list[Window] = []
    for name in items:
        row = organisation.find("configuration_item", name) or {}
        if row.get("window"):
            calendar = organisation.find("calendar", row["calendar"] or "") or {}
            found.append(Window(name, hours_of(row["window"]), calendar.get("zone", "UTC")))
    return tuple(found)


def _year(instant: float) -> int:
    return datetime.fromtimestamp(instant, UTC).year


@lru_cache(200)
def _opened(zone: str, hours: Hours, year: int) -> Calendar:
    since = date(year, 1, 1) - timedelta(days=2)
    return snapshot("", zone, hours, (), since=since, until=date(year + YEARS, 1, 1))
