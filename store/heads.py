"""What the relay and the reconciler compare with Temporal: which event of a record is stored last.

A record is confirmed when its workflow answers the same `(seq, head)`. Where it does not, the reconciler projects the
workflow's own record again under `newer_fence`.
"""

import math
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from store.database import Database
from store.tables import record


class StoredHead(NamedTuple):
    """The last event that is stored of a record."""

    record: str
    seq: int
    head: str
    fence: float
    feed: int


_HEADS = select(record.c.id, record.c.seq, record.c.head, record.c.fence, record.c.feed)


async def record_head(database: Database, name: str) -> StoredHead | None:
    """What is stored last of this record; None when nothing is."""
    return next(iter(await _heads(database, _HEADS.where(record.c.id == name))), None)


async def recently_projected(database: Database, since_feed: int, limit: int = 500) -> tuple[StoredHead, ...]:
    """Records written after this number of the feed, in its order; go on from the last one's `feed`."""
    query = _HEADS.where(record.c.feed > since_feed).order_by(record.c.feed).limit(limit)
    return await _heads(database, query)


async def open_records(database: Database, after: str = "", limit: int = 500) -> tuple[StoredHead, ...]:
    """Records that have not ended, in the order of their ids; go on after the last one's id."""
    query = _HEADS.where(record.c.final.is_(False), record.c.id > after).order_by(record.c.id).limit(limit)
    return await _heads(database, query)


def newer_fence(stored: float) -> float:
    """The least fence above this one: it replaces what is stored, and the workflow's next events are newer still."""
    return math.nextafter(stored, math.inf)


async def _heads(database: Database, query: Select[Any]) -> tuple[StoredHead, ...]:
    return await database.read(_read, query)


def _read(connection: Connection, query: Select[Any]) -> tuple[StoredHead, ...]:
    return tuple(StoredHead(*row) for row in connection.execute(query).all())
