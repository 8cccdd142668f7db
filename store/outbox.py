"""Effects without an answer, as rows that a projection wrote: the relay leases them, sends them, and says how it went.

A row is sent at least once, under its key, and only after the relay has found the record confirmed (store.heads). The
clock is the caller's: `now` is seconds since the epoch, UTC.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select, update

from store.columns import Json, storable
from store.database import Database
from store.tables import outbox

WAITING, SENT, DEAD = "waiting", "sent", "dead"

ATTEMPTS = 12
"""Failures after which a row is dead: it stays to be looked at and is sent no more."""


class OutboxRow(NamedTuple):
    """An effect to carry out; `key` is its identity, `delivered` the recipients that have it already.

    `state` is `waiting`, `sent` or `dead`, `error` what the last attempt said.
    """

    key: str
    record: str
    seq: int
    head: str
    kind: str
    body: Json
    state: str
    delivered: tuple[str, ...]
    attempts: int
    due_at: float
    leased_until: float
    error: str
    sent_at: float | None


_COLUMNS = select(*(outbox.c[name] for name in OutboxRow._fields))


async def lease(database: Database, now: float, limit: int, seconds: float) -> tuple[OutboxRow, ...]:
    """Take up to `limit` rows that are due; nobody else gets them for this many seconds.

    Those that nobody has taken yet come first, then those that have waited longest, each oldest first: records that
    do not answer hold up nobody else.
    """
    return await database.write(_lease, now, limit, now + seconds)


async def postpone(database: Database, keys: Sequence[str], until: float) -> None:
    """Leave rows for later without counting an attempt: their record is not confirmed yet."""
    await database.write(_change, keys, {"leased_until": until})


async def delivered(database: Database, key: str, recipient: str) -> None:
    """One of several recipients has it; a later attempt leaves them out."""
    await database.write(_delivered, key, recipient)


async def sent(database: Database, key: str, now: float) -> None:
    """It is done."""
    await database.write(_change, [key], {"state": SENT, "sent_at": now, "error": "", "leased_until": 0.0})


async def failed(database: Database, key: str, error: str, retry_at: float | None) -> None:
    """An attempt failed: try again then; never again when `retry_at` is None or 12 attempts have failed."""
    await database.write(_failed, key, storable(error), retry_at)


async def reopen(database: Database, keys: Sequence[str]) -> None:
    """Send these again that were sent: whoever had them has forgotten it, and takes them once by their keys."""
    anew: dict[str, Json] = {
        "state": WAITING,
        "sent_at": None,
        "delivered": [],
        "attempts": 0,
        "due_at": 0.0,
        "leased_until": 0.0,
    }
    again = update(outbox).where(outbox.c.key.in_(keys), outbox.c.state == SENT).values(**anew)
    await database.write(lambda connection: connection.execute(again))


async def of_record(database: Database, record: str) -> tuple[OutboxRow, ...]:
    """Every row of a record, in the order in which they came to be."""
    return await _rows(database, _COLUMNS.where(outbox.c.record == record))


async def dead(database: Database, limit: int = 100) -> tuple[OutboxRow, ...]:
    """The rows that were given up, oldest first."""
    return await _rows(database, _COLUMNS.where(outbox.c.state == DEAD).limit(limit))


async def _rows(database: Database, query: Select[Any]) -> tuple[OutboxRow, ...]:
    return await database.read(_read, query.order_by(outbox.c.feed, outbox.c.place))


def _read(connection: Connection, query: Select[Any]) -> tuple[OutboxRow, ...]:
    return tuple(_row(row) for row in connection.execute(query).all())


def _lease(connection: Connection, now: float, limit: int, until: float) -> tuple[OutboxRow, ...]:
    free = _COLUMNS.where(outbox.c.state == WAITING, outbox.c.due_at <= now, outbox.c.leased_until <= now)
    first = free.order_by(outbox.c.leased_until, outbox.c.feed, outbox.c.place).limit(limit)
    rows = _read(connection, first.with_for_update(skip_locked=True))
    if rows:
        _change(connection, [row.key for row in rows], {"leased_until": until})
    return tuple(row._replace(leased_until=until) for row in rows)


def _change(connection: Connection, keys: Sequence[str], values: Mapping[str, Json]) -> None:
    connection.execute(update(outbox).where(outbox.c.key.in_(keys)).values(**values))


def _delivered(connection: Connection, key: str, recipient: str) -> None:
    have = connection.scalar(select(outbox.c.delivered).where(outbox.c.key == key).with_for_update())
    if have is not None and recipient not in have:
        _change(connection, [key], {"delivered": [*have, recipient]})


def _failed(connection: Connection, key: str, error: str, retry_at: float | None) -> None:
    waiting = select(outbox.c.attempts).where(outbox.c.key == key, outbox.c.state == WAITING)
    before = connection.scalar(waiting.with_for_update())
    if before is None:
        return
    state = DEAD if retry_at is None or before + 1 >= ATTEMPTS else WAITING
    came = {"attempts": before + 1, "error": error, "state": state, "due_at": retry_at or 0.0, "leased_until": 0.0}
    _change(connection, [key], came)


def _row(row: Sequence[Any]) -> OutboxRow:
    have = OutboxRow._make(row)
    return have._replace(delivered=tuple(have.delivered))
