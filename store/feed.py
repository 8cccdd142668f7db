"""Reads the feed: what happened to all records, in one order, as far as somebody may read it now.

Numbers of the feed are given under a lock that is held until the commit (projections.py): whoever has read up to a
number has missed nothing before it. An event that is projected again gets a new number, and is told once more.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from store.database import Database
from store.queries import JournalEntry, RecordRow, Viewer, record_row, records_seen
from store.tables import journal, record

LOOKED_AT = 1_000
"""Events of all records that one reading goes through, however few of them the viewer may read."""


class FeedEvent(NamedTuple):
    """Something that happened, and the record as it is now."""

    entry: JournalEntry
    record: RecordRow


class FeedPart(NamedTuple):
    """A part of the feed; `last` is the number after which the next one begins, `more` whether there is any yet."""

    events: tuple[FeedEvent, ...]
    last: int
    more: bool


async def read_feed(
    database: Database,
    after: int,
    *,
    viewer: Viewer = None,
    process: Sequence[str] = (),
    record: Sequence[str] = (),
    limit: int = 100,
) -> FeedPart:
    """What happened after this number of the feed, of records that the viewer may read now.

    Of several processes or records one must fit. A part without events may have `more` after it.
    """
    return await database.read(_read, after, viewer, _chosen(process, record), limit)


async def newest_feed(database: Database) -> int:
    """The number of the last event there is; 0 before the first."""
    return await database.read(_newest)


def _chosen(process: Sequence[str], names: Sequence[str]) -> list[ColumnElement[bool]]:
    by_process = [record.c.process.in_(process)] if process else []
    return [*by_process, *([record.c.id.in_(names)] if names else [])]


def _read(
    connection: Connection, after: int, viewer: Viewer, chosen: list[ColumnElement[bool]], limit: int
) -> FeedPart:
    ahead = select(journal.c.feed).where(journal.c.feed > after).order_by(journal.c.feed).limit(LOOKED_AT).subquery()
    until = connection.scalar(select(func.max(ahead.c.feed))) or after
    columns = [journal.c[name].label(f"entry_{name}") for name in JournalEntry._fields]
    query = records_seen(viewer).join(journal, journal.c.record == record.c.id).add_columns(*columns)
    there = (journal.c.feed > after, journal.c.feed <= until, journal.c.void.is_(False))
    rows = connection.execute(query.where(*there, *chosen).order_by(journal.c.feed).limit(limit)).all()
    events = tuple(FeedEvent(_entry(row[-len(columns) :]), record_row(row)) for row in rows)
    last = events[-1].entry.feed if len(events) == limit else until
    return FeedPart(events, last, last < _newest(connection))


def _newest(connection: Connection) -> int:
    return connection.scalar(select(func.max(journal.c.feed))) or 0


def _entry(row: Sequence[Any]) -> JournalEntry:
    entry = JournalEntry._make(row)
    return entry._replace(lines=tuple(entry.lines))
