"""The reconciler: compares what the store holds of a record with what its workflow says, and mends the store.

The store can be ahead of Temporal (a worker was killed after its projection, power was lost): then it shows an event
that never happened. What it has found stays in the store, for `steward doctor` (store/findings.py).
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from temporalio.exceptions import TemporalError

from activities.mending import mend
from activities.pausing import pause
from activities.relay import Confirm
from store import findings
from store.database import Database
from store.errors import UnavailableError
from store.findings import GONE, MENDED, SILENT, STANDING, UNWRITABLE
from store.heads import StoredHead, open_records, recently_projected, record_head
from store.listing import Filter, list_records
from store.queries import get_record
from workflows.client import ClientError
from workflows.messages import Head

Snapshot = Callable[[str], Awaitable[dict[str, Any]]]
"""Asks a record's workflow for all of it. `RecordClient.snapshot` is one."""

EVERY = 60.0
"""Seconds between two rounds."""
CHANGED_LAST = 200
"""Records changed last that the first round looks at, beside all that have not ended."""

PATIENCE = 5
"""Rounds after which a record that does not answer is a finding."""
FEW = 100
"""Where more are silent, it is not these records that are ill."""

log = structlog.get_logger(__name__)


class Reconciler:
    """Compares at once and every minute; any number may run on one database."""

    def __init__(self, database: Database, head: Confirm, snapshot: Snapshot, clock: Callable[[], float]) -> None:
        """Keep what it works with; nothing has been looked at. `clock` gives seconds since the epoch, UTC."""
        self._database = database
        self._head = head
        self._snapshot = snapshot
        self._clock = clock
        self._feed: int | None = None
        self._again: dict[str, None] = {}
        self._behind: dict[str, Head] = {}
        self._silent: Counter[str] = Counter()
        self._found: dict[str, None] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Compare until told to stop; a store that is away is waited for."""
        while not stop.is_set():
            try:
                await self.round()
            except UnavailableError as away:
                log.warning("the reconciler cannot reach the store", error=str(away))
            await pause(stop, EVERY)

    async def round(self) -> None:
        """Compare what was written since the last round, and what was wrong then; at first, all that has not ended."""
        self._found = dict.fromkeys([each.record for each in await findings.findings(self._database, STANDING)])
        written = await (self._everything() if self._feed is None else self._lately(self._feed))
        names, self._again = {**self._found, **self._again, **dict.fromkeys(written)}, {}
        for name in names:
            try:
                await self._compare(name)
            except (ClientError, TemporalError) as silent:
                await self._note_silent(name, str(silent))
            except UnavailableError:
                raise
            except Exception as strange:  # noqa: BLE001 - one record must not keep the others from it
                log.warning("a record could not be compared", record=name, error=repr(strange))
                await self._note(name, UNWRITABLE, repr(strange))
            else:
                self._silent.pop(name, None)

    async def _everything(self) -> list[str]:
        """Name all records that have not ended, and those changed last: their end may be what never happened."""
        last = (await list_records(self._database, Filter(), sort="-updated", limit=CHANGED_LAST)).rows
        names = [row.id for row in last]
        after = ""
        while page := await open_records(self._database, after):
            names += [row.record for row in page]
            after = page[-1].record
        self._feed = max((row.feed for row in last), default=0)
        return names

    async def _lately(self, feed: int) -> list[str]:
        names: list[str] = []
        while page := await recently_projected(self._database, feed):
            names += [row.record for row in page]
            feed = page[-1].feed
        self._feed = feed
        return names

    async def _compare(self, name: str) -> None:
        before = await record_head(self._database, name)
        head = await self._head(name)
        stored = await record_head(self._database, name)
        if stored is None or stored != before:  # something happened just now: the next round sees it
            return
        if head is None:
            await self._note_gone(name)
            return
        doubted = self._behind.pop(name, None)
        if head == Head(stored.seq, stored.head):
            await self._well(name)
        elif head.seq < stored.seq or head == doubted:
            await self._mend(stored, head)
        else:  # its projection may be on the way
            self._behind[name] = head
            self._again[name] = None

    async def _well(self, name: str) -> None:
        if name in self._found:
            await findings.clear(self._database, name)

    async def _note(self, name: str, what: str, text: str) -> None:
        await findings.note(self._database, name, what, text, self._clock())

    async def _note_gone(self, name: str) -> None:
        record = await get_record(self._database, name)
        if record is None or record.final:
            await self._well(name)
            return
        if name not in self._found:
            log.error("a record has no workflow any more", record=name, state=record.state)
        await self._note(name, GONE, f"it is {record.state}")

    async def _note_silent(self, name: str, error: str) -> None:
        """Ask again in the next round; one that goes on being silent among others that answer is a finding."""
        log.info("a record does not answer", record=name, error=error)
        self._again[name] = None
        self._silent[name] += 1
        if self._silent[name] >= PATIENCE and len(self._again) <= FEW:
            await self._note(name, SILENT, error)

    async def _mend(self, stored: StoredHead, head: Head) -> None:
        log.warning("the store is mended", record=stored.record, stored=stored.seq, happened=head.seq)
        snapshot = await self._snapshot(stored.record)
        if await mend(self._database, snapshot, stored):
            await self._well(stored.record)
            await self._note(stored.record, MENDED, f"the store had event {stored.seq}, it was at event {head.seq}")
            return
        log.error("a record's definition is not in the store", record=stored.record, digest=snapshot["digest"])
        await self._note(stored.record, UNWRITABLE, f"its definition is not in the store ({snapshot['digest']})")
