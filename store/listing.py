"""Lists of records: filters, rights, order and pages, in one query.

A page ends with a cursor that names its last record, not a number of rows, so that records which come or go meanwhile
neither repeat nor hide others.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, literal, not_, or_, select, tuple_

from store.columns import PlainText, index_key
from store.database import Database
from store.errors import CursorError
from store.queries import LATEST, RecordRow, Viewer, full_sight, record_row, records_seen
from store.search import found
from store.tables import record, record_value

LARGEST = 2**62
"""Numbers beyond are no key of ours and no number of the databases."""

_ORDERS: Mapping[str, ColumnElement[Any]] = {
    "created": record.c.ordinal,
    "updated": record.c.updated_at,
    "due": func.coalesce(record.c.due, LATEST),
    "id": record.c.id,
    "state": record.c.state,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records; everything given must fit, of several values one.

    `values` are fields that projections index: field → values, None among them for an empty field. `q` is full text.
    `updated_since` is in seconds since the epoch, UTC.
    """

    process: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    final: bool | None = None
    values: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    q: str = ""
    updated_since: float | None = None


class Page(NamedTuple):
    """A part of a list, and the cursor of the next part; None at the end."""

    rows: tuple[RecordRow, ...]
    next: str | None


async def list_records(
    database: Database,
    wanted: Filter,
    *,
    viewer: Viewer = None,
    sort: str = "-updated",
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """The records that fit and that the viewer may read.

    `sort` is `created`, `updated`, `due`, `id`, `state` or an indexed field, with `-` before it for the other
    direction; records without a deadline come after those with one, records without the field before the others.
    Internal fields and texts find and order records only where the viewer may see them.

    Raises:
        CursorError: the cursor belongs to another order or to no list.
    """
    full = full_sight(viewer)
    key = _order(sort.removeprefix("-"), full)
    query = records_seen(viewer).where(*_conditions(database.dialect, wanted, full)).add_columns(key.label("sort_key"))
    order = (key, record.c.ordinal)
    if cursor is not None:
        last = tuple_(*(literal(told, part.type) for told, part in zip(_last(cursor, sort, key), order, strict=True)))
        query = query.where(tuple_(*order) < last if sort.startswith("-") else tuple_(*order) > last)
    directed = [part.desc() if sort.startswith("-") else part.asc() for part in order]
    rows = await database.read(_read, query.order_by(*directed).limit(limit + 1))
    more = _cursor(sort, rows[limit - 1].sort_key, rows[limit - 1].ordinal) if len(rows) > limit else None
    return Page(tuple(record_row(row) for row in rows[:limit]), more)


def _read(connection: Connection, query: Select[Any]) -> Sequence[Row[Any]]:
    return connection.execute(query).all()


def _conditions(dialect: str, wanted: Filter, full: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    conditions = [_one_of(name, values, full) for name, values in wanted.values.items()]
    if wanted.process:
        conditions.append(record.c.process.in_(wanted.process))
    if wanted.state:
        conditions.append(record.c.state.in_(wanted.state))
    if wanted.final is not None:
        conditions.append(record.c.final.is_(wanted.final))
    if wanted.updated_since is not None:
        conditions.append(record.c.updated_at >= wanted.updated_since)
    if wanted.q.strip():
        conditions.append(found(dialect, wanted.q, full))
    return conditions


def _visible(name: str, full: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = and_(record_value.c.record == record.c.id, record_value.c.field == name)
    return and_(mine, or_(record_value.c.internal.is_(False), full))


def _one_of(name: str, values: tuple[str | None, ...], full: ColumnElement[bool]) -> ColumnElement[bool]:
    visible = _visible(name, full)
    texts = [index_key(value) for value in values if value is not None]
    filled = exists().where(visible, record_value.c.value.in_(texts))
    return or_(filled, not_(exists().where(visible))) if None in values else filled


def _order(name: str, full: ColumnElement[bool]) -> ColumnElement[Any]:
    if name in _ORDERS:
        return _ORDERS[name]
    least = select(func.min(record_value.c.value)).where(_visible(name, full)).correlate(record).scalar_subquery()
    return func.coalesce(least, "")


def _cursor(sort: str, key: str | float, ordinal: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([sort, key, ordinal]).encode()).decode().rstrip("=")


def _last(cursor: str, sort: str, key: ColumnElement[Any]) -> tuple[str | float, int]:
    """Where the page before ended; anybody can make up a cursor, so nothing in it is taken on trust."""
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise CursorError(cursor) from None
    match told:
        case [str() as order, str() as text, int() as ordinal] if isinstance(key.type, PlainText):
            fits = True
            value: str | float = text
        case [str() as order, int() | float() as value, int() as ordinal] if not isinstance(key.type, PlainText):
            fits = abs(value) < LARGEST
        case _:
            raise CursorError(cursor)
    if order != sort or not fits or abs(ordinal) >= LARGEST:
        raise CursorError(cursor)
    return value, ordinal
