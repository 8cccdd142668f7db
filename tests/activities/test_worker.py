"""A whole worker on a real Temporal server: a record starts, people are told by mail, and it stops when told to."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest

from engine.record import Actor
from store import inbox, outbox
from store.database import Database
from store.definitions import digest_of
from store.outbox import SENT
from tests.activities.mailbox import Mailbox
from tests.activities.story import PARCEL, START
from tests.temporal import TemporalServer
from worker import WorkerOptions, run
from workflows.client import RecordClient

Task = asyncio.Task[None]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    """A Temporal server of its own."""
    running = TemporalServer(tmp_path_factory.mktemp("temporal"))
    yield running
    running.kill()


async def begin(server: TemporalServer, database: Database, mailbox: Mailbox, name: str) -> tuple[Task, asyncio.Event]:
    """Start a worker and a record."""
    temporal, stop = await server.connect(), asyncio.Event()
    options = WorkerOptions(base_url="http://steward.example", clock=time.time, mail=mailbox.options())
    working = asyncio.create_task(run(temporal, database, options, stop))
    event = START._replace(actor=Actor("ann"), id="first", now=time.time())
    await RecordClient(temporal, time.time).start(name, "parcel", PARCEL, digest_of(PARCEL), event)
    return working, stop


async def until(working: Task, done: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the worker should do."""
    while not await done():
        await asyncio.wait({working}, timeout=0.05)
        assert not working.done()


@pytest.mark.server
async def test_a_worker_carries_a_record_and_tells_people(
    server: TemporalServer, database: Database, mailbox: Mailbox
) -> None:
    working, stop = await begin(server, database, mailbox, "PAR0000001")

    async def sent() -> bool:
        return [row.state for row in await outbox.of_record(database, "PAR0000001")] == [SENT]

    await until(working, sent)
    assert sorted(mailbox.sent_to()) == ["ann@example.org", "bob@example.org"]
    stop.set()
    await working


@pytest.mark.server
async def test_a_worker_stops_though_a_mail_server_hangs(
    server: TemporalServer, database: Database, mailbox: Mailbox
) -> None:
    mailbox.answers.clear()
    working, stop = await begin(server, database, mailbox, "PAR0000002")

    async def put() -> bool:
        return bool(await inbox.letters(database, "bob"))

    await until(working, put)
    stop.set()
    await working
    assert [row.attempts for row in await outbox.of_record(database, "PAR0000002")] == [0]
    assert mailbox.taken == []
    mailbox.answers.set()
