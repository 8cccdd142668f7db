"""Everything a driver test needs, real: a Temporal server, a database, a worker process to be killed, a client."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import update
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from engine.judging import judge
from engine.record import Actor, Event, Kind, Needs, Record
from engine.requests import body_digest, scoped
from engine.snapshot import restore
from language.organisation import Organisation
from language.reading import read_definition
from store import definitions, outbox, queries, tables
from store.database import Database
from store.facts import facts
from store.heads import record_head
from tests import organisations
from tests.temporal import TemporalServer, begin_to_fast_forward, fast_forward
from tests.workflows.tickets import ORGANISATION, TICKET
from workflows.client import BusyError, RecordClient
from workflows.messages import Head, Limits

HERE = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds that a test waits for what it expects: a machine may be slow, and nothing here measures how slow."""
numbers = iter(range(1, 1_000_000))


class House:
    """A Steward without its edges; `ahead` is how far the records' clock was put forward."""

    def __init__(
        self,
        server: TemporalServer,
        url: str,
        directory: Path,
        source: str = TICKET,
        around: Organisation = ORGANISATION,
    ) -> None:
        self.server = server
        self.url = url
        self.directory = directory
        self.database = Database(url)
        self.source = source
        self.around = around
        self.definition = read_definition(source)
        self.worker: subprocess.Popen[bytes] | None = None
        self.ahead = 0.0
        self.temporal: Client
        self.records: RecordClient

    async def open(self, limits: Limits | None = None) -> None:
        """Connect, and publish the process and its organisation."""
        self.temporal = await self.server.connect()
        self.records = RecordClient(self.temporal, self.clock, limits)
        await definitions.publish(
            self.database,
            self.definition.process,
            1,
            self.source,
            title=self.definition.title,
            messages={},
            by="ann",
            at=self.clock(),
        )
        await self.apply(self.around)

    async def apply(self, around: Organisation) -> None:
        """Make this the organisation from now on."""
        await organisations.apply(self.database, around.to_json(), by="ann", at=self.clock())

    async def close(self) -> None:
        """Kill what was started, close what was opened."""
        self.kill_worker()
        await self.database.close()

    def clock(self) -> float:
        """Tell the records' time."""
        return time.time() + self.ahead

    async def facts(self, keys: Sequence[str], now: float) -> Mapping[str, Any]:
        """Answer facts from the stored organisation."""
        return await facts(self.database, keys, now)

    async def start_worker(self, cache: int = 100, mail_port: int = 0) -> None:
        """Start a worker process, in which warnings are errors, and wait until it is connected."""
        ready = self.directory / "ready"
        ready.unlink(missing_ok=True)
        warnings = ["-W", "error", "-W", "ignore:Cannot find activity to cancel"]  # the SDK's, of one that just ended
        command = [sys.executable, *warnings, "-m", "tests.workflows.worker_process"]
        command += [self.server.address, self.url, str(self.directory), str(cache), str(mail_port)]
        with (self.directory / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command], stdout=log, stderr=log, cwd=HERE, start_new_session=True
            )
        working = self.worker
        await self.until(lambda: ready.exists() or working.poll() is not None)
        assert working.poll() is None, (self.directory / "worker.log").read_text()

    def works(self) -> bool:
        """Say whether the worker process that was started is still there."""
        return self.worker is not None and self.worker.poll() is None

    def kill_worker(self) -> None:
        """Kill the worker process at once."""
        if self.worker is not None:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    async def kill_worker_at_rest(self, record: str) -> None:
        """Kill the worker process while it does nothing for a record, whose time can only pass when nobody is on it."""
        handle = self.temporal.get_workflow_handle(record)

        async def at_rest() -> bool:
            return not (await handle.describe()).raw_description.HasField("pending_workflow_task")

        await self.until(at_rest)
        self.kill_worker()

    async def stop_worker(self) -> None:
        """Tell the worker process to stop, and wait until it has."""
        assert self.worker is not None
        os.killpg(self.worker.pid, signal.SIGTERM)
        await asyncio.to_thread(self.worker.wait)
        self.worker = None

    async def hold(self) -> None:
        """Let the next projection that has committed not return."""
        (self.directory / "held").unlink(missing_ok=True)
        (self.directory / "hold").touch()

    async def hold_instead(self, kind: Kind) -> None:
        """Let go what is held, and hold the next projection of an event of this kind; wait until it is."""
        (self.directory / "held").unlink()
        (self.directory / "hold").write_text(kind)
        await self.held()

    async def held(self) -> None:
        """Wait until a projection has committed and is held."""
        await self.until(self.holds)

    def holds(self) -> bool:
        """Say whether a projection has committed and is held."""
        return (self.directory / "held").exists()

    async def held_of_one_who_waits_briefly(self, record: str, name: str, who: str, wait: float) -> asyncio.Task[int]:
        """Take a transition that may begin for so long only, until it is held; on a busy machine some expire before."""
        key = f"brief-{next(numbers)}"
        while True:
            taking = asyncio.create_task(self.act(record, name, who, key=key, wait=wait))
            await self.until(lambda taking=taking: self.holds() or taking.done())
            if self.holds():
                return taking
            with suppress(BusyError):
                await taking

    def let_go(self) -> None:
        """Hold no longer."""
        (self.directory / "hold").unlink(missing_ok=True)

    async def until(self, what: Any) -> Any:
        """Wait until something answers with more than nothing."""
        for _ in range(int(PATIENCE / 0.05)):
            found = what()
            found = await found if asyncio.iscoroutine(found) else found
            if found:
                return found
            await asyncio.sleep(0.05)
        raise TimeoutError(f"{what} did not happen within {PATIENCE} s")

    async def new(self, subject: str = "Mail is down", *, wait: bool = True, **data: Any) -> str:
        """Start a ticket as ann, and wait for its row; its first events may come later."""
        record = f"TIC{next(numbers):07}-{os.getpid()}"
        process = self.definition.process
        event = self.event(Kind.START, "", "ann", {"subject": subject, **data}, f"start-{record}")
        empty = Record(record, process, 1, self.definition.digest)
        while isinstance(outcome := judge(self.definition, empty, event), Needs):
            found = await self.facts(outcome.keys, self.clock())
            event = event._replace(facts={**event.facts, **found}, facts_at=self.clock())
        await self.records.start(record, process, self.source, self.definition.digest, event)
        if wait:
            await self.until(lambda: queries.get_record(self.database, record))
            await self.head(record)  # answered when the row is not only written but durable
        return record

    def event(self, kind: Kind, name: str, who: str, data: Mapping[str, Any], key: str | None = None) -> Event:
        """Make an event as the edge does."""
        key = key or f"key-{next(numbers)}"
        event = Event(kind, name, Actor(who, who.title()), data, scoped(who, name, key), now=self.clock())
        return event._replace(body=body_digest(event))

    async def act(
        self,
        record: str,
        name: str,
        who: str,
        *,
        key: str | None = None,
        wait: float = PATIENCE,
        **data: Any,
    ) -> int:
        """Take a transition."""
        return await self.records.send(record, self.event(Kind.ACT, name, who, data, key), self.facts, wait)

    async def comment(self, record: str, who: str, text: str, wait: float = PATIENCE) -> int:
        """Say something in public."""
        event = self.event(Kind.COMMENT, "", who, {"text": text})
        return await self.records.send(record, event, self.facts, wait)

    async def complete(self, record: str, task: str, who: str, **data: Any) -> int:
        """Complete a task."""
        event = self.event(Kind.COMPLETE, task, who, data, f"complete {task}")
        return await self.records.send(record, event, self.facts, PATIENCE)

    async def vote(self, record: str, approval: str, who: str, choice: str = "yes") -> int:
        """Vote on an approval by its name."""
        event = self.event(Kind.VOTE, approval, who, {"choice": choice, "comment": None})
        return await self.records.send(record, event, self.facts, PATIENCE)

    async def mend(self, record: str, kind: Kind, fault: str, who: str, **data: Any) -> int:
        """Retry a fault, or skip it with values."""
        return await self.records.send(record, self.event(kind, fault, who, data), self.facts, PATIENCE)

    async def occur(self, record: str, name: str, key: str | None = None) -> None:
        """Let an event reach a record."""
        await self.records.occur(record, self.event(Kind.OCCUR, name, "monitoring", {}, key)._replace(actor=None))

    async def another_run(self, record: str, event: str) -> None:
        """Let events reach a record, each when it has taken the one before, until it has continued as new."""
        first = await self.run(record)
        while await self.run(record) == first:
            seq = (await self.head(record)).seq
            await self.occur(record, event)
            await self.until(lambda seq=seq: self._is_beyond(record, seq))

    async def _is_beyond(self, record: str, seq: int) -> bool:
        return (await self.head(record)).seq > seq

    async def pass_time(self, record: str, seconds: float) -> None:
        """Put the record's clock, and ours, forward."""
        await fast_forward(self.temporal, record, seconds)
        self.ahead += seconds

    async def pass_time_until_due(self, record: str, seconds: float) -> None:
        """Put the record's clock forward to where something is due, and ours to the end; no worker need be there."""
        fired = (await self.history(record))["EVENT_TYPE_TIMER_FIRED"]
        await begin_to_fast_forward(self.temporal, record, seconds)
        self.ahead += seconds

        async def due() -> bool:
            return (await self.history(record))["EVENT_TYPE_TIMER_FIRED"] > fired

        await self.until(due)

    async def end_leases(self) -> None:
        """Let the time pass for which a relay has rows of the outbox to itself."""
        await self.database.write(lambda connection: connection.execute(update(tables.outbox).values(leased_until=0.0)))

    async def head(self, record: str) -> Head:
        """Ask the record's workflow where it stands, as often as it takes for an answer."""

        async def answered() -> Head | None:
            with suppress(BusyError):
                return await self.records.head(record)
            return None

        found: Head = await self.until(answered)
        return found

    async def whole(self, record: str) -> Record:
        """Ask the record's workflow for the record as it carries it, as often as it takes for an answer."""

        async def answered() -> dict[str, Any] | None:
            with suppress(BusyError):
                return await self.records.snapshot(record)
            return None

        return restore(await self.until(answered))

    async def row(self, record: str) -> queries.RecordRow:
        """Give the stored record."""
        found = await queries.get_record(self.database, record)
        assert found is not None
        return found

    async def lines(self, record: str) -> list[str]:
        """Give the journal as short texts: `ann act take`, `noted`."""
        return [
            " ".join(filter(None, ((each.event["actor"] or {}).get("id"), each.kind, each.name)))
            for each in await queries.get_journal(self.database, record)
        ]

    async def has_said(self, record: str, *what: str) -> bool:
        """Say whether the journal has a line of one of these kinds."""
        journal = await queries.get_journal(self.database, record)
        return any(line["what"] in what for each in journal for line in each.lines)

    async def waits_for_the_store(self, record: str) -> bool:
        """Say whether the local activity has failed and the normal one has begun."""
        described = await self.temporal.get_workflow_handle(record).describe()
        return any(each.activity_id.endswith("-slow") for each in described.raw_description.pending_activities)

    def says(self, text: str) -> bool:
        """Say whether the worker has logged this."""
        return text in (self.directory / "worker.log").read_text()

    async def run(self, record: str) -> str | None:
        """Give the id of a record's current run."""
        return (await self.temporal.get_workflow_handle(record).describe()).run_id

    async def history(self, record: str) -> Counter[str]:
        """Count the events of a record's history by type."""
        handle = self.temporal.get_workflow_handle(record)
        return Counter([EventType.Name(each.event_type) async for each in handle.fetch_history_events()])

    async def was_told_of(self, record: str, ended: int) -> bool:
        """Say whether so many activities have ended, and the workflow has been told of the last of them."""
        types = [each.event_type async for each in self.temporal.get_workflow_handle(record).fetch_history_events()]
        ends = [place for place, each in enumerate(types) if each == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED]
        return len(ends) >= ended and EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED in types[ends[ended - 1] :]

    async def proven(self, record: str) -> None:
        """Assert that journal, record and outbox in the store equal the workflow's own head, without a phantom."""
        head = await self.head(record)
        stored = await record_head(self.database, record)
        assert stored is not None
        assert (stored.seq, stored.head) == (head.seq, head.head)
        assert await queries.find_break(self.database, record) is None
        journal = await queries.get_journal(self.database, record)
        assert [each.seq for each in journal] == list(range(1, head.seq + 1))
        heads = {each.seq: each.head for each in journal}
        rows = await outbox.of_record(self.database, record)
        assert all(heads[row.seq] == row.head for row in rows if row.seq in heads)
        assert all(row.seq in heads for row in rows if row.seq)  # news of the organisation belong to no event
