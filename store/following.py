"""Which open records follow which version of their process: what moving goes through, and what holds a version up."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from store.database import Database
from store.tables import record


async def open_on(
    database: Database, process: str, versions: Sequence[int], *, after: str = "", limit: int = 50
) -> tuple[str, ...]:
    """Name the open records that follow one of these versions, in the order of their ids; go on after the last one."""
    mine = (record.c.process == process, record.c.version.in_(versions), record.c.final.is_(False))
    query = select(record.c.id).where(*mine, record.c.id > after).order_by(record.c.id).limit(limit)
    return await database.read(_names, query)


async def counted(database: Database, process: str) -> Mapping[int, int]:
    """Count the open records of each version that has some."""
    mine = (record.c.process == process, record.c.final.is_(False))
    query = select(record.c.version, func.count().label("open")).where(*mine).group_by(record.c.version)
    return await database.read(_counts, query)


async def counted_everywhere(database: Database) -> Mapping[tuple[str, int], int]:
    """Count the open records of each version of every process that has some, by process and version."""
    query = select(record.c.process, record.c.version, func.count().label("open")).where(record.c.final.is_(False))
    return await database.read(_all_counts, query.group_by(record.c.process, record.c.version))


def _names(connection: Connection, query: Select[Any]) -> tuple[str, ...]:
    return tuple(connection.scalars(query))


def _counts(connection: Connection, query: Select[Any]) -> dict[int, int]:
    return {row.version: row.open for row in connection.execute(query)}


def _all_counts(connection: Connection, query: Select[Any]) -> dict[tuple[str, int], int]:
    return {(row.process, row.version): row.open for row in connection.execute(query)}
