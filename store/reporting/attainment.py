"""Counts targets: kept, missed and running, day by day, and by what their records are about."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from store.database import Database, at_one_moment
from store.queries import RecordRow, Viewer, record_row, records_seen
from store.reporting.keeping import RUNNING
from store.reporting.span import Span
from store.tables import record, record_target, record_value


class Decided(NamedTuple):
    """How many clocks of a target were kept or missed (`outcome`) on a day, and for how many seconds they had held."""

    target: str
    day: int
    outcome: str
    number: int
    held: float


class Valued(NamedTuple):
    """How many clocks of a target were kept or missed on a day, of records with a value in a field."""

    target: str
    day: int
    value: str
    outcome: str
    number: int


class Attainment(NamedTuple):
    """What came of the targets of a process within a span, and how many run now, by target."""

    decided: tuple[Decided, ...]
    running: dict[str, int]
    valued: tuple[Valued, ...]


async def attainment(database: Database, span: Span, field: str = "") -> Attainment:
    """Count; with a field, also by its values, which are those that the records have now."""
    return await database.read(_attainment, span, field)


async def records_of(
    database: Database, span: Span, wanted: tuple[str, str], viewer: Viewer, limit: int
) -> tuple[RecordRow, ...]:
    """Give the records of which a target has an outcome (both `wanted`), decided within a span, or running now.

    Those decided last come first, and only those that the viewer may read.
    """
    return await database.read(_records, span, wanted, viewer, limit)


def _attainment(connection: Connection, span: Span, field: str) -> Attainment:
    at_one_moment(connection)
    rows = record_target.c
    keys = (rows.target, rows.day, rows.outcome)
    query = select(*keys, func.count(), func.sum(rows.held)).where(*span.conditions(record_target)).group_by(*keys)
    decided = tuple(Decided._make(row) for row in connection.execute(query.order_by(*keys)))
    running = select(rows.target, func.count()).where(*span.of_process(record_target), rows.day.is_(None))
    found: dict[str, int] = dict(connection.execute(running.group_by(rows.target)).all())
    return Attainment(decided, found, _valued(connection, span, field) if field else ())


def _valued(connection: Connection, span: Span, field: str) -> tuple[Valued, ...]:
    rows = record_target.c
    keys = (rows.target, rows.day, record_value.c.value, rows.outcome)
    theirs = (record_value.c.record == rows.record) & (record_value.c.field == field)
    query = select(*keys, func.count()).select_from(record_target.join(record_value, theirs))
    query = query.where(*span.conditions(record_target)).group_by(*keys).order_by(*keys)
    return tuple(Valued._make(row) for row in connection.execute(query))


def _records(
    connection: Connection, span: Span, wanted: tuple[str, str], viewer: Viewer, limit: int
) -> tuple[RecordRow, ...]:
    rows, (target, outcome) = record_target.c, wanted
    days = (rows.day.is_(None),) if outcome == RUNNING else (rows.day >= span.first, rows.day <= span.last)
    query = records_seen(viewer).join(record_target, rows.record == record.c.id)
    query = query.where(*span.of_process(record_target), *days, rows.target == target, rows.outcome == outcome)
    order = (rows.day.desc(), record.c.ordinal.desc())
    return tuple(record_row(row) for row in connection.execute(query.order_by(*order).limit(limit)))
