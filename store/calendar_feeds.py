"""Secret addresses of calendars: one a person, random, kept as digests, good until it is replaced or ended.

Whoever knows one reads the calendar of its person, and can do nothing else with it.
"""

import hashlib
import hmac
import secrets
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from store.database import Database
from store.tables import calendar_feed

PREFIX = "stf_"
"""By which people and secret scanners recognise one."""


class Feed(NamedTuple):
    """Whose it is, and since when there is one (seconds since the epoch)."""

    person: str
    created_at: float


async def create(database: Database, person: str, at: float) -> str:
    """Make an address for a person and give its secret, which nobody can read again; the one before is good no more."""
    secret = PREFIX + secrets.token_urlsafe(32)
    await database.write(_keep, person, _digest(secret), at)
    return secret


async def find(database: Database, secret: str) -> Feed | None:
    """The feed of this secret; None where it is not known, was replaced or ended."""
    digest = _digest(secret)
    kept, found = await database.read(_find, calendar_feed.c.digest == digest)
    return found if hmac.compare_digest(kept, digest) else None


async def of(database: Database, person: str) -> Feed | None:
    """The feed of a person."""
    _, found = await database.read(_find, calendar_feed.c.person == person)
    return found


async def end(database: Database, person: str) -> None:
    """End the feed of a person, if there is one."""
    await database.write(_end, person)


def _keep(connection: Connection, person: str, digest: str, at: float) -> None:
    _end(connection, person)
    connection.execute(insert(calendar_feed).values(person=person, digest=digest, created_at=at))


def _find(connection: Connection, which: ColumnElement[bool]) -> tuple[str, Feed | None]:
    row = connection.execute(select(calendar_feed).where(which)).one_or_none()
    return ("", None) if row is None else (row.digest, Feed(row.person, row.created_at))


def _end(connection: Connection, person: str) -> None:
    connection.execute(delete(calendar_feed).where(calendar_feed.c.person == person))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
