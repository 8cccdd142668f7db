"""Answers facts about planned times: what is frozen, what a plan is in conflict with, and when there is time next.

What other records have booked is found by whoever has them, in SQL or in a case; `sought` says what matters.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from engine.answers import Answer, fact
from engine.plans import BOOKED, CONFLICTS, NEXT_FREE, Booking
from engine.record import Json
from engine.related import SAME, around
from engine.windows import Span, freezes, ids, maintenances, said, seconds, windows
from language.calendars import DAY
from language.durations import Duration, DurationError
from language.organisation import Organisation

FURTHEST = 90 * DAY
"""How far ahead a free time is looked for, in seconds."""
MOST_CONFLICTS = 100


class SoughtBookings(NamedTuple):
    """Which bookings matter: of these things, but not of the record that asks, with a moment in a time."""

    record: str
    things: tuple[str, ...]
    since: float
    until: float

    def matter(self, booking: Booking) -> bool:
        """Say whether a booking is one of those."""
        overlaps = booking.since < self.until and self.since < booking.until
        return overlaps and booking.what in self.things and booking.record != self.record


def looks_at_bookings(key: str) -> bool:
    """Say whether the answer to a fact depends on what records have booked."""
    return json.loads(key)[0] in BOOKED


def sought(organisation: Organisation, key: str) -> SoughtBookings:
    """Say which bookings matter to a fact."""
    name, record, items, start, *rest = json.loads(key)
    since = seconds(start)
    until = seconds(rest[0]) if name == CONFLICTS else since + FURTHEST + (_length(rest[0]) or 0.0)
    things = dict.fromkeys(what for each in ids(items) for what in around(organisation, each))
    return SoughtBookings(record, tuple(things), since, until)


def frozen(organisation: Organisation, _now: float, items: Json, start: str, end: str) -> Answer:
    """Say whether a change freeze covers the time; one that ends when the time starts does not."""
    since, until = seconds(start), seconds(end)
    for freeze in freezes(organisation, ids(items)):
        if freeze.overlaps(since, until):
            return fact(True, "; ".join(_about(organisation, freeze, ids(items), until - since)), freeze.until)
    return fact(False)


def _about(organisation: Organisation, freeze: Span, items: list[str], length: float) -> Iterator[str]:
    """Say until when, who may waive it, and when there is time next, as far as the organisation knows."""
    yield str(freeze)
    waived_by = (organisation.find("freeze", freeze.id) or {}).get("waived_by")
    if waived_by:
        yield f"may be waived by {', '.join(waived_by)}"
    free = Plan(organisation, items, ()).first_free(freeze.until, length)
    if free is not None and free > freeze.until:
        yield f"next free {said(free)}"


def conflicts(
    organisation: Organisation, bookings: Sequence[Booking], _record: str, items: Json, start: str, end: str
) -> Answer:
    """List what speaks against a planned time: rows of `id kind with text`, those of each thing together."""
    plan = Plan(organisation, ids(items), bookings)
    rows = tuple(islice(plan.conflicts(seconds(start), seconds(end)), MOST_CONFLICTS))
    return fact([row.plain() for row in rows], "; ".join(row.text for row in rows))


def next_free(
    organisation: Organisation, bookings: Sequence[Booking], _record: str, items: Json, start: str, duration: str
) -> Answer:
    """Give the first time from a start on, within 90 days, at which so long nothing speaks against a plan."""
    length = _length(duration)
    if length is None:
        return fact(None, f"next_free takes minutes, hours, days or weeks, not {duration}")
    found = Plan(organisation, ids(items), bookings).first_free(seconds(start), length)
    if found is None:
        return fact(None, f"there are no {duration} without a conflict within {FURTHEST // DAY} days")
    return fact(datetime.fromtimestamp(found, UTC).isoformat())


def _length(duration: str) -> float | None:
    try:
        return Duration.parse(duration).seconds
    except DurationError:
        return None


class Row(NamedTuple):
    """Something that speaks against a planned time: the thing `name` of the plan, what it is, whose, in words."""

    name: str
    kind: str
    other: str
    text: str

    def plain(self) -> dict[str, Json]:
        """Give it as the row that expressions see."""
        return {"id": self.name, "kind": self.kind, "with": self.other, "text": self.text}


class Plan:
    """Things that are planned for, with all that may speak against a time."""

    def __init__(self, organisation: Organisation, items: Iterable[str], bookings: Sequence[Booking]) -> None:
        """Look up freezes, maintenance, windows and what is related."""
        self.items = tuple(items)
        self._spans = {
            name: (("freeze", freezes(organisation, (name,))), ("maintenance", maintenances(organisation, (name,))))
            for name in self.items
        }
        self._windows = {name: windows(organisation, (name,)) for name in self.items}
        self._related = {name: around(organisation, name) for name in self.items}
        self._bookings = tuple(sorted(bookings))

    def conflicts(self, since: float, until: float) -> Iterator[Row]:
        """Give what speaks against a time, thing by thing."""
        for name in self.items:
            for kind, spans in self._spans[name]:
                for each in spans:
                    if each.overlaps(since, until):
                        yield Row(name, kind, each.id, f"{name}: {each}")
            if not all(window.holds(since, until) for window in self._windows[name]):
                yield Row(name, "window", name, f"{name}: outside its maintenance window")
            yield from self._booked(name, since, until)

    def first_free(self, since: float, length: float) -> float | None:
        """Give the first instant, from this one on and within 90 days, from which a length of time is free."""
        for instant in sorted({since: None, **self._candidates(since)}):
            if since <= instant <= since + FURTHEST and self._is_free(instant, instant + length):
                return instant
        return None

    def _booked(self, name: str, since: float, until: float) -> Iterator[Row]:
        for booking in self._bookings:
            how = self._related[name].get(booking.what)
            if how is not None and booking.since < until and since < booking.until:
                kind, _, other = booking.what.partition(":")
                on = "" if how == SAME else f" on {other}"
                text = f"{name}: {booking.record}{on} from {said(booking.since)} until {said(booking.until)}"
                yield Row(name, "person" if kind == "user" else how, booking.record, text)

    def _is_free(self, since: float, until: float) -> bool:
        return next(self.conflicts(since, until), None) is None

    def _candidates(self, since: float) -> dict[float, None]:
        """Give the instants at which something ends that speaks against a time, or a window opens."""
        spans = (each for name in self.items for _, found in self._spans[name] for each in found)
        openings = {window[1:]: window for name in self.items for window in self._windows[name]}
        return {
            **{each.until: None for each in spans},
            **{booking.until: None for booking in self._bookings},
            **{opening: None for each in openings.values() for opening in each.openings(since, since + FURTHEST)},
        }


FACTS: Mapping[str, Callable[..., Answer]] = {CONFLICTS: conflicts, NEXT_FREE: next_free}
"""The facts that are answered with what records have booked."""
