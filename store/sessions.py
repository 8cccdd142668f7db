"""Sessions of people at a browser: random, kept as digests, ended by sign-out, by silence and by age."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from store.database import Database
from store.errors import UnavailableError
from store.tables import session as table

HOUR = 3_600.0
SILENT = 2 * HOUR
"""Seconds without a request after which a session is over."""
LONGEST = 12 * HOUR
"""Seconds after which a session is over whatever happens."""
NOTED = 60.0
"""Seconds within which a further use of a session is not written down."""


class Session(NamedTuple):
    """A session without its secret. Times are seconds since the epoch.

    `id` names it where it is spoken of. `name` is empty for people of the organisation; who is unknown there has the
    name and `roles` that came with the sign-in, the others have those roles besides their own.
    """

    id: str
    person: str
    name: str
    roles: tuple[str, ...]
    created_at: float
    used_at: float


_COLUMNS = [table.c[name] for name in Session._fields]


def begun(person: str, at: float, *, name: str = "", roles: Sequence[str] = ()) -> Session:
    """Give a session as it begins."""
    return Session("", person, name, tuple(roles), at, at)


async def create(database: Database, session: Session) -> str:
    """Keep a session that begins and give its secret, which nobody can read again; those that are over go."""
    secret = secrets.token_urlsafe(32)
    digest = _digest(secret)
    await database.write(_keep, session._replace(id=digest[:12]), digest)
    return secret


async def find(database: Database, secret: str, now: float) -> Session | None:
    """Give the session of this secret and note that it is used; None when it is unknown or over."""
    digest = _digest(secret)
    found = await database.read(_find, digest)
    if found is None or now - found.used_at >= SILENT or now - found.created_at >= LONGEST:
        return None
    if now - found.used_at >= NOTED:
        try:
            await database.write(_note, digest, now)
        except UnavailableError:  # the next request notes it
            return found
    return found


async def end(database: Database, secret: str) -> None:
    """End a session, if there is one."""
    await database.write(_end, _digest(secret))


def _keep(connection: Connection, session: Session, digest: str) -> None:
    over = (table.c.created_at <= session.created_at - LONGEST) | (table.c.used_at <= session.created_at - SILENT)
    connection.execute(delete(table).where(over))
    connection.execute(insert(table).values(digest=digest, **session._asdict()))


def _find(connection: Connection, digest: str) -> Session | None:
    row = connection.execute(select(*_COLUMNS).where(table.c.digest == digest)).one_or_none()
    return None if row is None else _session(row)


def _note(connection: Connection, digest: str, now: float) -> None:
    connection.execute(update(table).where(table.c.digest == digest).values(used_at=now))


def _end(connection: Connection, digest: str) -> None:
    connection.execute(delete(table).where(table.c.digest == digest))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _session(row: Sequence[Any]) -> Session:
    stored = Session._make(row)
    return stored._replace(roles=tuple(stored.roles))
