"""Begins the workflows of open records again where Temporal has lost them, from what the store has: `steward recover`.

What Temporal had already been told for a record, and the record had not yet taken, is sent again: the starts of records
that a step waits for, the end of a parent's waiting, changes of the organisation. Each is taken once, by its key.
"""

import asyncio
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import NamedTuple

from activities.starting import left_key
from engine.children import BEGIN, RUN, START
from engine.identity import standing
from engine.parting import LEAVE
from engine.record import ENGINE, Kind, Record
from engine.requests import scoped
from engine.snapshot import restore
from store import outbox
from store.database import Database
from store.errors import StoreError
from store.outbox import OutboxRow
from store.reading import pinned
from store.reliance import ORGANISATION
from store.unsettled import Unsettled, unsettled
from workflows.errors import BusyError
from workflows.reviving import Reviving, Standing

AT_ONCE = 8
"""Records that are begun together."""


class Fate(StrEnum):
    """What came of a record: its workflow is there, was begun again (`--check`: is lost), or cannot be, and why."""

    THERE = "there"
    LOST = "lost"
    REVIVED = "revived"
    ENDED = "ended"
    UNPUBLISHED = "unpublished"
    NEWER = "newer"
    UNREADABLE = "unreadable"


class Found(NamedTuple):
    """A record, what came of it, and more about it in words."""

    record: str
    fate: Fate
    text: str = ""


class Recovering:
    """Looks at every open record in the store; any number may do it at once, also while workers run."""

    def __init__(self, database: Database, reviving: Reviving) -> None:
        """Keep what it works with; nothing has been looked at."""
        self._database = database
        self._reviving = reviving

    async def recover(self, *, check: bool = False) -> AsyncIterator[Found]:
        """Begin again what is lost, or with `check` only say so.

        Raises BusyError and UnavailableError: do it again then, what was begun is not begun twice.
        """
        lot: list[Unsettled] = []
        async for each in unsettled(self._database):
            lot.append(each)
            if len(lot) == AT_ONCE:
                for found in await self._of_lot(lot, check=check):
                    yield found
                lot = []
        for found in await self._of_lot(lot, check=check):
            yield found

    async def _of_lot(self, lot: list[Unsettled], *, check: bool) -> list[Found]:
        async def one(stored: Unsettled) -> Found:
            try:
                return await self._one(stored, check=check)
            except (BusyError, StoreError):
                raise
            except Exception as strange:  # noqa: BLE001 - one record must not keep the others from it
                return Found(stored.id, Fate.UNREADABLE, repr(strange))

        return list(await asyncio.gather(*map(one, lot)))

    async def _one(self, stored: Unsettled, *, check: bool) -> Found:
        known = await self._reviving.standing(stored.id)
        if known is not Standing.GONE:
            return Found(stored.id, Fate(known.value))
        record, definition = restore(dict(stored.body)), await pinned(self._database, stored.digest)
        if definition is None:
            return Found(stored.id, Fate.UNPUBLISHED, stored.digest)
        if record.engine > ENGINE:
            return Found(stored.id, Fate.NEWER, f"engine {record.engine}")
        if check:
            return Found(stored.id, Fate.LOST)
        on_the_way = await self._on_the_way(record)
        await outbox.reopen(self._database, on_the_way)  # before, lest we die in between
        begun = await self._reviving.revive(stored.body, definition.source)
        await outbox.reopen(self._database, on_the_way)  # what was sent meanwhile reached nobody
        return Found(stored.id, Fate.REVIVED if begun else Fate.THERE)

    async def _on_the_way(self, record: Record) -> list[str]:
        """Name the rows that were sent to Temporal, and that the record may not have taken."""
        own = await outbox.of_record(self._database, record.id)
        parents = await outbox.of_record(self._database, record.parent) if record.run else ()
        awaited = [row.key for row in own if row.kind == BEGIN and _is_awaited(record, row)]
        news = [row.key for row in own if row.kind == ORGANISATION and row.key not in record.seen]
        left = [row.key for row in parents if row.kind == LEAVE and _is_new(record, row)]
        return [*awaited, *news, *left]


def _is_awaited(record: Record, row: OutboxRow) -> bool:
    """Say whether a step still waits for what comes of the record that a row starts."""
    token = record.tokens.get(standing(record, row.body["path"]))
    return token is not None and token.kind in (RUN, START) and token.seq == row.seq


def _is_new(record: Record, row: OutboxRow) -> bool:
    """Say whether a record does not know yet that its parent waits for it no more."""
    path = row.body["path"]
    return path == record.run and scoped(record.id, Kind.LEFT, left_key(record.parent, path)) not in record.seen
