"""Files that belong to records: kept once by their SHA-256, in the database, where every API and every backup has them.

A file is there before the comment that brings it, which may be refused: `discard_unnamed` takes away what no journal
names an hour later.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from store.database import Database, lock
from store.errors import DamagedFileError, TooManyFilesError
from store.tables import attachment, journal, stored_chunk, stored_file

CHUNK = 256 * 1024
"""Bytes that are kept, and given, together."""
AFTER = 3_600.0
"""Seconds after which a file that no journal names is discarded; no command takes so long."""
AT_ONCE = 20
"""Files that are looked at together."""
MOST = 100
"""Files of one record."""
ATTACHED = "attached"
"""The line of a journal that names a file."""


class File(NamedTuple):
    """A file to keep: the SHA-256 of its bytes, how many, and where they are read from, from its beginning."""

    digest: str
    size: int
    data: BinaryIO


class Discarded(NamedTuple):
    """What a look at files has come to: how many were looked at, and how many were discarded."""

    seen: int
    discarded: int


async def keep(database: Database, record: str, file: File, at: float) -> None:
    """Keep a file for a record; what is kept already is not written again. `at` is now.

    Raises:
        TooManyFilesError: the record has as many as there may be. One that came with a comment which was refused counts
            until it is discarded.
    """
    await database.write(_keep, record, file, at)


async def read_chunks(database: Database, digest: str) -> AsyncIterator[bytes]:
    """Give a file in parts, the last of them only if all together are what was kept.

    Raises:
        DamagedFileError: they are not, or the file is not there.
    """
    seen, last = hashlib.sha256(), b""
    for place in count():
        chunk = await database.read(_chunk, digest, place)
        if chunk is None:
            break
        if last:
            yield last
        seen.update(chunk)
        last = chunk
    if seen.hexdigest() != digest:
        raise DamagedFileError(digest)
    yield last


async def discard_unnamed(database: Database, now: float) -> Discarded:
    """Discard files that were kept over an hour ago and that the journal of their record does not name."""
    return await database.write(_discard, now - AFTER)


def leave(connection: Connection, record: str) -> None:
    """Take the files of a record away with it; one that others have, too, stays."""
    mine = attachment.c.record == record
    for digest in connection.scalars(select(attachment.c.digest).where(mine).order_by(attachment.c.digest)).all():
        lock(connection, f"file {digest}")
        connection.execute(delete(attachment).where(mine, attachment.c.digest == digest))
        _discard_file(connection, digest)


def names(line: dict[str, Any], digest: str) -> bool:
    """Say whether a line of a journal names this file."""
    return bool(line["what"] == ATTACHED and line["data"]["digest"] == digest)


def _keep(connection: Connection, record: str, file: File, at: float) -> None:
    digest = file.digest
    lock(connection, f"files of {record}")
    lock(connection, f"file {digest}")
    mine = (attachment.c.record == record, attachment.c.digest == digest)
    if connection.execute(update(attachment).where(*mine).values(at=at)).rowcount == 0:
        theirs = select(func.count()).select_from(attachment).where(attachment.c.record == record)
        if connection.execute(theirs).scalar_one() >= MOST:
            raise TooManyFilesError(record, MOST)
        connection.execute(insert(attachment).values(record=record, digest=digest, at=at, settled=False))
    if connection.scalar(select(stored_file.c.size).where(stored_file.c.digest == digest)) is not None:
        return
    connection.execute(insert(stored_file).values(digest=digest, size=file.size))
    for place, data in enumerate(_parts(file.data)):
        connection.execute(insert(stored_chunk).values(digest=digest, place=place, data=data))


def _parts(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while data := file.read(CHUNK):
        yield data


def _chunk(connection: Connection, digest: str, place: int) -> bytes | None:
    wanted = (stored_chunk.c.digest == digest, stored_chunk.c.place == place)
    data = connection.scalar(select(stored_chunk.c.data).where(*wanted))
    return None if data is None else bytes(data)


def _discard(connection: Connection, before: float) -> Discarded:
    waiting = (attachment.c.settled.is_(False), attachment.c.at < before)
    wanted = select(attachment.c.record, attachment.c.digest).where(*waiting)
    rows = connection.execute(wanted.order_by(attachment.c.digest, attachment.c.record).limit(AT_ONCE)).all()
    discarded = 0
    for record, digest in rows:
        lock(connection, f"file {digest}")
        mine = (attachment.c.record == record, attachment.c.digest == digest, *waiting)
        if _is_named(connection, record, digest):
            connection.execute(update(attachment).where(*mine).values(settled=True))
        elif connection.execute(delete(attachment).where(*mine)).rowcount:
            discarded += _discard_file(connection, digest)
    return Discarded(len(rows), discarded)


def _is_named(connection: Connection, record: str, digest: str) -> bool:
    """Say whether any event names it, also one that is void: it may happen after all."""
    entries = connection.scalars(select(journal.c.lines).where(journal.c.record == record))
    return any(names(line, digest) for lines in entries for line in lines)


def _discard_file(connection: Connection, digest: str) -> int:
    """Discard a file that belongs to no record any more, and say how many were."""
    if connection.scalar(select(exists().where(attachment.c.digest == digest))):
        return 0
    connection.execute(delete(stored_chunk).where(stored_chunk.c.digest == digest))
    return connection.execute(delete(stored_file).where(stored_file.c.digest == digest)).rowcount
