"""What is to be sent to webhooks, and how it went: rows that are leased, sent and logged.

A row's id is made of what it tells, so that nothing becomes two messages. Whether an event has really happened and
whether the webhook may see it is judged when it is sent. `now` is seconds since the epoch, UTC.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, delete, insert, literal, select, tuple_, update

from store.columns import Json, storable
from store.database import Database, lock
from store.errors import CursorError
from store.queries import JournalEntry
from store.tables import journal, webhook, webhook_delivery

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
PING = "steward.webhook.ping"
"""The type of an event that tests a webhook."""
KEPT_ATTEMPTS = 20
"""Attempts that are kept of a delivery, the latest."""


class Attempt(NamedTuple):
    """How it went: the status that was answered (None: nothing was), what went wrong, and how the answer began."""

    at: float
    status: int | None
    seconds: float
    error: str
    answer: str


class Delivery(NamedTuple):
    """A message to a webhook about an event of a record (`record` is empty for a test); `id` is its `webhook-id`.

    `failures` counts attempts that failed since it was asked for.
    """

    id: str
    webhook: str
    record: str
    seq: int
    head: str
    feed: int
    type: str
    created_at: float
    state: str
    failures: int
    due_at: float
    leased_until: float
    attempts: tuple[Attempt, ...]
    request: str


class Log(NamedTuple):
    """A part of a webhook's log, the newest first, and the cursor of the next part; None at the end."""

    deliveries: tuple[Delivery, ...]
    next: str | None


_COLUMNS = [webhook_delivery.c[name] for name in Delivery._fields]
SENDING: Mapping[str, Json] = {"state": WAITING, "failures": 0, "due_at": 0.0, "leased_until": 0.0, "attempts": []}
"""What a row says of which nothing was sent yet."""


def message_id(webhook_id: str, *told: object) -> str:
    """Give the id of a message to a webhook: the same for the same things, and for no others."""
    text = json.dumps([webhook_id, *told])
    return f"msg_{hashlib.sha256(text.encode()).hexdigest()[:32]}"


async def lease(database: Database, name: str, now: float, limit: int, seconds: float) -> tuple[Delivery, ...]:
    """Take up to `limit` due deliveries of a webhook, in the order of the feed; nobody else gets them meanwhile.

    Nor does anybody get what comes after them in their records: several couriers keep the order of each, too.
    """
    return await database.write(_lease, name, now, limit, now + seconds)


async def postpone(database: Database, names: Sequence[str], until: float) -> None:
    """Leave deliveries for later without an attempt."""
    await database.write(_change, names, {"leased_until": until})


async def drop(database: Database, name: str) -> None:
    """Forget a delivery: it has not happened, or is not for the webhook to see."""
    await database.write(_drop, name)


async def entry_of(database: Database, each: Delivery) -> JournalEntry | None:
    """The event that a delivery tells; None where the journal of its record has it no more."""
    return await database.read(_entry_of, each)


async def delivered(database: Database, each: Delivery, attempt: Attempt) -> None:
    """It was taken; so its webhook does not fail any more."""
    await database.write(_came, each, attempt, None, done=True)


async def failed(database: Database, each: Delivery, attempt: Attempt, retry_at: float | None) -> float:
    """An attempt failed: try again then, never again when None. Give since when nothing has got through."""
    return await database.write(_came, each, attempt, retry_at, done=False)


async def ping(database: Database, name: str, request: str, now: float) -> Delivery | None:
    """Send a test; the same request makes one. None where there is no such webhook."""
    return await database.write(_ping, name, request, now)


async def again(database: Database, name: str, delivery: str, request: str) -> Delivery | None:
    """Send something again, once for a request; None where there is no such delivery."""
    return await database.write(_again, name, delivery, request)


async def log_of(database: Database, name: str, *, cursor: str | None = None, limit: int = 50) -> Log:
    """What was sent to a webhook, the newest first. Raises CursorError."""
    query = select(*_COLUMNS).where(webhook_delivery.c.webhook == name)
    order = (webhook_delivery.c.created_at, webhook_delivery.c.id)
    if cursor is not None:
        last = tuple_(*(literal(told, part.type) for told, part in zip(_read_cursor(cursor), order, strict=True)))
        query = query.where(tuple_(*order) < last)
    rows = await database.read(_read, query.order_by(*(part.desc() for part in order)).limit(limit + 1))
    more = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return Log(rows[:limit], more)


async def forget(database: Database, before: float) -> int:
    """Forget what is settled and older than this; gives how many."""
    return await database.write(_forget, before)


def _lease(connection: Connection, name: str, now: float, limit: int, until: float) -> tuple[Delivery, ...]:
    lock(connection, f"webhook {name}")
    row, waiting = webhook_delivery.c, (webhook_delivery.c.webhook == name, webhook_delivery.c.state == WAITING)
    taken = select(row.record).where(*waiting, row.leased_until > now)
    free = select(*_COLUMNS).where(*waiting, row.due_at <= now, row.leased_until <= now, row.record.not_in(taken))
    rows = _read(connection, free.order_by(row.feed, row.id).limit(limit))
    _change(connection, [each.id for each in rows], {"leased_until": until})
    return tuple(each._replace(leased_until=until) for each in rows)


def _change(connection: Connection, names: Sequence[str], values: Mapping[str, Json]) -> None:
    if names:
        connection.execute(update(webhook_delivery).where(webhook_delivery.c.id.in_(names)).values(**values))


def _drop(connection: Connection, name: str) -> None:
    connection.execute(delete(webhook_delivery).where(webhook_delivery.c.id == name))


def _entry_of(connection: Connection, each: Delivery) -> JournalEntry | None:
    same = (journal.c.record == each.record, journal.c.seq == each.seq, journal.c.head == each.head)
    columns = [journal.c[name] for name in JournalEntry._fields]
    row = connection.execute(select(*columns).where(*same, journal.c.void.is_(False))).one_or_none()
    return None if row is None else JournalEntry._make(row)


def _came(connection: Connection, each: Delivery, attempt: Attempt, retry_at: float | None, *, done: bool) -> float:
    query = select(*_COLUMNS).where(webhook_delivery.c.id == each.id)
    row = next(iter(_read(connection, query.with_for_update())), None)
    if row is not None:
        clean = attempt._replace(error=storable(attempt.error), answer=storable(attempt.answer))
        attempts = [list(one) for one in (*row.attempts, clean)[-KEPT_ATTEMPTS:]]
        state = DELIVERED if done else DEAD if retry_at is None else WAITING
        came = {"attempts": attempts, "state": state, "due_at": retry_at or 0.0, "leased_until": 0.0}
        _change(connection, [each.id], {**came, "failures": 0 if done else row.failures + 1})
    if done:
        well = update(webhook).where(webhook.c.id == each.webhook, webhook.c.failing_since.is_not(None))
        connection.execute(well.values(failing_since=None))
        return attempt.at
    first = update(webhook).where(webhook.c.id == each.webhook, webhook.c.failing_since.is_(None))
    connection.execute(first.values(failing_since=attempt.at))
    return connection.scalar(select(webhook.c.failing_since).where(webhook.c.id == each.webhook)) or attempt.at


def _ping(connection: Connection, name: str, request: str, now: float) -> Delivery | None:
    lock(connection, f"webhook {name}")
    feed = connection.scalar(select(webhook.c.feed).where(webhook.c.id == name))
    if feed is None:
        return None
    key = message_id(name, PING, request)
    if _one(connection, name, key) is None:
        told = {"record": "", "seq": 0, "head": "", "feed": feed, "type": PING}
        own = {"id": key, "webhook": name, "created_at": now, "request": request}
        connection.execute(insert(webhook_delivery).values({**own, **told, **SENDING}))
    return _one(connection, name, key)


def _again(connection: Connection, name: str, delivery: str, request: str) -> Delivery | None:
    lock(connection, f"webhook {name}")
    there = _one(connection, name, delivery)
    if there is None or there.request == request:
        return there
    _change(connection, [delivery], {"state": WAITING, "failures": 0, "due_at": 0.0, "request": request})
    return _one(connection, name, delivery)


def _one(connection: Connection, name: str, delivery: str) -> Delivery | None:
    mine = (webhook_delivery.c.webhook == name, webhook_delivery.c.id == delivery)
    return next(iter(_read(connection, select(*_COLUMNS).where(*mine))), None)


def _read(connection: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    found = (Delivery._make(row) for row in connection.execute(query))
    return tuple(each._replace(attempts=tuple(Attempt(*one) for one in each.attempts)) for each in found)


def _forget(connection: Connection, before: float) -> int:
    old = (webhook_delivery.c.state != WAITING, webhook_delivery.c.created_at < before)
    return connection.execute(delete(webhook_delivery).where(*old)).rowcount


def _cursor(last: Delivery) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.created_at, last.id]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[float, str]:
    """Where the part before ended; anybody can make up a cursor."""
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise CursorError(cursor) from None
    match told:
        case [int() | float() as at, str() as name] if abs(at) < LATEST:
            return float(at), name
    raise CursorError(cursor)


LATEST = 1e12
"""Seconds beyond any time of ours."""
