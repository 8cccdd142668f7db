"""What stands in the calendar of a visitor: plans of records that they may see, and what the organisation says.

What is in conflict is judged by the rules of records themselves (`engine.clashes`), among what the visitor may see: a
record that is not for them does not show in a conflict either.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.pinned import pinned
from api.services import Services
from engine.bookings import booked_openly
from engine.clashes import clashes
from engine.planning import Row as Clash
from engine.plans import Booking
from engine.record import Actor
from engine.related import CHILD, PARENT, RELATED, SAME
from engine.visibility import viewer
from engine.windows import Span, freezes, maintenances, spans
from language.holidays import dates
from language.organisation import ALL, Organisation
from portal.calendar.asking import Narrowed
from store.facts import organisation
from store.plans import MOST, Narrowing, Planned, Status, planned

HOW: Mapping[str, str] = {
    SAME: "",
    PARENT: ", on what it is a part of",
    CHILD: ", on a part of it",
    RELATED: ", on a related service",
}
"""How what a conflicting plan is for is related."""


class Time(NamedTuple):
    """From when until when, in seconds since the epoch."""

    since: float
    until: float

    def overlaps(self, since: float, until: float) -> bool:
        """Say whether it has a moment in common with another time."""
        return self.since < until and since < self.until


class Entry(NamedTuple):
    """Something in the calendar: `kind` is `planned`, `freeze`, `maintenance` or `holiday`, `uid` names it for ever.

    `day` is set where it lasts a day on whatever clock. `what` says what it is about; `against` why it is in conflict,
    `seq` counts its changes, of which the last was at `changed_at` (0: not known).
    """

    kind: str
    uid: str
    title: str
    time: Time
    what: tuple[str, ...]
    day: date | None = None
    record: str = ""
    status: Status = Status.BOOKED
    against: tuple[str, ...] = ()
    seq: int = 0
    changed_at: float = 0.0


class Shown(NamedTuple):
    """All that a calendar shows, in the order of its beginning; `cut` says that there is more than can be shown."""

    entries: tuple[Entry, ...]
    cut: bool


async def entries(
    services: Services, actor: Actor, time: Time, zone: str, narrowed: Narrowed, *, cancelled: bool = False
) -> Shown:
    """Give what is in the calendar of somebody at a time; with `cancelled`, plans that were given up, too."""
    around = await organisation(services.database)
    found = await _plans(services, actor, time, _narrowing(around, actor, narrowed), cancelled=cancelled)
    against = await _against(services, actor, around, found)
    plans = (_plan(around, each, against.get((each.record, each.place), ())) for each in found)
    others = () if narrowed.mine else _of_organisation(around, time, narrowed)
    days = _holidays(around, time, ZoneInfo(zone))
    everything = sorted(chain(plans, others, days), key=lambda each: (each.time, each.uid))
    return Shown(tuple(everything), len(found) >= MOST)


def things_of_service(around: Organisation, service: str) -> tuple[str, ...]:
    """Name a service and its configuration items."""
    items = around.of("configuration_item").items()
    return (service, *(name for name, row in items if row.get("service") == service))


def label(around: Organisation, what: str) -> str:
    """Give the words people know a thing by, of `service:mail`."""
    kind, _, name = what.partition(":")
    return around.label(kind, name) or name


async def _plans(
    services: Services, actor: Actor, time: Time, narrowing: Sequence[Narrowing], *, cancelled: bool
) -> list[Planned]:
    status = tuple(Status) if cancelled else (Status.BOOKED, Status.PAST)
    rows = await planned(services.database, *time, viewer=viewer(actor), narrowing=narrowing, status=status)
    told = {}
    for digest in {row.digest for row in rows if not row.full}:
        told[digest] = booked_openly(await pinned(services.database, digest))
    return [row for row in rows if row.full or told[row.digest]]


async def _against(
    services: Services, actor: Actor, around: Organisation, found: Sequence[Planned]
) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """Say what is in conflict with each plan that is still booked, looking at whatever else is booked meanwhile."""
    mine = [each for each in found if each.status is Status.BOOKED]
    if not mine:
        return {}
    time = Time(min(each.since for each in mine), max(each.until for each in mine))
    booked = [each for each in await _plans(services, actor, time, (), cancelled=False) if each.status is Status.BOOKED]
    of = {Booking(each.record, what, each.since, each.until): each for each in booked for what in each.things}
    titles = {each.record: each.title for each in booked}
    words: dict[tuple[str, int], dict[str, None]] = {}
    for booking, rows in clashes(around, tuple(of)).items():
        plan = of[booking]
        told = dict.fromkeys(_words(around, booking.what, row, titles) for row in rows)
        words.setdefault((plan.record, plan.place), {}).update(told)
    return {place: tuple(told) for place, told in words.items()}


def _words(around: Organisation, what: str, row: Clash, titles: Mapping[str, str]) -> str:
    """Say what speaks against a plan for something."""
    thing = label(around, what)
    match row.kind:
        case "freeze":
            return f"{thing} is frozen: {around.label('freeze', row.other)}"
        case "maintenance":
            return f"{thing} is maintained: {around.label('maintenance', row.other)}"
        case "window":
            return f"{thing} is outside its maintenance window"
        case "person":
            return f"{thing} is busy with {row.other} {titles.get(row.other, '')}".rstrip()
        case _:
            return f"{thing} is planned for by {row.other} {titles.get(row.other, '')}".rstrip() + HOW[row.kind]


def _plan(around: Organisation, plan: Planned, against: tuple[str, ...]) -> Entry:
    place = f"-{plan.place}" if plan.place else ""
    return Entry(
        "planned",
        f"{plan.record}{place}",
        plan.title,
        Time(plan.since, plan.until),
        tuple(label(around, what) for what in plan.things),
        record=plan.record,
        status=plan.status,
        against=against,
        seq=plan.seq,
        changed_at=plan.changed_at,
    )


def _narrowing(around: Organisation, actor: Actor, narrowed: Narrowed) -> tuple[Narrowing, ...]:
    """Say which plans are asked for: of a group are those for what it runs, for its people, and its records'."""
    found = []
    if narrowed.service:
        service, *items = things_of_service(around, narrowed.service)
        things = (f"service:{service}", *(f"configuration_item:{each}" for each in items))
        found.append(Narrowing(things))
    if narrowed.group:
        run = _run_by(around, narrowed.group)
        people = (f"user:{each}" for each in around.members(narrowed.group))
        found.append(Narrowing((f"group:{narrowed.group}", *people, *run), narrowed.group, "group"))
    if narrowed.mine:
        found.append(Narrowing((f"user:{actor.id}",), actor.id))
    return tuple(found)


def _run_by(around: Organisation, group: str) -> Iterator[str]:
    for kind in ("service", "configuration_item"):
        for name, row in around.of(kind).items():
            if row.get("group") == group:
                yield f"{kind}:{name}"


def _of_organisation(around: Organisation, time: Time, narrowed: Narrowed) -> Iterator[Entry]:
    """Give freezes and planned maintenance, of a service or a group those that touch it."""
    wanted: list[str] = []
    if narrowed.service:
        wanted += things_of_service(around, narrowed.service)
    if narrowed.group:
        wanted += (what.partition(":")[2] for what in _run_by(around, narrowed.group))
    everything = not narrowed.service and not narrowed.group
    frozen = spans(around, "freeze") if everything else freezes(around, wanted)
    maintained = spans(around, "maintenance") if everything else maintenances(around, wanted)
    for kind, found in (("freeze", frozen), ("maintenance", maintained)):
        for span in found:
            if span.overlaps(*time):
                yield _span(around, kind, span)


def _span(around: Organisation, kind: str, span: Span) -> Entry:
    row = around.of(kind)[span.id]
    services = "all services" if row.get("services") == ALL else row.get("services", ())
    named = (services,) if isinstance(services, str) else (around.label("service", each) or each for each in services)
    items = (around.label("configuration_item", each) or each for each in row.get("items", ()))
    what = (*named, *items, *(f"every {each}" for each in row.get("classes", ())))
    return Entry(kind, f"{kind}-{span.id}", span.title, Time(span.since, span.until), what)


def _holidays(around: Organisation, time: Time, zone: ZoneInfo) -> Iterator[Entry]:
    """Give the days on which a business calendar is closed all day, and which calendars that are."""
    first, last = (datetime.fromtimestamp(each, UTC).date() for each in time)
    closed: dict[date, list[str]] = {}
    for name, row in around.of("calendar").items():
        for day in dates(row["holidays"], first.year, last.year):
            closed.setdefault(day, []).append(around.label("calendar", name) or name)
    for day, calendars in closed.items():
        begin, end = (midnight(each, zone) for each in (day, day + timedelta(days=1)))
        if time.overlaps(begin, end):
            yield Entry("holiday", f"holiday-{day}", "Holiday", Time(begin, end), tuple(calendars), day)


def midnight(day: date, zone: ZoneInfo) -> float:
    """Give the instant at which a day begins on the clocks of a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def conflicting(found: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give those that are in conflict."""
    return tuple(each for each in found if each.against)
