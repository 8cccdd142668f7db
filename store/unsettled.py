"""Records of which something can still happen, whole: those that have not ended, and those whose call still runs.

`steward recover` begins their workflows again where Temporal has lost them.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Text, cast, func, select

from engine.advance import settled
from engine.snapshot import restore
from store.columns import Json
from store.database import Database
from store.tables import record

PAGE = 200
CALLS = '%"kind":"call"%'
"""How the text of a record looks that may have an open call."""


class Unsettled(NamedTuple):
    """A record as it is stored: its id, the definition it is pinned to, and the whole snapshot."""

    id: str
    digest: str
    body: Mapping[str, Json]


_OPEN = select(*(record.c[name] for name in Unsettled._fields)).where(record.c.final.is_(False))
_CALLING = select(*(record.c[name] for name in Unsettled._fields)).where(
    record.c.final.is_(True), cast(record.c.body, Text).like(CALLS)
)


async def count_unsettled(database: Database) -> int:
    """Count the records that have not ended."""
    counted = select(func.count()).select_from(record).where(record.c.final.is_(False))
    return await database.read(lambda connection: connection.scalar(counted) or 0)


async def unsettled(database: Database) -> AsyncIterator[Unsettled]:
    """Give them one after the other: first those that have not ended, then those that only wait for a call.

    All records that have ended are read for the second ones.
    """
    async for each in _all(database, _OPEN):
        yield each
    async for each in _all(database, _CALLING):
        if not settled(restore(dict(each.body))):
            yield each


async def _all(database: Database, query: Select[Any]) -> AsyncIterator[Unsettled]:
    after = ""
    while page := await database.read(_read, query.where(record.c.id > after).order_by(record.c.id).limit(PAGE)):
        for each in page:
            yield each
        after = page[-1].id


def _read(connection: Connection, query: Select[Any]) -> tuple[Unsettled, ...]:
    return tuple(Unsettled(*row) for row in connection.execute(query).all())
