"""The log of refusals: what the edges did not let anybody do, counted by the hour, so that nobody can fill the disk.

Nothing here is part of a record: a refused command leaves no trace in Temporal or in a journal.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_, update

from store.columns import storable
from store.database import Database, lock
from store.errors import CursorError
from store.tables import access_log

MOST = 100_000
"""Rows that are kept, however many days they are kept for: the oldest go first."""
LONGEST = 100
"""Characters that are kept of a text."""


class Refused(NamedTuple):
    """What was refused to whom: who asked from where for what, and the answer.

    `credential` is the id of a token or session, `path` the address with `{…}` in the place of names, `subject` the
    name of the record, task or whatever else it was about, `codes` those of the reasons.
    """

    address: str = ""
    person: str = ""
    credential: str = ""
    method: str = ""
    path: str = ""
    subject: str = ""
    status: int = 0
    codes: tuple[str, ...] = ()


class Counted(NamedTuple):
    """How often something was refused within an hour: first and last when, and the id of the last request."""

    refused: Refused
    first_at: float
    last_at: float
    times: int
    request: str = ""


class Wanted(NamedTuple):
    """Which refusals are looked for; empty and None: any. Times are seconds since the epoch."""

    since: float | None = None
    until: float | None = None
    person: str | None = None
    address: str | None = None
    subject: str | None = None
    status: int | None = None


class RefusalPage(NamedTuple):
    """A part of the log, the latest first, and the cursor of the next part; None at the end."""

    rows: tuple[Counted, ...]
    next: str | None


async def note(database: Database, hour: float, counted: Sequence[Counted]) -> None:
    """Add to what was refused within the hour that begins then."""
    await database.write(_note, hour, counted)


async def prune(database: Database, before: float, most: int = MOST) -> None:
    """Forget what was last refused before a time, and the oldest of more than so many rows."""
    await database.write(_prune, before, most)


async def refusals(database: Database, wanted: Wanted, cursor: str | None = None, limit: int = 100) -> RefusalPage:
    """List what was refused, the latest first. Raises CursorError."""
    conditions = _conditions(wanted)
    if cursor is not None:
        conditions.append(tuple_(access_log.c.last_at, access_log.c.id) < _place(cursor))
    return await database.read(_page, conditions, limit)


def _note(connection: Connection, hour: float, counted: Sequence[Counted]) -> None:
    lock(connection, "refusals")
    for each in counted:
        name = _id(hour, each.refused)
        more = {"times": access_log.c.times + each.times, "last_at": each.last_at, "request": _short(each.request)}
        again = connection.execute(update(access_log).where(access_log.c.id == name).values(more))
        if not again.rowcount:
            told = {part: _short(text) for part, text in each.refused._asdict().items()}
            seen = {"first_at": each.first_at, "last_at": each.last_at, "request": _short(each.request)}
            connection.execute(insert(access_log).values(id=name, times=each.times, **told, **seen))


def _prune(connection: Connection, before: float, most: int) -> None:
    connection.execute(delete(access_log).where(access_log.c.last_at < before))
    latest = select(access_log.c.last_at).order_by(access_log.c.last_at.desc()).offset(most).limit(1)
    oldest = connection.scalar(latest)
    if oldest is not None:
        connection.execute(delete(access_log).where(access_log.c.last_at <= oldest))


def _id(hour: float, refused: Refused) -> str:
    return hashlib.sha256(json.dumps([hour, *refused]).encode()).hexdigest()[:32]


def _short(value: Any) -> Any:  # noqa: ANN401  # a text, a number or texts
    return storable(value)[:LONGEST] if isinstance(value, str) else value


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = access_log.c
    named = {name: getattr(wanted, name) for name in ("person", "address", "subject", "status")}
    found = [columns[name] == value for name, value in named.items() if value is not None]
    if wanted.since is not None:
        found.append(columns.last_at >= wanted.since)
    if wanted.until is not None:
        found.append(columns.first_at < wanted.until)
    return found


def _page(connection: Connection, conditions: Sequence[ColumnElement[bool]], limit: int) -> RefusalPage:
    latest = (access_log.c.last_at.desc(), access_log.c.id.desc())
    rows = connection.execute(select(access_log).where(*conditions).order_by(*latest).limit(limit + 1)).all()
    more = f"{rows[limit - 1].last_at!r}~{rows[limit - 1].id}" if len(rows) > limit else None
    return RefusalPage(tuple(_counted(row) for row in rows[:limit]), more)


def _counted(row: Any) -> Counted:  # noqa: ANN401  # a row of `access_log`
    refused = Refused(*(getattr(row, name) for name in Refused._fields))
    return Counted(refused._replace(codes=tuple(refused.codes)), row.first_at, row.last_at, row.times, row.request)


def _place(cursor: str) -> tuple[float, str]:
    """Where the page before ended; anybody can make up a cursor."""
    at, _, name = cursor.partition("~")
    try:
        return float(at), storable(name)
    except ValueError:
        raise CursorError(cursor) from None
