"""Makes the rows of open records again from their workflows: `steward rebuild`, after SQL was restored from a backup.

A record that moves meanwhile is left alone: its next projection has a newer fence, and is whole.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from activities.mending import mend
from engine.record import Plain
from store import numbers
from store.database import Database
from store.errors import DataError
from store.heads import StoredHead, open_records, record_head
from store.reading import pinned
from workflows.client import RecordClient
from workflows.errors import BusyError, ClosedError
from workflows.messages import Head
from workflows.reviving import Reviving

AT_ONCE = 8
"""Records that are asked together."""
LOOKS = 5
"""How often a record is looked at again that moves meanwhile."""


class Outcome(StrEnum):
    """What came of a record: its row was right, was made again, or cannot be, and why."""

    RIGHT = "right"
    REMADE = "remade"
    GONE = "gone"
    SILENT = "silent"
    UNPUBLISHED = "unpublished"
    UNWRITABLE = "unwritable"


class Compared(NamedTuple):
    """A record, what came of it, and more about it in words."""

    record: str
    outcome: Outcome
    text: str = ""


class Rebuilding:
    """Compares every open record in the store, and every workflow that runs; any number may do it at once."""

    def __init__(self, database: Database, client: RecordClient, reviving: Reviving) -> None:
        """Keep what it works with; nothing has been looked at."""
        self._database = database
        self._client = client
        self._reviving = reviving

    async def names(self) -> tuple[str, ...]:
        """Name the records that are to be compared: those the store holds open, and those whose workflow runs."""
        names = dict.fromkeys(await self._reviving.running())
        after = ""
        while page := await open_records(self._database, after):
            names.update(dict.fromkeys(row.record for row in page))
            after = page[-1].record
        return tuple(sorted(names))

    async def rebuild(self, names: Sequence[str]) -> AsyncIterator[Compared]:
        """Compare each record, and make its row again where it differs. Raises UnavailableError."""
        for first in range(0, len(names), AT_ONCE):
            for compared in await asyncio.gather(*map(self._one, names[first : first + AT_ONCE])):
                yield compared

    async def _one(self, name: str) -> Compared:
        try:
            return await self._compared(name)
        except ClosedError:  # it has just ended, and is written
            return Compared(name, Outcome.RIGHT)
        except BusyError as silent:
            return Compared(name, Outcome.SILENT, str(silent))
        except DataError as refused:
            return Compared(name, Outcome.UNWRITABLE, str(refused))

    async def _compared(self, name: str) -> Compared:
        stored, head = await self._looked(name)
        if head is None:
            return Compared(name, Outcome.RIGHT if stored is None else Outcome.GONE)
        if stored is not None and head == Head(stored.seq, stored.head):
            return Compared(name, Outcome.RIGHT)
        snapshot = await self._client.snapshot(name)
        if not await mend(self._database, snapshot, stored):
            return Compared(name, Outcome.UNPUBLISHED, snapshot["digest"])
        if stored is None:
            await self._number(snapshot)
        before = "it had no row" if stored is None else f"its row was that of event {stored.seq}"
        return Compared(name, Outcome.REMADE, f"{before}; it is at event {snapshot['seq']}")

    async def _looked(self, name: str) -> tuple[StoredHead | None, Head | None]:
        """Say where a record stands in the store and in its workflow, at one time."""
        for _ in range(LOOKS):
            before = await record_head(self._database, name)
            head = await self._client.head(name)
            stored = await record_head(self._database, name)
            if stored == before:
                return stored, head
        raise BusyError(f"{name} moves all the time")

    async def _number(self, snapshot: Plain) -> None:
        """See that nobody gets the number of a record of which the store knew nothing, and that its start has it."""
        name = snapshot["id"]
        definition = await pinned(self._database, snapshot["digest"])
        value = "" if definition is None else name.removeprefix(definition.number)
        if definition is not None and value.isdecimal():
            await numbers.note(self._database, definition.number, _start_key(name, snapshot), int(value))


def _start_key(name: str, snapshot: Plain) -> str:
    """Give the key under which a record was started, while it remembers it."""
    return next((key for key, (_body, seq) in snapshot["seen"].items() if seq == 1), f"rebuilt/{name}")
