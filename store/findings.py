"""What the reconciler has found of records, for the people who operate Steward: `steward doctor` and `/readyz` tell it.

The clock is the caller's: seconds since the epoch, UTC.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from store.columns import storable
from store.database import Database, lock
from store.tables import finding

GONE, SILENT, UNWRITABLE, MENDED = "gone", "silent", "unwritable", "mended"
"""It is open and has no workflow; its workflow does not answer; its row cannot be written; its row was made again."""

STANDING = (GONE, SILENT, UNWRITABLE)
"""What stands until it is over; that a row was mended is only remembered for a while."""

REMEMBERED = 30 * 86_400.0
"""Seconds for which it is remembered that a row was mended."""


class Finding(NamedTuple):
    """Something about a record: since when it is known, when it was seen last, and more about it in words."""

    record: str
    what: str
    text: str
    first_at: float
    last_at: float


async def note(database: Database, record: str, what: str, text: str, at: float) -> None:
    """Remember something about a record; seen again, it is known since it was seen first."""
    await database.write(_note, Finding(record, what, storable(text), at, at))


async def clear(database: Database, record: str) -> None:
    """Forget what stood about a record: it is over."""
    rows = delete(finding).where(finding.c.record == record, finding.c.what.in_(STANDING))
    await database.write(lambda connection: connection.execute(rows))


async def findings(database: Database, what: Collection[str], limit: int = 1_000) -> tuple[Finding, ...]:
    """Give what is known of these kinds, the latest first."""
    columns = [finding.c[name] for name in Finding._fields]
    query = select(*columns).where(finding.c.what.in_(what)).order_by(finding.c.last_at.desc(), finding.c.record)
    return await database.read(_read, query.limit(limit))


async def counted(database: Database) -> dict[str, int]:
    """Count the records of each kind."""
    query = select(finding.c.what, func.count()).group_by(finding.c.what)
    found: dict[str, int] = await database.read(
        lambda connection: {row[0]: row[1] for row in connection.execute(query)}
    )
    return {kind: found.get(kind, 0) for kind in (*STANDING, MENDED)}


def _read(connection: Connection, query: Select[Any]) -> tuple[Finding, ...]:
    return tuple(Finding(*row) for row in connection.execute(query).all())


def _note(connection: Connection, new: Finding) -> None:
    lock(connection, f"finding {new.record}")
    old = finding.c.last_at < new.last_at - REMEMBERED
    connection.execute(delete(finding).where(finding.c.what == MENDED, old))
    same = (finding.c.record == new.record, finding.c.what == new.what)
    again = connection.execute(update(finding).where(*same).values(text=new.text, last_at=new.last_at))
    if again.rowcount == 0:
        connection.execute(insert(finding).values(new._asdict()))
