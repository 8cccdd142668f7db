"""The records that a record has started, as far as somebody may see them; without any, that is one step in an index."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, or_, select

from store.columns import index_key
from store.database import Database
from store.queries import RecordRow, Viewer, full_sight, seen, seen_by
from store.tables import record, record_value


class Child(NamedTuple):
    """A record that another has started."""

    id: str
    process: str
    title: str
    state: str
    final: bool


async def children_of(database: Database, name: str, viewer: Viewer, limit: int) -> tuple[Child, ...]:
    """Give those that a record has started and the viewer (None sees all) may read, newest first, at most so many."""
    return await database.read(_children, name, viewer, limit)


async def family_of(
    database: Database, name: str, viewer: Viewer, limit: int
) -> tuple[RecordRow, tuple[Child, ...]] | None:
    """Give a record and its children, as `get_record` and `children_of` do, both in one transaction."""
    return await database.read(_family, name, viewer, limit)


def _family(
    connection: Connection, name: str, viewer: Viewer, limit: int
) -> tuple[RecordRow, tuple[Child, ...]] | None:
    row = seen(connection, name, viewer)
    return None if row is None else (row, _children(connection, name, viewer, limit))


def _children(connection: Connection, name: str, viewer: Viewer, limit: int) -> tuple[Child, ...]:
    return tuple(map(Child._make, connection.execute(_seen(viewer), {"parent": index_key(name), "most": limit})))


@lru_cache(500)
def _seen(viewer: Viewer) -> Select[Any]:
    """Select the children of a parent that this viewer may read; made once, because making it takes longest."""
    value = record_value.c
    query = select(*(record.c[name] for name in Child._fields)).join(record_value, value.record == record.c.id)
    theirs = (value.field == "parent", value.value == bindparam("parent"), seen_by(viewer, record.c.id))
    told = query.where(*theirs, or_(value.internal.is_(False), full_sight(viewer)))
    return told.order_by(record.c.ordinal.desc()).limit(bindparam("most"))
