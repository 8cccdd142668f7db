"""Closed records leave the tables for the files of the archive when they have been kept as long as the rule says.

First a record is in its file for good, then its rows go, in one transaction: however often that is cut short, it is
repeated without a trace. What an open record names stays, and so does what is not as it was written.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Text, delete, func, select, type_coerce

from store import archived, attachments, outbox
from store.archive_files import Bundle, appending, file_of, keep_file
from store.archived import Archived
from store.auditing import rows_of
from store.database import Database, at_one_moment, lock
from store.deliveries import WAITING
from store.tables import (
    approval,
    approval_seat,
    attachment,
    finding,
    inbox,
    journal,
    record,
    record_booking,
    record_move,
    record_plan,
    record_plan_thing,
    record_reader,
    record_reliance,
    record_target,
    record_value,
    stored_file,
    task,
    task_seat,
    webhook_delivery,
)
from store.tables import outbox as outbox_table
from store.verifying import flaw_of

DAY = 86_400.0
AT_ONCE = 50
"""Records that are written before the disk is waited for."""
MOST = 50_000
"""Records of a process that one run looks at: the rest is for the next."""
PAGE = 500
"""Open records that are read in one transaction."""
NAME = re.compile(r'"((?:[^"\\]|\\.)*)"')
"""Whatever could be the id of a record in the text of another."""
RECORD = (
    record_value,
    record_reader,
    record_reliance,
    record_booking,
    record_plan,
    record_plan_thing,
    record_move,
    record_target,
    task,
    task_seat,
    approval,
    approval_seat,
    journal,
    outbox_table,
    inbox,
    finding,
)
"""The tables whose rows leave with their record, beside its own and its files."""


class Rule(NamedTuple):
    """Where the archive is, and after how many days records leave for it once they have ended; None: never.

    `days_of` says it for processes by their names, `days` for all others.
    """

    directory: Path
    days: int | None = None
    days_of: Mapping[str, int | None] = {}

    @property
    def is_any(self) -> bool:
        """Whether any record ever leaves."""
        return self.days is not None or any(each is not None for each in self.days_of.values())

    def before(self, process: str, now: float) -> float | None:
        """Say before when a record of a process must have ended in order to leave now; None: none leaves."""
        days = self.days_of.get(process, self.days)
        return None if days is None else now - days * DAY


class Fate(StrEnum):
    """What became of a record whose time has come."""

    ARCHIVED = "archived"
    NAMED = "named"
    WAITING = "waiting"
    FLAWED = "flawed"


Fates = Mapping[str, Fate]
"""What became of which record."""


class _Due(NamedTuple):
    id: str
    process: str
    updated_at: float


async def archive(database: Database, rule: Rule, now: float, *, check: bool = False) -> Fates:
    """Archive what has been kept for long enough, oldest first; with `check`, only say what would become of what.

    Raises UnavailableError, DamagedFileError, and OSError where the archive cannot be written.
    """
    due = await _due(database, rule, now)
    named, open_ = await _named_by_open(database, {each.id for each in due})
    fates: dict[str, Fate] = dict.fromkeys([each.id for each in due if each.id in named], Fate.NAMED)
    going = [each for each in due if each.id not in named]
    for name, lot in groupby(going, key=lambda each: file_of(each.process, each.updated_at)):
        members = [each.id for each in lot]
        for first in range(0, len(members), AT_ONCE):
            some = members[first : first + AT_ONCE]
            bundles, kept = await _bundles(database, some, open_)
            fates.update(kept)
            fates.update(dict.fromkeys([each.record.id for each in bundles], Fate.ARCHIVED))
            if bundles and not check:
                await _leave(database, rule.directory, name, bundles, now)
    return fates


def counted(fates: Fates) -> Mapping[Fate, int]:
    """Count records by what became of them."""
    found = Counter(fates.values())
    return {fate: found[fate] for fate in Fate}


async def _due(database: Database, rule: Rule, now: float) -> list[_Due]:
    processes = await database.read(_processes)
    found: list[_Due] = []
    for process in processes:
        before = rule.before(process, now)
        if before is not None:
            found += await database.read(_ended, process, before)
    return found


def _processes(connection: Connection) -> list[str]:
    known = select(record.c.process).where(record.c.final.is_(True)).distinct().order_by(record.c.process)
    return list(connection.scalars(known))


def _ended(connection: Connection, process: str, before: float) -> list[_Due]:
    mine = (record.c.process == process, record.c.final.is_(True), record.c.updated_at < before)
    rows = select(record.c.id, record.c.process, record.c.updated_at).where(*mine)
    return [_Due._make(row) for row in connection.execute(rows.order_by(record.c.updated_at, record.c.id).limit(MOST))]


async def _named_by_open(database: Database, names: set[str]) -> tuple[set[str], set[str]]:
    """Give those of these records that open records name, and the ids of all open records."""
    found: set[str] = set()
    open_: set[str] = set()
    after = ""
    while names and (page := await database.read(_open, after)):
        for name, body in page:
            open_.add(name)
            found.update(names.intersection(NAME.findall(body)))
        after = page[-1][0]
    return found, open_


def _open(connection: Connection, after: str) -> Sequence[tuple[str, str]]:
    rows = select(record.c.id, type_coerce(record.c.body, Text)).where(record.c.final.is_(False), record.c.id > after)
    return [(name, body) for name, body in connection.execute(rows.order_by(record.c.id).limit(PAGE))]


async def _bundles(database: Database, names: Sequence[str], open_: set[str]) -> tuple[list[Bundle], Fates]:
    """Read records; give those that may leave, and why the others stay."""
    bundles: list[Bundle] = []
    kept: dict[str, Fate] = {}
    for name in names:
        found = await database.read(gathered, name)
        if found is None:
            kept[name] = Fate.WAITING
        elif flaw_of(name, found.journal, found.record, found.outbox) is not None:
            kept[name] = Fate.FLAWED
        elif json.loads(found.record.body).get("parent") in open_:
            kept[name] = Fate.NAMED
        else:
            bundles.append(found)
    return bundles, kept


def gathered(connection: Connection, name: str) -> Bundle | None:
    """Read all there is of a record; None while something of it is still to be sent, or nothing came after it.

    The newest event of all stays, because the next one is counted from it.
    """
    at_one_moment(connection)
    newest = select(journal.c.record).where(journal.c.feed == select(func.max(journal.c.feed)).scalar_subquery())
    told = select(webhook_delivery.c.record).where(
        webhook_delivery.c.state == WAITING, webhook_delivery.c.record == name
    )
    sending = select(outbox_table.c.record).where(outbox_table.c.record == name, outbox_table.c.state == outbox.WAITING)
    if connection.scalar(newest) == name or any(connection.execute(each).first() for each in (told, sending)):
        return None
    stored, rows, sent = rows_of(connection, name)
    if stored is None or not stored.final:
        return None
    seen = connection.scalars(select(record_reader.c.who).where(record_reader.c.record == name))
    files = select(stored_file.c.digest, stored_file.c.size).join(
        attachment, attachment.c.digest == stored_file.c.digest
    )
    sizes = {row.digest: row.size for row in connection.execute(files.where(attachment.c.record == name))}
    title = connection.scalar(select(record.c.title).where(record.c.id == name)) or ""
    return Bundle(stored, title, tuple(sorted(seen)), tuple(rows), tuple(sent), sizes)


async def _leave(database: Database, directory: Path, name: str, bundles: Sequence[Bundle], now: float) -> None:
    for digest in dict.fromkeys(digest for each in bundles for digest in each.files):
        parts = [part async for part in attachments.read_chunks(database, digest)]
        await asyncio.to_thread(keep_file, directory, digest, parts)
    digests = await asyncio.to_thread(_add, directory / name, bundles)
    for each, digest in zip(bundles, digests, strict=True):
        found = each.record
        where = Archived(found.id, found.process, found.state, found.updated_at, now, name, digest, each.readers)
        await database.write(_remove, where, found.head)


def _add(path: Path, bundles: Sequence[Bundle]) -> list[str]:
    with appending(path) as file:
        digests = [file.add(each) for each in bundles]
        file.sync()
    return digests


def _remove(connection: Connection, where: Archived, head: str) -> None:
    """Take the rows of a record away, if it still is what is in the file."""
    lock(connection, f"record {where.id}")
    mine = (record.c.id == where.id, record.c.head == head, record.c.final.is_(True))
    if connection.execute(delete(record).where(*mine)).rowcount == 0:
        return
    for table in RECORD:
        connection.execute(delete(table).where(table.c.record == where.id))
    attachments.leave(connection, where.id)
    archived.note(connection, where)
