"""What of the calendar is asked for: a time, on the clocks of a zone, narrowed to a service, a group or the visitor."""

import calendar
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from api.problems import RefusalError
from engine.record import Reason
from language.organisation import Organisation
from language.problems import did_you_mean

WEEK = timedelta(days=7)
DAYS_OF_A_LIST = 30
FIRST, LAST = date(1980, 1, 1), date(2200, 1, 1)
"""Between these days a calendar can be looked at."""
NAMES = ("view", "on", "zone", "service", "group", "mine")
UTC = "UTC"


class View(StrEnum):
    """How much of the calendar a page shows, and how."""

    MONTH = "month"
    WEEK = "week"
    LIST = "list"


class Narrowed(NamedTuple):
    """What the calendar is narrowed to; empty names are not asked for."""

    service: str = ""
    group: str = ""
    mine: bool = False


class Asked(NamedTuple):
    """What a page of the calendar shows: a view around a day, in a zone, narrowed."""

    view: View
    on: date
    zone: str
    narrowed: Narrowed

    @property
    def days(self) -> tuple[date, date]:
        """The first day that is shown, and the one after the last; a month is shown in whole weeks."""
        monday = self.on - timedelta(days=self.on.weekday())
        if self.view is View.WEEK:
            return monday, monday + WEEK
        if self.view is View.LIST:
            return self.on, self.on + timedelta(days=DAYS_OF_A_LIST)
        first = self.on.replace(day=1)
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return first - timedelta(days=first.weekday()), last + timedelta(days=7 - last.weekday())

    @property
    def before(self) -> date:
        """A day of what was before."""
        if self.view is View.MONTH:
            return (self.on.replace(day=1) - timedelta(days=1)).replace(day=1)
        return self.on - (self.days[1] - self.days[0])

    @property
    def after(self) -> date:
        """A day of what comes after."""
        if self.view is View.MONTH:
            return (self.on.replace(day=1) + timedelta(days=31)).replace(day=1)
        return self.on + (self.days[1] - self.days[0])

    def address(self, **other: object) -> str:
        """Give the address of this page, or with other things asked for."""
        given = {**self._asdict(), **self.narrowed._asdict(), **other}
        told = {"mine": "yes" if given["mine"] else ""}
        pairs = {name: told.get(name, str(given[name])) for name in NAMES}
        return f"/calendar?{urlencode({name: value for name, value in pairs.items() if value})}"


def asked(given: Mapping[str, str], around: Organisation, now: float) -> Asked:
    """Read what an address asks for; raise RefusalError where it cannot be."""
    zone = _one_of("zone", given.get("zone") or home(around), zones(around))
    today = datetime.fromtimestamp(now, ZoneInfo(zone)).date()
    return Asked(
        View(_one_of("view", given.get("view") or View.MONTH, tuple(View))),
        _day(given.get("on") or today.isoformat()),
        zone,
        narrowed(given, around),
    )


def narrowed(given: Mapping[str, str], around: Organisation) -> Narrowed:
    """Read what an address narrows the calendar to; raise RefusalError for what the organisation does not have."""
    for name in ("service", "group"):
        if given.get(name):
            _one_of(name, given[name], around.of(name))
    return Narrowed(given.get("service", ""), given.get("group", ""), given.get("mine") == "yes")


def home(around: Organisation) -> str:
    """Give the zone of the organisation: that of its first calendar; UTC where it has none."""
    return next((str(row["zone"]) for row in around.of("calendar").values()), UTC)


def zones(around: Organisation) -> tuple[str, ...]:
    """Give the zones that a visitor can choose: those of the organisation, and UTC."""
    return tuple(dict.fromkeys((*(str(row["zone"]) for row in around.of("calendar").values()), UTC)))


def _one_of(name: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        hint = did_you_mean(value, known) or f"There are: {', '.join(known) or 'none'}."
        raise RefusalError([Reason("input", "bad-value", f'the calendar knows no {name} "{value}". {hint}', name)])
    return value


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not FIRST <= day < LAST:
        text = f'"{text}" is no day between {FIRST.year} and {LAST.year}. Write one as 2027-01-31.'
        raise RefusalError([Reason("input", "bad-value", text, "on")])
    return day
