"""What somebody has asked for: the records that they opened, that are for them by a field, or that they follow."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from engine.listing import CREATED_BY, WATCHERS
from store.columns import index_key
from store.database import Database
from store.errors import CursorError
from store.queries import RecordRow, Viewer, record_row, records_seen
from store.tables import record, record_value


class Asker(NamedTuple):
    """Who asks: their id, the names under which they read, and the fields by which records are for somebody."""

    person: str
    viewer: Viewer
    fields: Collection[str]


class Requests(NamedTuple):
    """A page of what somebody has asked for, the last changed first, and the cursor of the next; None at the end."""

    rows: tuple[RecordRow, ...]
    next: str | None


async def requests_of(
    database: Database, asker: Asker, *, final: bool, cursor: str | None = None, limit: int = 20
) -> Requests:
    """Give open requests of somebody, or those that have ended. Raises CursorError."""
    query = records_seen(asker.viewer).where(_theirs(asker, final=final))
    if cursor is not None:
        at, ordinal = _place(cursor)
        earlier = and_(record.c.updated_at == at, record.c.ordinal < ordinal)
        query = query.where(or_(record.c.updated_at < at, earlier))
    order = (record.c.updated_at.desc(), record.c.ordinal.desc())
    rows = await database.read(_rows, query.order_by(*order).limit(limit + 1))
    last = rows[limit - 1] if len(rows) > limit else None
    return Requests(tuple(rows[:limit]), None if last is None else f"{last.updated_at!r}~{last.ordinal}")


def _theirs(asker: Asker, *, final: bool) -> ColumnElement[bool]:
    value = record_value.c
    named = select(value.record).where(
        value.field.in_((CREATED_BY, WATCHERS, *asker.fields)),
        value.value == index_key(asker.person),
        value.internal.is_(False),
        value.final.is_(final),
    )
    return and_(record.c.id.in_(named), record.c.final.is_(final))


def _place(cursor: str) -> tuple[float, int]:
    at, _, ordinal = cursor.partition("~")
    try:
        return float(at), int(ordinal)
    except ValueError:
        raise CursorError(cursor) from None


def _rows(connection: Connection, query: Select[Any]) -> Sequence[RecordRow]:
    return [record_row(row) for row in connection.execute(query)]
