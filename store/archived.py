"""What has left the tables for the archive: which file has it, who could see it, and that it is not coming back.

Its number stays taken. The key it was started with is free again: whoever sends it once more starts another record.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from store.database import Database
from store.queries import Viewer
from store.tables import archived, number

NUMBER = re.compile(r"(.*?\D)(\d+)")
"""A record's id: what its process begins numbers with, and the number."""


class Archived(NamedTuple):
    """A record in the archive: `file` is the name of its file there, `digest` that of its line, `readers` who saw it.

    Times are seconds since the epoch, UTC.
    """

    id: str
    process: str
    state: str
    ended_at: float
    archived_at: float
    file: str
    digest: str
    readers: tuple[str, ...]


async def find(database: Database, name: str, viewer: Viewer = None) -> Archived | None:
    """Say where a record is in the archive, unless it is not there or was not for this viewer (None sees all)."""
    found = await database.read(_find, name)
    return found if found is None or viewer is None or not set(viewer).isdisjoint(found.readers) else None


async def digests(database: Database, file: str) -> Mapping[str, str]:
    """Give the digest of the line of each record that is in a file of the archive."""
    return await database.read(_digests, file)


def note(connection: Connection, found: Archived) -> None:
    """Keep where a record is; its number stays taken, its key is free."""
    connection.execute(delete(archived).where(archived.c.id == found.id))
    connection.execute(insert(archived).values(found._asdict()))
    named = NUMBER.fullmatch(found.id)
    if named is not None:
        mine = (number.c.prefix == named[1], number.c.value == int(named[2]))
        connection.execute(update(number).where(*mine).values(key=f"archived {found.id}"))


def _find(connection: Connection, name: str) -> Archived | None:
    columns = [archived.c[each] for each in Archived._fields]
    row = connection.execute(select(*columns).where(archived.c.id == name)).one_or_none()
    return None if row is None else Archived._make(row)._replace(readers=tuple(row.readers))


def _digests(connection: Connection, file: str) -> Mapping[str, str]:
    rows = connection.execute(select(archived.c.id, archived.c.digest).where(archived.c.file == file))
    return {row.id: row.digest for row in rows}
