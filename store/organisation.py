"""The organisation (people, groups, services, calendars …) as one JSON document; every version is kept."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, insert, select

from engine.reliance import touched
from language.organisation import Organisation
from store.columns import Json
from store.database import Database, lock
from store.reliance import ORGANISATION, tell_touched
from store.tables import organisation


class StoredOrganisation(NamedTuple):
    """A version of the organisation; versions count from 1, `applied_at` is in seconds since the epoch, UTC."""

    version: int
    digest: str
    document: Mapping[str, Json]
    applied_by: str
    applied_at: float


_COLUMNS = select(*(organisation.c[name] for name in StoredOrganisation._fields))
_NEWEST: Select[Any] = _COLUMNS.order_by(organisation.c.version.desc()).limit(1)


async def current(database: Database) -> StoredOrganisation | None:
    """The organisation as it is; None before the first was applied."""
    return await database.read(_current)


async def current_digest(database: Database) -> str | None:
    """The digest of the organisation as it is, without reading it; None before the first was applied."""
    return await database.read(_digest)


async def apply(database: Database, document: Mapping[str, Json], *, by: str, at: float) -> StoredOrganisation:
    """Make this the organisation; the present version stays when it says the same.

    Open records that rely on something it changes are told, through the outbox (`store.reliance`).
    """
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return await database.write(_apply, StoredOrganisation(1, digest, document, by, at))


def _digest(connection: Connection) -> str | None:
    newest = select(organisation.c.digest).order_by(organisation.c.version.desc()).limit(1)
    return connection.scalar(newest)


def _current(connection: Connection) -> StoredOrganisation | None:
    row = connection.execute(_NEWEST).one_or_none()
    return None if row is None else StoredOrganisation(*row)


def _apply(connection: Connection, first: StoredOrganisation) -> StoredOrganisation:
    lock(connection, ORGANISATION)
    before = _current(connection)
    if before is not None and before.digest == first.digest:
        return before
    after = first if before is None else first._replace(version=before.version + 1)
    connection.execute(insert(organisation).values(after._asdict()))
    if before is not None:
        was, now = Organisation.from_json(before.document), Organisation.from_json(after.document)
        tell_touched(connection, after.version, touched(was, now), after.applied_at)
    return after
