"""What monitoring counts across all records: open ones, work and messages that wait, and promises that were missed."""

from collections import Counter
from collections.abc import Container, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, select

from store import deliveries, outbox
from store.database import Database
from store.facts import organisation
from store.tables import approval, journal, record, record_target, task, webhook_delivery
from store.tables import outbox as outbox_table

Counts = Mapping[tuple[str, ...], float]
"""Numbers by the values of labels."""


class Counted(NamedTuple):
    """Open records by process and state, work that waits by process, and targets missed by process and target.

    An approval counts for every group that is asked, and for the group "" where only people and roles are.
    `messages` wait by kind, `oldest` is when the first of them came to be (None: none waits). `deliveries` are those
    to webhooks that are not delivered, by state.
    """

    open: Counts
    approvals: Counts
    tasks: Counts
    missed: Counts
    messages: Counts
    oldest: float | None
    deliveries: Counts


async def counted(database: Database) -> Counted:
    """Count everything as it is stored now."""
    around = await organisation(database)
    return await database.read(_counted, around.of("group"))


def _counted(connection: Connection, groups: Container[str]) -> Counted:
    number = func.count()
    opened = select(record.c.process, record.c.state, number).where(record.c.final.is_(False))
    missed = select(record_target.c.process, record_target.c.target, number).where(record_target.c.outcome == "missed")
    told = webhook_delivery.c.state
    waits, undelivered = outbox_table.c.state == outbox.WAITING, (deliveries.WAITING, deliveries.DEAD)
    return Counted(
        _by(connection, opened.group_by(record.c.process, record.c.state)),
        _approvals(connection, groups),
        _by(connection, select(task.c.process, number).group_by(task.c.process)),
        _by(connection, missed.group_by(record_target.c.process, record_target.c.target)),
        _by(connection, select(outbox_table.c.kind, number).where(waits).group_by(outbox_table.c.kind)),
        connection.scalar(_oldest()),
        {
            (each,): connection.scalar(select(number).where(told == each).select_from(webhook_delivery)) or 0
            for each in undelivered
        },
    )


def _approvals(connection: Connection, groups: Container[str]) -> Counts:
    """Count the approvals of each process by the groups that were asked."""
    found = Counter[tuple[str, ...]]()
    for process, body in connection.execute(select(approval.c.process, approval.c.body)):
        asked = dict.fromkeys(name for name in body.get("asked", ()) if name in groups)
        found.update((process, name) for name in asked or ("",))
    return found


def _oldest() -> Select[Any]:
    """Ask when the event happened whose message has waited longest; news of the organisation have no event."""
    row = outbox_table.c
    first = select(row.record, row.seq, row.head).where(row.state == outbox.WAITING, row.seq > 0)
    found = first.order_by(row.feed, row.place).limit(1).subquery()
    event = and_(journal.c.record == found.c.record, journal.c.seq == found.c.seq, journal.c.head == found.c.head)
    return select(journal.c.at).select_from(found.join(journal, event))


def _by(connection: Connection, query: Select[Any]) -> Counts:
    return {tuple(labels): number for *labels, number in connection.execute(query)}
