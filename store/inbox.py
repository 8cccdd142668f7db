"""Messages to people inside the application; the relay may bring one twice, it is kept once."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, insert, literal, select, tuple_, update

from store.database import Database, lock
from store.tables import inbox


class Letter(NamedTuple):
    """A message to a person about a record; `read_at` is None until it was read."""

    key: str
    person: str
    record: str
    subject: str
    body: str
    at: float
    read_at: float | None


async def put(database: Database, key: str, person: str, *, record: str, subject: str, body: str, at: float) -> bool:
    """Bring a message; False when this person has the one of this key already."""
    return await database.write(_put, Letter(key, person, record, subject, body, at, None))


async def letters(
    database: Database,
    person: str,
    *,
    unread: bool = False,
    limit: int = 100,
    after: tuple[float | str, ...] | None = None,
) -> tuple[Letter, ...]:
    """What was brought to a person, newest first; only what they have not read, if asked.

    `after` is where a page ended, time and key: what follows it is given.
    """
    query = select(*(inbox.c[name] for name in Letter._fields)).where(inbox.c.person == person)
    if unread:
        query = query.where(inbox.c.read_at.is_(None))
    order = (inbox.c.at, inbox.c.key)
    if after is not None:
        last = tuple_(*(literal(told, part.type) for told, part in zip(after, order, strict=True)))
        query = query.where(tuple_(*order) < last)
    return await database.read(_letters, query.order_by(*(part.desc() for part in order)).limit(limit))


async def brought(database: Database, person: str, record: str, key: str, seconds: float) -> int:
    """Count what a person was told about a record in so many seconds up to the message of this key, which counts."""
    return await database.read(_brought, person, record, key, seconds)


async def mark_read(database: Database, key: str, person: str, at: float) -> bool:
    """The person has read it; False when there is no such unread message."""
    return await database.write(_mark_read, key, person, at)


def _put(connection: Connection, letter: Letter) -> bool:
    lock(connection, f"inbox {letter.person}")
    same = (inbox.c.key == letter.key, inbox.c.person == letter.person)
    if connection.scalar(select(inbox.c.key).where(*same)) is not None:
        return False
    connection.execute(insert(inbox).values(letter._asdict()))
    return True


def _letters(connection: Connection, query: Select[Any]) -> tuple[Letter, ...]:
    return tuple(Letter(*row) for row in connection.execute(query).all())


def _brought(connection: Connection, person: str, record: str, key: str, seconds: float) -> int:
    own = select(inbox.c.at).where(inbox.c.key == key, inbox.c.person == person).scalar_subquery()
    about = (inbox.c.person == person, inbox.c.record == record, inbox.c.at > own - seconds, inbox.c.at <= own)
    return connection.scalar(select(func.count()).select_from(inbox).where(*about)) or 0


def _mark_read(connection: Connection, key: str, person: str, at: float) -> bool:
    waiting = (inbox.c.key == key, inbox.c.person == person, inbox.c.read_at.is_(None))
    return connection.execute(update(inbox).where(*waiting).values(read_at=at)).rowcount > 0
