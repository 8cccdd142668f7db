"""Reads the whole store, some records at a time, and finds what is not as it was written; nobody need be running."""

from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, Text, and_, func, select, type_coerce

from store.columns import JsonText
from store.database import Database, at_one_moment
from store.definitions import digest_of
from store.tables import definition, journal, outbox, record
from store.verifying import Flaw, JournalText, OutboxText, RecordText, flaw_of, is_sealed

Rows = TypeVar("Rows", JournalText, RecordText, OutboxText)

AT_ONCE = 100
"""Records that are read in one transaction."""


class Audited(NamedTuple):
    """What was found in some records: how many events they have, how many of these older code wrote, and flaws.

    `last` is the id of the last of these records.
    """

    last: str
    records: int
    events: int
    unsealed: int
    flaws: tuple[Flaw, ...]


async def audited(database: Database, only: str = "", at_once: int = AT_ONCE) -> AsyncIterator[Audited]:
    """Judge all records in the order of their ids, or one; each lot as it is at one moment, while others may write."""
    if only:
        yield await database.read(_judge, [only])
        return
    after = ""
    while lot := await database.read(_lot, after, at_once):
        yield lot
        after = lot.last


async def events_there(database: Database) -> int:
    """Count the rows of all journals."""
    return await database.read(_count)


async def changed_definitions(database: Database) -> tuple[str, ...]:
    """Name the published versions whose text is not that of their digest: `change 3`."""
    return await database.read(_changed_definitions)


def _lot(connection: Connection, after: str, most: int) -> Audited | None:
    at_one_moment(connection)
    keys = (journal.c.record, record.c.id, outbox.c.record)
    found = {name for key in keys for name in connection.scalars(_following(key, after, most))}
    names = sorted(found)[:most]
    return _judged(connection, names) if names else None


def _judge(connection: Connection, names: Sequence[str]) -> Audited:
    at_one_moment(connection)
    return _judged(connection, names)


def _following(key: Column[Any], after: str, most: int) -> Any:  # noqa: ANN401  # a selection
    return select(key).where(key > after).distinct().order_by(key).limit(most)


def rows_of(connection: Connection, name: str) -> tuple[RecordText | None, Sequence[JournalText], Sequence[OutboxText]]:
    """Read the rows of one record as they are judged."""
    rows = _read(connection, journal, JournalText, journal.c.record == name, "seq", "feed")
    stored = _read(connection, record, RecordText, record.c.id == name)
    sent = _read(connection, outbox, OutboxText, outbox.c.record == name, "feed", "place")
    return (stored[0] if stored else None), rows, sent


def _judged(connection: Connection, names: Sequence[str]) -> Audited:
    rows = _read(connection, journal, JournalText, _among(journal.c.record, names), "record", "seq", "feed")
    stored = _read(connection, record, RecordText, _among(record.c.id, names), "id")
    sent = _read(connection, outbox, OutboxText, _among(outbox.c.record, names), "record", "feed", "place")
    journals, effects = (_by_record(each) for each in (rows, sent))
    records = {each.id: each for each in stored}
    found = (flaw_of(name, journals.get(name, []), records.get(name), effects.get(name, [])) for name in names)
    flaws = tuple(flaw for flaw in found if flaw is not None)
    there = {*journals, *records}
    return Audited(names[-1], len(there), len(rows), sum(not is_sealed(row) for row in rows), flaws)


def _among(key: Column[Any], names: Sequence[str]) -> ColumnElement[bool]:
    return and_(key >= names[0], key <= names[-1])


def _read(
    connection: Connection, table: Table, shape: type[Rows], where: ColumnElement[bool], *order: str
) -> list[Rows]:
    """Read rows in the shape of a named tuple of their columns."""
    columns = [_as_text(table.c[name]) for name in shape._fields]
    query = select(*columns).where(where).order_by(*(table.c[name] for name in order))
    return [shape._make(row) for row in connection.execute(query)]


def _as_text(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, Text) if isinstance(column.type, JsonText) else column


def _by_record(rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {name: list(each) for name, each in groupby(rows, attrgetter("record"))}


def _count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(journal)) or 0


def _changed_definitions(connection: Connection) -> tuple[str, ...]:
    rows = connection.execute(
        select(definition.c.process, definition.c.version, definition.c.digest, definition.c.source)
    )
    return tuple(f"{row.process} {row.version}" for row in rows if digest_of(row.source) != row.digest)
