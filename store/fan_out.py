"""Webhooks go through the feed: what is to be sent to each becomes a row for each event it has asked for.

A webhook's place in the feed and the rows for what came before it are written together: so nothing is left out, however
a courier ends.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, or_, select, update

from store.cloud_events import event_type
from store.database import Database, lock
from store.deliveries import SENDING, WAITING, message_id
from store.tables import journal, record, webhook, webhook_delivery

AT_ONCE = 500
"""Events of the feed that a webhook is told in one transaction."""


class _Told(NamedTuple):
    """An event of the feed, as far as webhooks choose by it."""

    record: str
    seq: int
    head: str
    feed: int
    kind: str
    void: bool
    process: str


async def with_work(database: Database, now: float) -> tuple[str, ...]:
    """Name the active webhooks that have not been told everything, or have something to send."""
    return await database.read(_with_work, now)


async def fan_out(database: Database, name: str, now: float) -> bool:
    """Tell a webhook what comes next in the feed; True while there may be more."""
    return await database.write(_fan_out, name, now)


def _with_work(connection: Connection, now: float) -> tuple[str, ...]:
    newest = connection.scalar(select(func.max(journal.c.feed))) or 0
    row = webhook_delivery.c
    due = select(row.webhook).where(row.state == WAITING, row.due_at <= now, row.leased_until <= now)
    wanted = or_(webhook.c.feed < newest, webhook.c.id.in_(due))
    return tuple(connection.scalars(select(webhook.c.id).where(webhook.c.active.is_(True), wanted)))


def _fan_out(connection: Connection, name: str, now: float) -> bool:
    lock(connection, f"webhook {name}")
    of = select(webhook.c.feed, webhook.c.processes, webhook.c.types)
    mine = connection.execute(of.where(webhook.c.id == name, webhook.c.active.is_(True))).one_or_none()
    if mine is None:
        return False
    columns = [journal.c[each] for each in _Told._fields if each != "process"]
    query = select(*columns, record.c.process).join(record, record.c.id == journal.c.record)
    rows = connection.execute(query.where(journal.c.feed > mine.feed).order_by(journal.c.feed).limit(AT_ONCE))
    ahead = [_Told._make(row) for row in rows]
    if not ahead:
        return False
    wanted = (each for each in ahead if _wanted(each, mine.processes, mine.types))
    _add(connection, name, {message_id(name, each.record, each.seq, each.head): each for each in wanted}, now)
    connection.execute(update(webhook).where(webhook.c.id == name).values(feed=ahead[-1].feed))
    return len(ahead) == AT_ONCE


def _wanted(each: _Told, processes: Sequence[str], types: Sequence[str]) -> bool:
    of_process = not processes or each.process in processes
    return not each.void and of_process and (not types or event_type(each.kind) in types)


def _add(connection: Connection, name: str, told: Mapping[str, _Told], now: float) -> None:
    """Write what is not there yet: an event that is projected again has another place in the feed."""
    there = set(connection.scalars(select(webhook_delivery.c.id).where(webhook_delivery.c.id.in_(told))))
    rows = [
        {
            "id": key,
            "webhook": name,
            **{part: getattr(each, part) for part in ("record", "seq", "head", "feed")},
            "type": event_type(each.kind),
            "created_at": now,
            "request": "",
            **SENDING,
        }
        for key, each in told.items()
        if key not in there
    ]
    if rows:
        connection.execute(insert(webhook_delivery), rows)
