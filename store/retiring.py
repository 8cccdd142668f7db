"""Retired versions: they begin no record, and none is moved to them; records that follow them go on.

Whether a process begins records is said by its newest version. So that one is retired only with the whole process, and
a newer version that is published begins records again.
"""

from collections.abc import Mapping, Set
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, insert, select

from engine.record import Reason
from language.definition import Definition
from store.database import Database, lock
from store.errors import NewestVersionError
from store.tables import definition, retirement

RETIRED = "retired"
"""The code of the reason why nothing begins."""


class Retirement(NamedTuple):
    """Who retired a version, and when (seconds)."""

    by: str
    at: float


async def retire(database: Database, process: str, version: int | None, *, by: str, at: float) -> None:
    """Retire a published version, or (None) the process with all of them; what is retired already stays as it is.

    Raises:
        NewestVersionError: it is the version that new records follow.
    """
    await database.write(_retire, process, version, Retirement(by, at))


async def retired(database: Database, process: str) -> Mapping[int, Retirement]:
    """Give the versions of the process that are retired."""
    query = select(retirement.c.version, retirement.c.retired_by, retirement.c.retired_at)
    return await database.read(_retired, query.where(retirement.c.process == process))


async def all_retired(database: Database) -> Set[tuple[str, int]]:
    """Give every version that is retired, by process and number."""
    return await database.read(_all, select(retirement.c.process, retirement.c.version))


async def refusal(database: Database, definition: Definition) -> Reason | None:
    """Give the reason why no record of this version begins; None where it is not retired."""
    if definition.version not in await retired(database, definition.process):
        return None
    text = f"{definition.title} is retired: no new record of it begins, and those that are open go on"
    remedy = "To let records begin again, its owner publishes another version."
    return Reason("state", RETIRED, f"{text}. {remedy}")


def _retired(connection: Connection, query: Select[Any]) -> dict[int, Retirement]:
    return {row.version: Retirement(row.retired_by, row.retired_at) for row in connection.execute(query)}


def _all(connection: Connection, query: Select[Any]) -> frozenset[tuple[str, int]]:
    return frozenset((row.process, row.version) for row in connection.execute(query))


def _retire(connection: Connection, process: str, version: int | None, told: Retirement) -> None:
    lock(connection, f"definition {process}")
    versions = list(connection.scalars(select(definition.c.version).where(definition.c.process == process)))
    done = set(connection.scalars(select(retirement.c.version).where(retirement.c.process == process)))
    if version is not None and version == max(versions) and version not in done:
        raise NewestVersionError(process, version)
    wanted = versions if version is None else [version]
    rows = [
        {"process": process, "version": each, "retired_by": told.by, "retired_at": told.at}
        for each in wanted
        if each not in done
    ]
    if rows:
        connection.execute(insert(retirement), rows)
