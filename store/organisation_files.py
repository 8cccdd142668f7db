"""Applies the files of an organisation: what has changed in them since the last time changes, and nothing else.

What people have changed through the API meanwhile stays, unless the files have changed the same row.
"""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from language.organisation import Organisation
from language.organisation_changes import Change, changes, with_changes
from language.organisation_removing import Dangling, dangling
from store.database import Database
from store.errors import DanglingError
from store.organisation import Changed, edited, present
from store.tables import organisation_files


class Plan(NamedTuple):
    """What files would change now: the version they would change, the changes, and what would then name nothing."""

    version: int
    before: Organisation
    after: Organisation
    changes: tuple[Change, ...]
    dangling: tuple[Dangling, ...]


async def plan(database: Database, files: Organisation) -> Plan:
    """Say what applying the files would change; nothing is written."""
    return await database.read(_plan, files)


async def apply_files(
    database: Database, files: Organisation, *, by: str, at: float, expected: int | None = None
) -> Changed:
    """Apply the files. Raises DanglingError, and StaleOrganisationError where the version is not the `expected` one."""
    return await database.write(_apply, files, by, at, expected)


def _plan(connection: Connection, files: Organisation) -> Plan:
    version, before = present(connection)
    after = _merged(connection, before, files)
    return Plan(version, before, after, changes(before, after), dangling(after))


def _apply(connection: Connection, files: Organisation, by: str, at: float, expected: int | None) -> Changed:
    def edit(before: Organisation) -> Organisation:
        after = _merged(connection, before, files)
        lost = dangling(after)
        if lost:
            raise DanglingError(tuple(map(str, lost)))
        return after

    done = edited(connection, edit, by, at, expected)
    connection.execute(delete(organisation_files))
    connection.execute(insert(organisation_files).values(id=1, document=files.to_json()))
    return done


def _merged(connection: Connection, before: Organisation, files: Organisation) -> Organisation:
    stored = connection.scalar(select(organisation_files.c.document))
    last = Organisation.from_json(stored or {})
    return with_changes(before, changes(last, files))
