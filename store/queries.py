"""Reads one record, its journal and its chain, and the tasks that wait for people.

A viewer is everything a person can be named by: `("user:ann", "group:mail", "role:agent")`; None sees all.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Double,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    literal,
    select,
    true,
    tuple_,
)

from store.columns import Json, index_key
from store.database import Database
from store.tables import NEVER, approval, approval_seat, journal, record, record_reader, task, task_seat

Viewer = tuple[str, ...] | None
Urgency = tuple[float | str, ...]
"""What work is ordered by: due (`LATEST` where it is not), since, id."""
LATEST = float(NEVER)
"""A time after all deadlines, in the place of none."""


class RecordRow(NamedTuple):
    """A record as it is stored; `body` is the whole snapshot, `full` whether the viewer may see its internal parts."""

    id: str
    process: str
    version: int
    digest: str
    engine: int
    state: str
    final: bool
    seq: int
    revision: int
    head: str
    fence: float
    feed: int
    ordinal: int
    title: str
    created_at: float
    updated_at: float
    due: float | None
    body: Mapping[str, Json]
    full: bool


class JournalEntry(NamedTuple):
    """An event of a record; `at` is when it happened, `feed` its place among the events of all records."""

    record: str
    seq: int
    head: str
    previous_head: str
    feed: int
    at: float
    kind: str
    name: str
    event: Mapping[str, Json]
    lines: tuple[Mapping[str, Json], ...]


class Break(NamedTuple):
    """Where a journal is no longer what was written, and how one sees it."""

    seq: int
    text: str


class TaskRow(NamedTuple):
    """A task that is open; `seats` are those who may do it, `body` everything its record said of it."""

    id: str
    record: str
    path: str
    title: str
    claimed_by: str | None
    due: float | None
    since: float
    body: Mapping[str, Json]
    process: str
    record_title: str
    seats: tuple[str, ...]


class ApprovalRow(NamedTuple):
    """An approval that is open; `seats` are those who have not voted yet, `body` everything its record said of it."""

    id: str
    record: str
    path: str
    title: str
    due: float | None
    since: float
    body: Mapping[str, Json]
    process: str
    record_title: str
    seats: tuple[str, ...]


async def get_record(database: Database, name: str, viewer: Viewer = None) -> RecordRow | None:
    """The record, unless it is absent or not for this viewer."""
    return await database.read(seen, name, viewer)


def seen(connection: Connection, name: str, viewer: Viewer) -> RecordRow | None:
    """Carry out `get_record` in a transaction."""
    row = connection.execute(_one_seen(viewer), {"sought": name}).one_or_none()
    return None if row is None else record_row(row)


async def records_of(database: Database, names: Collection[str], viewer: Viewer) -> Mapping[str, RecordRow]:
    """Those of these records that the viewer may read, by id."""
    found = await database.read(_read_all, records_seen(viewer).where(record.c.id.in_(names))) if names else ()
    return {each.id: each for each in found}


async def seen_of(database: Database, names: Collection[str], viewer: Viewer) -> frozenset[str]:
    """Those of these records that the viewer may read."""
    rows = records_seen(viewer).where(record.c.id.in_(names)).subquery()
    return await database.read(_names, select(rows.c.id))


async def open_by_correlation(database: Database, process: str, value: str) -> RecordRow | None:
    """The record of the process that has not ended and is found by this value; the oldest, should there be several."""
    query = records_seen(None).where(record.c.process == process, record.c.correlation == index_key(value))
    return await _first(database, query.where(record.c.final.is_(False)).order_by(record.c.ordinal).limit(1))


async def last_by_correlation(database: Database, process: str, value: str) -> RecordRow | None:
    """The newest record of the process that is found by this value, open or not."""
    query = records_seen(None).where(record.c.process == process, record.c.correlation == index_key(value))
    return await _first(database, query.order_by(record.c.ordinal.desc()).limit(1))


async def get_journal(
    database: Database, name: str, after: float = 0, limit: int | None = None
) -> tuple[JournalEntry, ...]:
    """Every event of the record that happened, in order; what a lost attempt had written is left out.

    Only those behind the `seq` of one, and so many, where that is said.
    """
    columns = [journal.c[field] for field in JournalEntry._fields]
    query = select(*columns).where(_chain(name), journal.c.seq > literal(after, Double)).order_by(journal.c.seq)
    return await database.read(_journal, query.limit(limit))


async def find_break(database: Database, name: str) -> Break | None:
    """The first place where the record's journal is not one chain from its first event to its present head.

    This compares links only; whether a head fits its event is for the engine to say.
    """
    return await database.read(_find_break, name)


async def tasks_for(
    database: Database, who: tuple[str, ...], limit: int = 100, after: Urgency | None = None
) -> tuple[TaskRow, ...]:
    """The open tasks with a seat for one of these, most urgent first; only those less urgent, if asked."""
    return await database.read(_read_tasks, _urgent(_TASKS, task, task_seat, who, after).limit(limit))


async def approvals_for(
    database: Database, who: tuple[str, ...], limit: int = 100, after: Urgency | None = None
) -> tuple[ApprovalRow, ...]:
    """The open approvals that wait for a vote of one of these, most urgent first; only those less urgent, if asked."""
    return await database.read(_read_approvals, _urgent(_APPROVALS, approval, approval_seat, who, after).limit(limit))


def records_seen(viewer: Viewer) -> Select[Any]:
    """Select records in the shape of `RecordRow`, only those that this viewer may read."""
    columns = [record.c[name] for name in RecordRow._fields if name != "full"]
    query = select(*columns, full_sight(viewer).label("full"))
    return query.where(seen_by(viewer, record.c.id))


def seen_by(viewer: Viewer, name: Column[str]) -> ColumnElement[bool]:
    """The condition that this viewer may read the record that a column of a table names."""
    if viewer is None:
        return true()
    theirs = (record_reader.c.record == name, record_reader.c.who.in_(viewer))
    return exists().where(*theirs).correlate(name.table)  # also inside another `exists`, where it would be any record


def full_sight(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `record` that this viewer may see its internal parts; asked of each record by itself.

    As an `exists` PostgreSQL would take it for one question about all records of the viewer, and answer that.
    """
    if viewer is None:
        return true()
    theirs = (record_reader.c.record == record.c.id, record_reader.c.who.in_(viewer), record_reader.c.full.is_(True))
    return select(true()).where(*theirs).limit(1).correlate(record).scalar_subquery()


def record_row(row: Row[Any]) -> RecordRow:
    """A row of `records_seen`, whatever columns follow."""
    return RecordRow._make(row[: len(RecordRow._fields)])._replace(full=bool(row.full))


async def _first(database: Database, query: Select[Any]) -> RecordRow | None:
    return await database.read(_read_first, query)


def _read_first(connection: Connection, query: Select[Any]) -> RecordRow | None:
    row = connection.execute(query).first()
    return None if row is None else record_row(row)


@lru_cache(500)
def _one_seen(viewer: Viewer) -> Select[Any]:
    """Select the record that is sought, if this viewer may read it; made once, because making it takes longest."""
    return records_seen(viewer).where(record.c.id == bindparam("sought"))


def _read_all(connection: Connection, query: Select[Any]) -> tuple[RecordRow, ...]:
    return tuple(record_row(row) for row in connection.execute(query))


def _names(connection: Connection, query: Select[Any]) -> frozenset[str]:
    return frozenset(connection.scalars(query))


def _chain(name: str) -> ColumnElement[bool]:
    return and_(journal.c.record == name, journal.c.void.is_(False))


def _journal(connection: Connection, query: Select[Any]) -> tuple[JournalEntry, ...]:
    entries = (JournalEntry._make(row) for row in connection.execute(query))
    return tuple(entry._replace(lines=tuple(entry.lines)) for entry in entries)


def _find_break(connection: Connection, name: str) -> Break | None:
    links = select(journal.c.seq, journal.c.previous_head, journal.c.head)
    rows = connection.execute(links.where(_chain(name)).order_by(journal.c.seq)).all()
    seq, head = 0, rows[0].previous_head if rows else ""
    for row in rows:
        if row.seq != seq + 1:
            return Break(seq + 1, f"event {seq + 1} is missing")
        if row.previous_head != head:
            return Break(row.seq, f"event {row.seq} does not follow event {seq}")
        seq, head = row.seq, row.head
    stored = connection.execute(select(record.c.seq, record.c.head).where(record.c.id == name)).one_or_none()
    if stored is not None and tuple(stored) != (seq, head):
        return Break(stored.seq, f"the record is at event {stored.seq}, its journal ends with event {seq}")
    return None


_TASKS = select(*(task.c[name] for name in TaskRow._fields[:-1]))


def _urgent(query: Select[Any], work: Table, seat: Table, who: tuple[str, ...], after: Urgency | None) -> Select[Any]:
    """Walk the seats of these in the order of urgency, which their index has."""
    order: list[ColumnElement[Any]] = [seat.c.due, seat.c.since, work.c.id]
    query = query.join(seat, and_(seat.c.record == work.c.record, seat.c.path == work.c.path))
    query = query.add_columns(*order[:2]).where(seat.c.who.in_(who))
    if after is not None:
        last = tuple_(*(literal(told, part.type) for told, part in zip(after, order, strict=True)))
        query = query.where(tuple_(*order) > last, seat.c.due >= after[0])
    return (query.distinct() if len(who) > 1 else query).order_by(*order)


def _read_tasks(connection: Connection, query: Select[Any]) -> tuple[TaskRow, ...]:
    return tuple(TaskRow._make((*row[:-2], tuple(row.body["seats"]))) for row in connection.execute(query))


_APPROVALS = select(*(approval.c[name] for name in ApprovalRow._fields[:-1]))


def _read_approvals(connection: Connection, query: Select[Any]) -> tuple[ApprovalRow, ...]:
    return tuple(ApprovalRow._make((*row[:-2], tuple(row.body["seats"]))) for row in connection.execute(query))
