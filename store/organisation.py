"""The organisation (people, groups, services, calendars …): one document, changed as a whole, with every change by row.

A version is made by an edit of the one before, in one transaction, so that nobody overwrites what they have not seen.
The document of the newest version is kept; what the versions before it said follows from the changes.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Double, Select, and_, insert, literal, or_, select, update

from engine.reliance import touched
from language.organisation import Organisation
from language.organisation_changes import Change, changes
from store.columns import Json
from store.database import Database, lock
from store.errors import StaleOrganisationError
from store.reliance import ORGANISATION, tell_touched
from store.tables import organisation, organisation_change

Edit = Callable[[Organisation], Organisation]
"""Makes the next organisation of the present one; whatever it raises, nothing has happened."""


class StoredOrganisation(NamedTuple):
    """A version of the organisation; versions count from 1, `applied_at` is in seconds since the epoch, UTC."""

    version: int
    digest: str
    document: Mapping[str, Json]
    applied_by: str
    applied_at: float


class Changed(NamedTuple):
    """What came of an edit: the version that is current then, and what is different from the one before."""

    version: int
    changes: tuple[Change, ...]


class ChangeEntry(NamedTuple):
    """A change of a row as it is kept: in which version, by whom, when, what the row was and became (None: gone)."""

    version: int
    place: int
    by: str
    at: float
    kind: str
    row: str
    old: Json
    new: Json


_COLUMNS = select(*(organisation.c[name] for name in StoredOrganisation._fields))
_NEWEST: Select[Any] = _COLUMNS.order_by(organisation.c.version.desc()).limit(1)
_DIGEST = select(organisation.c.digest).order_by(organisation.c.version.desc()).limit(1)

_READ: dict[str, Organisation] = {}
"""The organisation read last, by its digest."""


async def current(database: Database) -> StoredOrganisation | None:
    """The organisation as it is; None before the first was applied."""
    return await database.read(_current)


async def change(database: Database, edit: Edit, *, by: str, at: float, expected: int | None = None) -> Changed:
    """Edit the organisation; an edit that changes nothing makes no version.

    Open records that rely on something it changes are told, through the outbox (`store.reliance`). Raises what the
    edit raises, and StaleOrganisationError where the present version is not the one that is `expected`.
    """
    return await database.write(edited, edit, by, at, expected)


async def changes_of(
    database: Database,
    kind: str | None = None,
    row: str | None = None,
    after: tuple[float | str, ...] | None = None,
    limit: int = 100,
) -> tuple[ChangeEntry, ...]:
    """List changes, newest version first: of one kind or row, and behind a version and place, where that is said."""
    return await database.read(_changes_of, kind, row, after, limit)


def present(connection: Connection) -> tuple[int, Organisation]:
    """Give the version and the organisation as it is; 0 and an empty one before the first."""
    stored = _current(connection)
    return (0, Organisation()) if stored is None else (stored.version, Organisation.from_json(stored.document))


def standing(connection: Connection) -> Organisation:
    """Give the organisation as it is; the same one is read once, whoever asks for it."""
    digest = connection.scalar(_DIGEST)
    if digest is None:
        return Organisation()
    found = _READ.get(digest)
    if found is None:
        _, found = present(connection)
        _READ.clear()
        _READ[digest] = found
    return found


def edited(connection: Connection, edit: Edit, by: str, at: float, expected: int | None) -> Changed:
    """Carry out `change` in a transaction."""
    lock(connection, ORGANISATION)
    version, before = present(connection)
    if expected not in (None, version):
        raise StaleOrganisationError(version)
    after = edit(before)
    made = changes(before, after)
    if made or not version:
        _insert(connection, StoredOrganisation(version + 1, *_document(after), by, at), made)
        if version:
            tell_touched(connection, version + 1, touched(before, after), at)
    return Changed(version + bool(made or not version), made)


def _insert(connection: Connection, stored: StoredOrganisation, made: Sequence[Change]) -> None:
    older = organisation.c.version < stored.version
    connection.execute(update(organisation).where(older, organisation.c.document != {}).values(document={}))
    connection.execute(insert(organisation).values(stored._asdict()))
    rows = [
        {"version": stored.version, "place": place, "kind": each.kind, "row": each.id, "old": each.old, "new": each.new}
        for place, each in enumerate(made)
    ]
    if rows:
        connection.execute(insert(organisation_change), rows)


def _document(found: Organisation) -> tuple[str, Mapping[str, Json]]:
    document = found.to_json()
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest(), document


def _current(connection: Connection) -> StoredOrganisation | None:
    row = connection.execute(_NEWEST).one_or_none()
    return None if row is None else StoredOrganisation(*row)


def _changes_of(
    connection: Connection, kind: str | None, row: str | None, after: tuple[float | str, ...] | None, limit: int
) -> tuple[ChangeEntry, ...]:
    entry, of = organisation_change.c, organisation.c
    columns = (entry.version, entry.place, of.applied_by, of.applied_at, entry.kind, entry.row, entry.old, entry.new)
    query = select(*columns).join(organisation, of.version == entry.version)
    for column, value in ((entry.kind, kind), (entry.row, row)):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        version, place = (literal(each, Double) for each in after)
        query = query.where(or_(entry.version < version, and_(entry.version == version, entry.place > place)))
    newest_first = query.order_by(entry.version.desc(), entry.place).limit(limit)
    return tuple(ChangeEntry(*each) for each in connection.execute(newest_first))
