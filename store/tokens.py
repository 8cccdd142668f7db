"""Bearer tokens of automation and of people at a terminal: random, shown once, kept as digests, revocable."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from store.database import Database
from store.errors import UnavailableError
from store.tables import token

PREFIX = "stw_"
"""By which people and secret scanners recognise a token."""
NOTED = 60.0
"""Seconds for which it is not noted again that a token is used."""


class Token(NamedTuple):
    """A token without its secret: whose it is and what it may. Times are seconds since the epoch; None: never.

    That of a robot has the robot's name, and roles. `used_at` is when it was last used, to the minute.
    """

    id: str
    name: str
    person: str
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    used_at: float | None = None

    @property
    def of_robot(self) -> bool:
        """Whether it is a robot's own, who is in no organisation."""
        return self.person == self.name and bool(self.roles)


_COLUMNS = [token.c[name] for name in Token._fields]
_OF_DIGEST = select(*_COLUMNS, token.c.digest).where(token.c.digest == bindparam("sought"))


async def create(
    database: Database,
    name: str,
    person: str,
    *,
    roles: tuple[str, ...],
    groups: tuple[str, ...],
    at: float,
    expires: float | None,
) -> tuple[Token, str]:
    """Make a token for a person (or a robot); the second part is its secret, which nobody can read again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    digest = _digest(secret)
    made = Token(id_of(secret), name, person, roles, groups, at, expires, None)
    await database.write(_keep, made, digest)
    return made, secret


def id_of(secret: str) -> str:
    """Give the id of the token with this secret, whether there is one or not; nothing of the secret follows from it."""
    return _digest(secret)[:12]


async def find(database: Database, secret: str, now: float) -> Token | None:
    """The token of this secret, unless it is unknown, has expired or was revoked."""
    return await database.read(good, secret, now)


def good(connection: Connection, secret: str, now: float) -> Token | None:
    """Carry out `find` in a transaction."""
    digest = _digest(secret)
    row = connection.execute(_OF_DIGEST, {"sought": digest}).one_or_none()
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    found = _token(row)
    expired = found.expires_at is not None and found.expires_at <= now
    return None if expired or found.revoked_at is not None else found


async def note_use(database: Database, found: Token, now: float) -> None:
    """Note that a token is used, once a minute at most; while the database is busy, the next request does."""
    if found.used_at is None or now - found.used_at >= NOTED:
        with suppress(UnavailableError):
            await database.write(_note, found.id, now)


async def is_robot(database: Database, name: str, now: float) -> bool:
    """Say whether a robot of this name has a token that is good."""
    return any(
        each.of_robot and each.person == name and each.revoked_at is None and (each.expires_at or now + 1) > now
        for each in await all_tokens(database)
    )


async def all_tokens(database: Database) -> tuple[Token, ...]:
    """Every token that was ever made, newest first."""
    return await database.read(_all_tokens)


async def revoke(database: Database, token_id: str, at: float) -> bool:
    """End a token now; False when there is none of this id that is still good."""
    return await database.write(_revoke, token_id, at)


def _keep(connection: Connection, made: Token, digest: str) -> None:
    connection.execute(insert(token).values(digest=digest, **made._asdict()))


def _note(connection: Connection, token_id: str, now: float) -> None:
    long_ago = or_(token.c.used_at.is_(None), token.c.used_at <= now - NOTED)
    connection.execute(update(token).where(token.c.id == token_id, long_ago).values(used_at=now))


def _all_tokens(connection: Connection) -> tuple[Token, ...]:
    rows = connection.execute(select(*_COLUMNS).order_by(token.c.created_at.desc(), token.c.id))
    return tuple(_token(row) for row in rows)


def _revoke(connection: Connection, token_id: str, at: float) -> bool:
    good = (token.c.id == token_id, token.c.revoked_at.is_(None))
    return connection.execute(update(token).where(*good).values(revoked_at=at)).rowcount > 0


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _token(row: Sequence[Any]) -> Token:
    stored = Token._make(row[: len(Token._fields)])
    return stored._replace(roles=tuple(stored.roles), groups=tuple(stored.groups))
