"""The registry of published definitions, each with its messages; what is published never changes."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, insert, select, tuple_

from store.database import Database, lock
from store.errors import AlreadyPublishedError, OlderVersionError, StaleVersionError
from store.tables import definition, definition_message, message


class Published(NamedTuple):
    """A version of a process: its YAML source and the source's SHA-256, by which records are pinned to it."""

    process: str
    version: int
    digest: str
    title: str
    source: str
    published_by: str
    published_at: float


_PUBLISHED = select(*(definition.c[name] for name in Published._fields))
_LAST = select(definition.c.process, func.max(definition.c.version)).group_by(definition.c.process)
_IS_NEWEST = tuple_(definition.c.process, definition.c.version).in_(_LAST)


def digest_of(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


async def publish(
    database: Database,
    process: str,
    version: int,
    source: str,
    *,
    title: str,
    messages: Mapping[str, str],
    by: str,
    at: float,
    tests: str = "",
    made_from: int | None = None,
) -> bool:
    """Publish a version with its messages (name → source); False when exactly this is published already.

    `tests` is the text of its scenarios, kept for whoever changes it next. `made_from` is the newest version
    that its author knows of.

    Raises:
        AlreadyPublishedError: the version exists with another source or another message.
        OlderVersionError: a newer version exists.
        StaleVersionError: the newest version is not the one it was made from.
    """
    row = Published(process, version, digest_of(source), title, source, by, at)
    return await database.write(_publish, row, messages, tests, made_from)


async def newest(database: Database, process: str) -> Published | None:
    """The version that new records follow."""
    query = _PUBLISHED.where(definition.c.process == process).order_by(definition.c.version.desc()).limit(1)
    return next(iter(await _published(database, query)), None)


async def get(database: Database, process: str, version: int) -> Published | None:
    """This version of the process."""
    query = _PUBLISHED.where(definition.c.process == process, definition.c.version == version)
    return next(iter(await _published(database, query)), None)


async def by_digest(database: Database, digest: str) -> Published | None:
    """The definition to which a record is pinned."""
    return next(iter(await _published(database, _PUBLISHED.where(definition.c.digest == digest))), None)


async def versions(database: Database, process: str) -> tuple[Published, ...]:
    """Every version of the process, newest first."""
    query = _PUBLISHED.where(definition.c.process == process).order_by(definition.c.version.desc())
    return await _published(database, query)


async def newest_of_each(database: Database) -> tuple[Published, ...]:
    """The newest version of every process, by the name of the process."""
    return await _published(database, _PUBLISHED.where(_IS_NEWEST).order_by(definition.c.process))


async def newest_digest(database: Database, process: str) -> str | None:
    """The digest of the version that new records follow."""
    query = select(definition.c.digest).where(definition.c.process == process)
    return await database.read(_text, query.order_by(definition.c.version.desc()).limit(1))


async def newest_digests(database: Database) -> tuple[str, ...]:
    """The digest of the newest version of every process, by the name of the process."""
    return await database.read(_texts, select(definition.c.digest).where(_IS_NEWEST).order_by(definition.c.process))


async def messages_of(database: Database, process: str, version: int) -> dict[str, str]:
    """The messages that the version was published with, name → source."""
    pinned = definition_message.c
    query = (
        select(pinned.name, message.c.source)
        .join(message, message.c.digest == pinned.digest)
        .where(pinned.process == process, pinned.version == version)
        .order_by(pinned.name)
    )
    return await database.read(_messages, query)


async def tests_of(database: Database, process: str, version: int) -> str:
    """The text of the scenarios that the version was published with; empty without any."""
    query = select(definition.c.tests).where(definition.c.process == process, definition.c.version == version)
    return await database.read(_text, query) or ""


def _text(connection: Connection, query: Select[Any]) -> str | None:
    found: str | None = connection.scalar(query)
    return found


def _texts(connection: Connection, query: Select[Any]) -> tuple[str, ...]:
    return tuple(connection.scalars(query))


def _messages(connection: Connection, query: Select[Any]) -> dict[str, str]:
    return {row.name: row.source for row in connection.execute(query)}


def _publish(
    connection: Connection, new: Published, messages: Mapping[str, str], tests: str, made_from: int | None
) -> bool:
    lock(connection, f"definition {new.process}")
    last = select(func.max(definition.c.version)).where(definition.c.process == new.process)
    newest_version = connection.scalar(last) or 0
    difference = _difference(connection, new, {name: digest_of(text) for name, text in messages.items()})
    if difference == "":
        return False
    if made_from is not None and made_from != newest_version:
        raise StaleVersionError(new.process, newest_version, made_from)
    if difference is not None:
        raise AlreadyPublishedError(new.process, new.version, newest_version, difference)
    if new.version < newest_version:
        raise OlderVersionError(new.process, new.version, newest_version)
    connection.execute(insert(definition).values({**new._asdict(), "tests": tests}))
    _add_messages(connection, new, messages)
    return True


def _difference(connection: Connection, new: Published, texts: Mapping[str, str]) -> str | None:
    """In what the published version differs from this one; empty when in nothing, None when it is not published."""
    of_version = (definition.c.process == new.process, definition.c.version == new.version)
    stored = connection.scalar(select(definition.c.digest).where(*of_version))
    if stored is None or stored != new.digest:
        return None if stored is None else "another text"
    pinned = definition_message.c
    query = select(pinned.name, pinned.digest).where(pinned.process == new.process, pinned.version == new.version)
    before = {row.name: row.digest for row in connection.execute(query)}
    changed = sorted(name for name in before.keys() | texts.keys() if before.get(name) != texts.get(name))
    return f'another message "{changed[0]}"' if changed else ""


def _add_messages(connection: Connection, new: Published, messages: Mapping[str, str]) -> None:
    lock(connection, "messages")  # two processes may bring the same text at once
    sources = {digest_of(text): text for text in messages.values()}
    there = set(connection.scalars(select(message.c.digest).where(message.c.digest.in_(list(sources)))))
    missing = [{"digest": digest, "source": text} for digest, text in sources.items() if digest not in there]
    if missing:
        connection.execute(insert(message), missing)
    version = {"process": new.process, "version": new.version}
    pinned = [{**version, "name": name, "digest": digest_of(text)} for name, text in messages.items()]
    if pinned:
        connection.execute(insert(definition_message), pinned)


async def _published(database: Database, query: Select[Any]) -> tuple[Published, ...]:
    return await database.read(_read, query)


def _read(connection: Connection, query: Select[Any]) -> tuple[Published, ...]:
    return tuple(Published(*row) for row in connection.execute(query).all())
