"""Reads the journals of all records in the order of the feed, for an export: page after page."""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from store.columns import Json
from store.database import Database
from store.tables import journal, record

AT_ONCE = 200
"""Events that are read in one transaction."""


class Exported(NamedTuple):
    """An event as the journal keeps it: what its head is computed from is in `event` and `lines`."""

    feed: int
    record: str
    process: str
    seq: int
    at: float
    event: Mapping[str, Json]
    lines: list[Mapping[str, Json]]
    previous_head: str
    head: str


class Part(NamedTuple):
    """Which events; empty and None: any. Times are seconds since the epoch, `until` is not among them."""

    since: float | None = None
    until: float | None = None
    process: str | None = None
    record: str | None = None


async def exported(database: Database, part: Part, at_once: int = AT_ONCE) -> AsyncIterator[Exported]:
    """Give every event of a part that happened, in the order in which they were written."""
    after = 0
    while rows := await database.read(_page, part, after, at_once):
        for row in rows:
            yield row
        after = rows[-1].feed


def _page(connection: Connection, part: Part, after: int, most: int) -> list[Exported]:
    columns = [record.c.process if name == "process" else journal.c[name] for name in Exported._fields]
    rows = select(*columns).join(record, record.c.id == journal.c.record)
    there = rows.where(journal.c.void.is_(False), journal.c.feed > after, *_conditions(part))
    return [Exported._make(row) for row in connection.execute(there.order_by(journal.c.feed).limit(most))]


def _conditions(part: Part) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if part.since is not None:
        found.append(journal.c.at >= part.since)
    if part.until is not None:
        found.append(journal.c.at < part.until)
    if part.process is not None:
        found.append(record.c.process == part.process)
    if part.record is not None:
        found.append(journal.c.record == part.record)
    return found
