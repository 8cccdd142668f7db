"""The relay, the one loop that is ours: sends what is in the outbox, at least once, when its record is confirmed.

A projection may be left behind by an attempt that Temporal never saw. So a row is sent only while what the store holds
of its record is what the record's workflow says of itself; until then it waits, and no attempt is counted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from temporalio.exceptions import TemporalError

from activities.measures import FAILED, MESSAGES, SENT
from activities.pausing import pause
from store import outbox
from store.database import Database
from store.errors import UnavailableError
from store.outbox import WAITING, OutboxRow
from store.queries import RecordRow, get_record
from workflows.client import ClientError
from workflows.messages import Head

Confirm = Callable[[str], Awaitable[Head | None]]
"""Asks a record's workflow where it stands; None when it is gone. `RecordClient.head` is one."""
Carry = Callable[[OutboxRow, RecordRow], Awaitable[None]]
"""Carries out one row of a confirmed record; raises NotSentError, and may be called again."""

IDLE = 0.25
"""Seconds between looks into an outbox in which nothing was due."""
AT_ONCE = 8
"""Rows taken together."""
LEASE = 30.0
"""Seconds for which nobody else gets a row that was taken."""
UNCONFIRMED, SILENT, GONE = 1.0, 5.0, 60.0
"""Seconds after which a record is asked again that said something else, said nothing, or has no workflow."""
FIRST_WAIT, LONGEST_WAIT = 10.0, 600.0
"""Seconds after a failure; each further one doubles them."""

log = structlog.get_logger(__name__)


class NotSentError(Exception):
    """A row was not, or not wholly, carried out; `again` says whether trying again can help."""

    def __init__(self, text: str, *, again: bool = True) -> None:
        """Keep whether to try again; the message says what went wrong."""
        super().__init__(text)
        self.again = again


def is_confirmed(record: RecordRow, head: Head | None) -> bool:
    """Say whether what is stored of a record is what its workflow says; one that is gone has said its last."""
    return record.final if head is None else head == Head(record.seq, record.head)


class Relay:
    """Sends the outbox; any number of relays may run on one database. `clock` gives seconds since the epoch, UTC."""

    def __init__(
        self, database: Database, confirm: Confirm, carriers: Mapping[str, Carry], clock: Callable[[], float]
    ) -> None:
        """Keep what it works with; `carriers` carry the kinds of row there are."""
        self._database = database
        self._confirm = confirm
        self._carriers = carriers
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; a store that is away is waited for."""
        while not stop.is_set():
            try:
                found = await self.round()
            except UnavailableError as away:
                log.warning("the relay cannot reach the store", error=str(away))
                found = False
            if not found:
                await pause(stop, IDLE)

    async def round(self) -> bool:
        """Take what is due and carry it out, record beside record; False when nothing was due."""
        rows = await outbox.lease(self._database, self._clock(), AT_ONCE, LEASE)
        of_record: dict[str, list[OutboxRow]] = {}
        for row in rows:
            of_record.setdefault(row.record, []).append(row)
        await asyncio.gather(*(self._send_all(name, each) for name, each in of_record.items()))
        return bool(rows)

    async def _send_all(self, name: str, rows: Sequence[OutboxRow]) -> None:
        try:
            record = await self._confirmed(name, rows)
            if record is None:
                return
            stored = await outbox.of_record(self._database, name)
            there = {(row.key, row.head) for row in stored if row.state == WAITING}
            for row in rows:
                voided = (row.key, row.head) not in there  # with the projection that wrote it, since it was taken
                if not voided and self._clock() < row.leased_until:
                    await self._send(row, record)
        except UnavailableError as away:
            log.warning("the store went away while sending", record=name, error=str(away))

    async def _confirmed(self, name: str, rows: Sequence[OutboxRow]) -> RecordRow | None:
        """Give the record when what is stored of it is durable; else leave its rows for later."""
        try:
            head = await self._confirm(name)
        except (ClientError, TemporalError) as silent:
            log.info("a record does not answer", record=name, error=str(silent))
            await self._later(rows, SILENT)
            return None
        record = await get_record(self._database, name)
        if record is not None and is_confirmed(record, head):
            return record
        await self._later(rows, GONE if head is None else UNCONFIRMED)
        return None

    async def _later(self, rows: Sequence[OutboxRow], seconds: float) -> None:
        await outbox.postpone(self._database, [row.key for row in rows], self._clock() + seconds)

    async def _send(self, row: OutboxRow, record: RecordRow) -> None:
        try:
            await self._carrier(row)(row, record)
        except UnavailableError:
            raise
        except NotSentError as failed:
            await self._failed(row, str(failed), again=failed.again)
        except Exception as failed:  # noqa: BLE001 - whatever a carrier does wrong, the other rows are sent
            await self._failed(row, f"{type(failed).__name__}: {failed}", again=True, unforeseen=failed)
        else:
            await outbox.sent(self._database, row.key, self._clock())
            MESSAGES.labels(row.kind, SENT).inc()

    def _carrier(self, row: OutboxRow) -> Carry:
        if row.kind not in self._carriers:
            raise NotSentError(f'nothing carries "{row.kind}"', again=False)
        return self._carriers[row.kind]

    async def _failed(self, row: OutboxRow, error: str, *, again: bool, unforeseen: Exception | None = None) -> None:
        MESSAGES.labels(row.kind, FAILED).inc()
        log.warning("not sent", key=row.key, error=error, attempts=row.attempts + 1, exc_info=unforeseen)
        wait = min(FIRST_WAIT * 2**row.attempts, LONGEST_WAIT)
        await outbox.failed(self._database, row.key, error, self._clock() + wait if again else None)
