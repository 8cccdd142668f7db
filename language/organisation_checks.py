"""What only a whole organisation shows: names of other rows, calendars, times, relations that go round in circles."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from language.calendars import CalendarError, snapshot
from language.durations import Duration
from language.holidays import dates
from language.inputs import read
from language.loader import Entry, Node, ScalarNode, SequenceNode
from language.organisation import ALL, PLURALS, Organisation, Row, hours_of
from language.organisation_kinds import KINDS
from language.organisation_rows import ID, REDUNDANCY, TIME, under
from language.problems import did_you_mean, quoted
from language.schema.keys import Reading

FROM, UNTIL = "from", "until"
TIMES: Mapping[str, tuple[str, ...]] = {
    "freeze": (FROM, UNTIL),
    "maintenance": (FROM, UNTIL),
    "absence": (FROM, UNTIL),
    "rota": (FROM,),
}
"""Kinds of row with times, and the keys that hold them."""
RELATIONS: Mapping[str, tuple[str, ...]] = {
    "user": ("manager",),
    "service": ("depends_on",),
    "configuration_item": ("depends_on", "hosted_on", "part_of"),
}
"""What may not lead back to the row it begins at, by kind."""
A_YEAR = (2026, 2026)
"""A year whose holidays show whether a calendar can be."""
ANY_DAY = date(2026, 1, 1)
TWO_DAYS = timedelta(days=2)
AROUND_THE_CLOCK = (((0, 1_440),),) * 7


class Found(NamedTuple):
    """A row with the place it was read from."""

    reading: Reading
    entry: Entry
    row: Row

    def refuse(self, code: str, message: str, hint: str = "") -> None:
        """Note a mistake at the row's id."""
        self.reading.refuse_key(self.entry, code, message, hint)


Rows = dict[str, dict[str, Found]]
"""What was read: kind → id → row."""


def whole(rows: Rows, base: Organisation) -> Organisation:
    """Add the rows to those of `base`, and note what is wrong with them together; times become those of UTC."""
    read_now = Organisation({kind: {name: one.row for name, one in found.items()} for kind, found in rows.items()})
    together = base.merged(read_now)
    for kind, found in rows.items():
        for name, one in found.items():
            _refs(one, kind, together)
            if kind in _CHECKS:
                _CHECKS[kind](name, one, together)
    for kind, attributes in RELATIONS.items():
        for attribute in attributes:
            _circles(kind, attribute, rows.get(kind, {}), together)
    if any(one.reading.problems for found in rows.values() for one in found.values()):
        return together
    return together.merged(Organisation({kind: _placed(kind, rows.get(kind, {}), together) for kind in TIMES}))


def _refs(one: Found, kind: str, together: Organisation) -> None:
    for attribute, column in KINDS[kind].columns.items():
        for name, node in _named(one, attribute, column.inner) if column.names else ():
            if all(together.find(other, name) is None for other in column.names):
                _unknown(one.reading, node, name, column.names, together)


def _unknown(reading: Reading, node: Node, name: str, kinds: tuple[str, ...], together: Organisation) -> None:
    what = " or ".join(KINDS[kind].what.split(" ", 1)[1] for kind in kinds)
    plurals = " or ".join(PLURALS[kind] for kind in kinds)
    known = [each for kind in kinds for each in together.of(kind)]
    hint = did_you_mean(name, known) or f"Write it under {plurals}."
    code = f"unknown-{kinds[0].replace('_', '-')}"
    reading.refuse(node, code, f"no {what} named {quoted(name)}", hint)


def _named(one: Found, attribute: str, inner: str) -> Iterator[tuple[str, Node]]:
    """Give the ids that a key of a row names, with their places; what is no id was refused already."""
    node = under(one.entry.value, attribute)
    for each in node.items if isinstance(node, SequenceNode) else (node,):
        item = under(each, inner)
        if isinstance(item, ScalarNode) and ID.fullmatch(item.text) and item.text != ALL:
            yield item.text, item


def _calendar(name: str, one: Found, _together: Organisation) -> None:
    holidays = dates(one.row["holidays"], *A_YEAR)
    try:
        snapshot(name, one.row["zone"], hours_of(one.row["hours"]), holidays, since=ANY_DAY, until=ANY_DAY)
    except CalendarError as error:
        one.refuse("bad-calendar", str(error))


def _item(name: str, one: Found, _together: Organisation) -> None:
    found = REDUNDANCY.fullmatch(one.row["redundancy"] or "")
    number = len(one.row["depends_on"])
    if found is not None and int(found[2]) != number:
        hint = f"Write {found[1]} of {number}, or say in depends_on what it depends on."
        one.refuse("bad-redundancy", f"{name} depends on {number}, not on {found[2]}", hint)


def _freeze(_name: str, one: Found, _together: Organisation) -> None:
    if not any(one.row[key] for key in ("services", "items", "classes")):
        one.refuse("bad-freeze", "it covers nothing", "Name services, items or classes, or write services: all.")


def _rota(_name: str, one: Found, _together: Organisation) -> None:
    if not Duration.parse(one.row["every"]).amount:
        one.refuse("bad-rota", "nobody can be on call for no time", "Write every: 1 week.")


def _event(name: str, one: Found, together: Organisation) -> None:
    same = (one.row["type"], one.row["source"])
    for other, row in together.of("event").items():
        if other != name and (row["type"], row["source"]) == same:
            one.refuse("duplicate-row", f"{other} says already what {same[0]} is", "Say another type or source.")


_CHECKS: Mapping[str, Callable[[str, Found, Organisation], None]] = {
    "calendar": _calendar,
    "configuration_item": _item,
    "event": _event,
    "freeze": _freeze,
    "rota": _rota,
}


def _circles(kind: str, attribute: str, found: Mapping[str, Found], together: Organisation) -> None:
    """Refuse rows that lead back to themselves, once for each circle."""
    told: dict[str, None] = {}
    for name, one in found.items():
        way = () if name in told else _way_back(kind, attribute, name, together)
        if way:
            told.update(dict.fromkeys(way))
            one.refuse("bad-relation", f"{attribute} goes round in circles: {' → '.join((*way, name))}")


def _way_back(kind: str, attribute: str, name: str, together: Organisation) -> tuple[str, ...]:
    """Give the rows on a way from a row back to itself; none where there is no such way."""
    came_from: dict[str, str] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        for there in _leads_to(together.find(kind, here), attribute):
            if there == name:
                return _way(came_from, here, name)
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return ()


def _way(came_from: Mapping[str, str], at: str, begin: str) -> tuple[str, ...]:
    way = [at]
    while way[-1] != begin:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def _leads_to(row: Row | None, attribute: str) -> list[str]:
    value = None if row is None else row[attribute]
    return value if isinstance(value, list) else [value] if value else []


def _placed(kind: str, found: Mapping[str, Found], together: Organisation) -> dict[str, Row]:
    """Give rows with their times in UTC; they were read on the clocks of their calendar."""
    placed: dict[str, Row] = {}
    for name, one in found.items():
        calendar = together.find("calendar", one.row["calendar"] or "")
        zone = partial(ahead, "UTC" if calendar is None else str(calendar["zone"]))
        times = {key: read(TIME, one.row[key], zone) for key in TIMES[kind]}
        if UNTIL in times and str(times[FROM]) >= str(times[UNTIL]):
            one.refuse(f"bad-{kind}", "it ends before it begins", "Exchange from and until.")
        elif one.row.get("delegate") and one.row["delegate"] == one.row["person"]:
            message = f"{one.row['person']} cannot stand in for themselves"
            one.refuse(f"bad-{kind}", message, "Name somebody else, or leave delegate out.")
        placed[name] = {**one.row, **times}
    return placed


def ahead(zone: str, local: datetime) -> float:
    """Give how many seconds a zone's clocks are ahead of UTC when they show `local`.

    Of a time they show twice the first counts; a time they skip moves forward by what is skipped.
    """
    day = local.date()
    offsets = snapshot("", zone, AROUND_THE_CLOCK, (), since=day - TWO_DAYS, until=day + TWO_DAYS).offsets
    seconds = (local - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001  # clocks as they are shown have no zone
    for (_, offset), (change, later) in pairwise(offsets):
        if seconds - max(offset, later) < change:
            return offset
    return offsets[-1][1]
