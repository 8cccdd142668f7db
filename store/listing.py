"""Lists of records: filters, rights, order and pages, in one query.

A page ends with a cursor that names its last record, not a number of rows, so that records which come or go meanwhile
neither repeat nor hide others.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
)

from store.columns import PlainText, index_key
from store.database import Database
from store.errors import CursorError
from store.narrowing import Narrowed, narrowed
from store.queries import RecordRow, Viewer, full_sight, record_row, records_seen
from store.tables import DUE, record, record_value

LARGEST = 2**62
"""Numbers beyond are no key of ours and no number of the databases."""

_VALUE = record_value.alias("value")
"""The values that conditions look at; without the alias, those along which the list is walked."""

_ORDERS: Mapping[str, ColumnElement[Any]] = {
    "created": record.c.ordinal,
    "updated": record.c.updated_at,
    "due": DUE,
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


class _Columns(NamedTuple):
    """The columns of `record` that filters look at."""

    process: ColumnElement[str]
    state: ColumnElement[str]
    final: ColumnElement[bool]
    updated_at: ColumnElement[float]


_INDEXED = _Columns(*(record.c[name] for name in _Columns._fields))
_ALONG = _INDEXED._replace(final=record_value.c.final)
"""The same where a list is walked along a value: its index knows what is open."""
_BARE = _Columns(*(literal_column(f"+record.{name}", record.c[name].type) for name in _Columns._fields))
"""The same for SQLite, which has no idea of how many fit and would go by their indexes, were it not for the sign."""


def _columns(dialect: str, way: Narrowed) -> _Columns:
    """Choose the columns so that records are found the way that was chosen."""
    if dialect != "sqlite":
        return _ALONG if way.along else _INDEXED
    if way.along:
        return _BARE._replace(final=record_value.c.final)
    return _BARE if way.few else _INDEXED


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
    after = None if cursor is None else _last(cursor, sort, _order(sort.removeprefix("-"), full_sight(viewer)))
    rows = await database.read(_read, wanted, viewer, _Asked(sort, after, limit))
    more = _cursor(sort, rows[limit - 1].sort_key, rows[limit - 1].ordinal) if len(rows) > limit else None
    return Page(tuple(record_row(row) for row in rows[:limit]), more)


class _Asked(NamedTuple):
    """What a page is asked by: the order, where the page before ended, and how many records it has at most."""

    sort: str
    after: tuple[str | float, int] | None
    limit: int


def _read(connection: Connection, wanted: Filter, viewer: Viewer, asked: _Asked) -> Sequence[Row[Any]]:
    (sort, after, limit), full = asked, full_sight(viewer)
    name = sort.removeprefix("-")
    way = narrowed(connection, viewer, wanted.values, wanted.q, full, by_change=name == "updated")
    along, columns = way.along, _columns(connection.dialect.name, way)
    rest = {field: values for field, values in wanted.values.items() if along is None or field != along[0]}
    conditions = [*_conditions(replace(wanted, values=rest), full, columns), *way.conditions]
    query, key = records_seen(viewer).where(*conditions), _order(name, full)
    if along:
        query, key = _along(query, *along, full), record_value.c.updated_at
    order = (key, record.c.ordinal)
    if after is not None:
        last = tuple_(*(literal(told, part.type) for told, part in zip(after, order, strict=True)))
        query = query.where(tuple_(*order) < last if sort.startswith("-") else tuple_(*order) > last)
        query = query.where(key <= after[0] if sort.startswith("-") else key >= after[0])
    directed = [part.desc() if sort.startswith("-") else part.asc() for part in order]
    query = query.add_columns(key.label("sort_key")).order_by(*directed).limit(limit + 1)
    return connection.execute(query).all()


def _along(query: Select[Any], name: str, value: str, full: ColumnElement[bool]) -> Select[Any]:
    """Have a list walked along the records with a value, which are kept in the order of their changes."""
    same = (record_value.c.record == record.c.id, record_value.c.field == name, record_value.c.value == value)
    return query.join_from(record, record_value, and_(*same)).where(or_(record_value.c.internal.is_(False), full))


def _conditions(wanted: Filter, full: ColumnElement[bool], columns: _Columns) -> list[ColumnElement[bool]]:
    conditions = [_one_of(name, values, full) for name, values in wanted.values.items()]
    if wanted.process:
        conditions.append(columns.process.in_(wanted.process))
    if wanted.state:
        conditions.append(columns.state.in_(wanted.state))
    if wanted.final is not None:
        conditions.append(columns.final.is_(wanted.final))
    if wanted.updated_since is not None:
        conditions.append(columns.updated_at >= wanted.updated_since)
    return conditions


def _visible(name: str, full: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = and_(_VALUE.c.record == record.c.id, _VALUE.c.field == name)
    return and_(mine, or_(_VALUE.c.internal.is_(False), full))


def _one_of(name: str, values: tuple[str | None, ...], full: ColumnElement[bool]) -> ColumnElement[bool]:
    visible = _visible(name, full)
    texts = [index_key(value) for value in values if value is not None]
    filled = exists().where(visible, _VALUE.c.value.in_(texts))
    return or_(filled, not_(exists().where(visible))) if None in values else filled


def _order(name: str, full: ColumnElement[bool]) -> ColumnElement[Any]:
    if name in _ORDERS:
        return _ORDERS[name]
    least = select(func.min(_VALUE.c.value)).where(_visible(name, full)).correlate(record).scalar_subquery()
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
        case [_, bool(), _] | [_, _, bool()]:  # for Python they are numbers, for PostgreSQL they are not
            raise CursorError(cursor)
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
