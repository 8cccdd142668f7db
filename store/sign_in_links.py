"""Links that sign somebody in: random, good for minutes and for one use, kept as digests."""

import hashlib
import secrets

from sqlalchemy import Connection, delete, insert, select

from store.database import Database
from store.tables import sign_in_link

GOOD = 600.0
"""Seconds for which a link is good."""


async def create(database: Database, person: str, at: float) -> str:
    """Make a link for a person and give its secret; those that are over are forgotten."""
    secret = secrets.token_urlsafe(32)
    await database.write(_keep, _digest(secret), person, at)
    return secret


async def find(database: Database, secret: str, now: float) -> str | None:
    """Give the person of this secret, which stays good; None when it is unknown, used or over."""
    return await database.read(_find, _digest(secret), now)


async def use(database: Database, secret: str, now: float) -> str | None:
    """Give the person of this secret, once: of several who ask at the same time one gets an answer."""
    return await database.write(_use, _digest(secret), now)


def _keep(connection: Connection, digest: str, person: str, at: float) -> None:
    connection.execute(delete(sign_in_link).where(sign_in_link.c.expires_at <= at))
    connection.execute(insert(sign_in_link).values(digest=digest, person=person, expires_at=at + GOOD))


def _find(connection: Connection, digest: str, now: float) -> str | None:
    good = (sign_in_link.c.digest == digest, sign_in_link.c.expires_at > now)
    return connection.scalar(select(sign_in_link.c.person).where(*good))


def _use(connection: Connection, digest: str, now: float) -> str | None:
    person = _find(connection, digest, now)
    gone = connection.execute(delete(sign_in_link).where(sign_in_link.c.digest == digest)).rowcount
    return person if gone else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
