"""What somebody has asked for: the records that they opened, that are for them by a field, or that they follow."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, or_, select, union

from engine.listing import CREATED_BY, WATCHERS
from store.columns import index_key
from store.database import Database
from store.errors import CursorError
from store.queries import RecordRow, Viewer, record_row, records_seen, seen_by
from store.tables import record, record_value


class Asker(NamedTuple):
    """Who asks: their id, the names under which they read, and the fields by which records are for somebody."""

    person: str
    viewer: Viewer
    fields: tuple[str, ...]


class Requests(NamedTuple):
    """A page of what somebody has asked for, the last changed first, and the cursor of the next; None at the end."""

    rows: tuple[RecordRow, ...]
    next: str | None


async def requests_of(
    database: Database, asker: Asker, *, final: bool, cursor: str | None = None, limit: int = 20
) -> Requests:
    """Give open requests of somebody, or those that have ended. Raises CursorError."""
    after = None if cursor is None else _place(cursor)
    rows = await database.read(_rows, _newest(asker, after, limit + 1, final=final))
    last = rows[limit - 1] if len(rows) > limit else None
    return Requests(tuple(rows[:limit]), None if last is None else f"{last.updated_at!r}~{last.id}")


@lru_cache(500)
def _newest(asker: Asker, after: tuple[float, str] | None, most: int, *, final: bool) -> Select[Any]:
    """Select the first of somebody's records, of each field by which they are theirs the first, then of all of them.

    So an index gives them in order, and nobody's page waits for the many records that are not theirs. Made once for
    each asker, because making it takes longest.
    """
    names = dict.fromkeys((CREATED_BY, WATCHERS, *asker.fields))
    each = (_by_field(name, asker, after, final=final).limit(most).subquery() for name in names)
    found = union(*(select(one.c.record) for one in each))
    newest_first = (record.c.updated_at.desc(), record.c.id.desc())
    return records_seen(asker.viewer).where(record.c.id.in_(found)).order_by(*newest_first).limit(most)


def _by_field(name: str, asker: Asker, after: tuple[float, str] | None, *, final: bool) -> Select[Any]:
    """Select the records in one of whose fields somebody stands, the last changed first."""
    value = record_value.c
    theirs = (value.field == name, value.value == index_key(asker.person), value.final.is_(final))
    query = select(value.record).where(*theirs, value.internal.is_(False), seen_by(asker.viewer, value.record))
    if after is not None:
        at, record_id = after
        earlier = and_(value.updated_at == at, value.record < record_id)
        query = query.where(value.updated_at <= at, or_(value.updated_at < at, earlier))
    return query.order_by(value.updated_at.desc(), value.record.desc())


def _place(cursor: str) -> tuple[float, str]:
    at, _, name = cursor.partition("~")
    try:
        return float(at), name
    except ValueError:
        raise CursorError(cursor) from None


def _rows(connection: Connection, query: Select[Any]) -> Sequence[RecordRow]:
    return [record_row(row) for row in connection.execute(query)]
