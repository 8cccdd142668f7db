"""When records plan to do something, as calendars show it: what is booked now, what took place, what was given up.

`record_booking` says what is booked, and nothing of what is booked no more. So every event keeps here, for each time of
its record, whether that is still booked; a time that is booked no more was given up where it had not begun yet, and has
taken place otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from store.columns import index_key
from store.database import Database
from store.queries import Viewer, full_sight, records_seen
from store.tables import record, record_plan, record_plan_thing, record_value

MOST = 1_000
"""How many plans are given at most: those that begin first."""

Booked = tuple[str, float, float]
"""What, and from when until when, in seconds since the epoch."""


class Status(StrEnum):
    """What has become of a planned time."""

    BOOKED = "booked"
    PAST = "past"
    CANCELLED = "cancelled"


class Narrowing(NamedTuple):
    """Which plans: any of these things is planned for, or a value of the record (in `field`, empty: in any) is this.

    An empty one is every plan.
    """

    things: tuple[str, ...] = ()
    value: str = ""
    field: str = ""


class Planned(NamedTuple):
    """A time that a record has planned, with what for; `place` tells the times of one record apart.

    `seq` is the number of the event that has changed it last, at `changed_at`. `full` says whether the viewer may see
    what is internal.
    """

    record: str
    place: int
    since: float
    until: float
    status: Status
    seq: int
    changed_at: float
    title: str
    process: str
    state: str
    digest: str
    full: bool
    things: tuple[str, ...] = ()


def keep_plans(connection: Connection, name: str, bookings: Sequence[Booked], *, seq: int, at: float) -> None:
    """Keep when a record plans something, of what it has booked after an event (its number and time)."""
    times: dict[tuple[float, float], list[str]] = {}
    for what, since, until in sorted(bookings):
        times.setdefault((since, until), []).append(what)
    stored = _stored(connection, name)
    for place, (time, things) in enumerate(sorted(times.items())):
        if stored.pop(place, None) != (*time, Status.BOOKED, tuple(things)):
            _put(connection, name, place, (*time, seq, at), things)
    for place, (since, _, status, _) in stored.items():
        if status == Status.BOOKED:
            became = Status.CANCELLED if at < since else Status.PAST
            told = {"status": became, "seq": seq, "changed_at": at}
            row = and_(record_plan.c.record == name, record_plan.c.place == place)
            connection.execute(update(record_plan).where(row).values(told))


async def planned(
    database: Database,
    since: float,
    until: float,
    *,
    viewer: Viewer = None,
    narrowing: Sequence[Narrowing] = (),
    status: Iterable[Status] = Status,
) -> tuple[Planned, ...]:
    """The plans with a moment in a time, of records that the viewer may read, the first to begin first.

    All of `narrowing` must fit; values of internal fields count only where the viewer may see them.
    """
    return await database.read(_planned, (since, until), viewer, tuple(narrowing), tuple(status))


def _planned(
    connection: Connection,
    time: tuple[float, float],
    viewer: Viewer,
    narrowing: tuple[Narrowing, ...],
    status: tuple[Status, ...],
) -> tuple[Planned, ...]:
    plan, (since, until), full = record_plan.c, time, full_sight(viewer)
    columns = [plan[name] for name in Planned._fields[:7]]
    of_record = [record.c[name] for name in ("title", "process", "state", "digest")]
    query = records_seen(viewer).join(record_plan, plan.record == record.c.id)
    query = query.with_only_columns(*columns, *of_record, full.label("full"), maintain_column_froms=True)
    conditions = [plan.until > since, plan.since < until, plan.status.in_(status)]
    conditions += [_fits(each, full) for each in narrowing]
    ordered = query.where(*conditions).order_by(plan.since, plan.record, plan.place).limit(MOST)
    rows = [Planned(*row) for row in connection.execute(ordered)]
    things = _things(connection, {each.record for each in rows})
    return tuple(
        each._replace(
            status=Status(each.status), full=bool(each.full), things=tuple(things.get((each.record, each.place), ()))
        )
        for each in rows
    )


def _fits(wanted: Narrowing, full: ColumnElement[bool]) -> ColumnElement[bool]:
    thing, value = record_plan_thing.c, record_value.c
    same = (thing.record == record_plan.c.record, thing.place == record_plan.c.place)
    for_them = exists().where(*same, thing.what.in_(wanted.things))
    told = [value.record == record_plan.c.record, value.value == index_key(wanted.value)]
    told += [value.field == wanted.field] if wanted.field else []
    of_record = exists().where(*told, or_(value.internal.is_(False), full))
    return or_(for_them, of_record) if wanted.value else for_them


def _things(connection: Connection, names: Iterable[str]) -> Mapping[tuple[str, int], list[str]]:
    thing = record_plan_thing.c
    query = select(thing.record, thing.place, thing.what).where(thing.record.in_(sorted(names)))
    found: dict[tuple[str, int], list[str]] = {}
    for name, place, what in connection.execute(query.order_by(thing.record, thing.place, thing.what)):
        found.setdefault((name, place), []).append(what)
    return found


def _stored(connection: Connection, name: str) -> dict[int, tuple[float, float, str, tuple[str, ...]]]:
    plan = record_plan.c
    rows = connection.execute(select(plan.place, plan.since, plan.until, plan.status).where(plan.record == name)).all()
    things = _things(connection, [name]) if rows else {}
    return {row.place: (row.since, row.until, row.status, tuple(things.get((name, row.place), ()))) for row in rows}


def _put(
    connection: Connection, name: str, place: int, told: tuple[float, float, int, float], things: Sequence[str]
) -> None:
    for table in (record_plan, record_plan_thing):
        connection.execute(delete(table).where(table.c.record == name, table.c.place == place))
    keys = {"record": name, "place": place}
    values = dict(zip(("since", "until", "seq", "changed_at"), told, strict=True))
    connection.execute(insert(record_plan).values(**keys, **values, status=Status.BOOKED))
    connection.execute(insert(record_plan_thing), [{**keys, "what": what} for what in things])
