"""Which open records a change of the organisation touches: found by an index, and told through the outbox.

What records rely on is written with their projections (`engine.reliance` names it). A version of the organisation
writes what it touched and, in the same transaction, a row of the outbox for each record that relies on it. A projection
may have been decided on what the organisation said a moment before; so one that comes soon after such a version tells
its own record. Neither can miss the other: projections share the lock that a new version has alone.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, literal, select

from store.columns import JsonText
from store.database import lock
from store.outbox import WAITING
from store.tables import journal, organisation_touch, outbox, record_reliance

ORGANISATION = "organisation"
"""The kind of an outbox row that tells a record of a change of the organisation, and the name of the lock."""
SOON = 300.0
"""Seconds for which an event may still have been decided on what was said before; facts are at most 5 s old."""

_TOUCHED = (
    select(organisation_touch.c.version)
    .where(organisation_touch.c.what.in_(bindparam("these", expanding=True)))
    .where(organisation_touch.c.at >= bindparam("since"))
    .distinct()
)


def tell_touched(connection: Connection, version: int, touched: Collection[str], at: float) -> None:
    """Tell every record that relies on something this version has changed; the lock must be held."""
    connection.execute(delete(organisation_touch).where(organisation_touch.c.at < at - SOON))
    if not touched:
        return
    connection.execute(insert(organisation_touch), [{"version": version, "what": each, "at": at} for each in touched])
    names = select(organisation_touch.c.what).where(organisation_touch.c.version == version)
    records = select(record_reliance.c.record).where(record_reliance.c.what.in_(names)).distinct()
    _tell(connection, version, records)


def tell_late(connection: Connection, record: str, relies_on: Collection[str], now: float) -> None:
    """Tell a record that has just begun to rely on something of each version that touched it a moment ago."""
    if not relies_on:
        return
    lock(connection, ORGANISATION, shared=True)
    for version in connection.scalars(_TOUCHED, {"these": list(relies_on), "since": now - SOON}).all():
        there = select(outbox.c.key).where(outbox.c.key == _key(record, version))
        if connection.scalar(there) is None:
            _tell(connection, version, select(literal(record).label("record")))


def _key(record: str, version: int) -> str:
    return f"{record}/{ORGANISATION}-{version}"


def _tell(connection: Connection, version: int, records: Select[tuple[str]]) -> None:
    """Put a row into the outbox for each of these records; no event of theirs wrote it, so none can make it void."""
    name = records.subquery().c.record
    feed = connection.scalar(select(func.max(journal.c.feed))) or 0
    row = {
        "key": name.concat(_key("", version)),
        "record": name,
        "seq": literal(0),
        "head": literal(""),
        "place": literal(0),
        "feed": literal(feed),
        "kind": literal(ORGANISATION),
        "body": literal({"version": version}, JsonText),
        "state": literal(WAITING),
        "delivered": literal([], JsonText),
        "attempts": literal(0),
        "due_at": literal(0.0),
        "leased_until": literal(0.0),
        "error": literal(""),
    }
    connection.execute(insert(outbox).from_select([*row], select(*row.values())))
