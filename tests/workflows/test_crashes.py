"""What dies, and what must be true afterwards: journal, record and outbox equal the workflow's own head."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import outbox, queries
from tests.postgres import PostgresServer
from tests.temporal import TemporalServer
from tests.workflows.house import House
from workflows.client import BusyError, ClosedError, RefusedError
from workflows.messages import Limits

pytestmark = pytest.mark.server
SIGNALS = 130


async def test_a_worker_killed_after_its_projection_committed_repeats_it_without_a_trace(house: House) -> None:
    record = await house.new()
    await house.hold()
    taking = asyncio.create_task(house.act(record, "take", "bob", wait=30))
    await house.held()
    house.kill_worker()
    house.let_go()
    await house.start_worker()
    assert await taking == 2
    assert await house.lines(record) == ["ann start", "bob act take"]
    await house.proven(record)


async def test_a_signal_that_overtakes_the_killed_workers_event_voids_what_it_wrote(house: House) -> None:
    record = await house.new()
    await house.hold()
    taking = asyncio.create_task(house.act(record, "take", "bob", wait=30))
    await house.held()
    house.kill_worker()
    await house.occur(record, "ticket.noted")
    house.let_go()
    await house.start_worker()
    await taking
    assert sorted(await house.lines(record)) == ["ann start", "bob act take", "occur ticket.noted"]
    await house.proven(record)


async def test_130_signals_during_one_projection_are_all_taken_once(house: House) -> None:
    record = await house.new()
    await house.hold()
    taking = asyncio.create_task(house.act(record, "take", "bob", wait=30))
    await house.held()
    await asyncio.gather(*(house.occur(record, "ticket.noted", f"n{each}") for each in range(SIGNALS)))
    house.let_go()
    await taking
    await house.until(lambda: _notes(house, record, SIGNALS), seconds=60)
    await house.proven(record)


async def test_a_temporal_server_killed_on_its_file_loses_nothing(url: str, tmp_path: Path) -> None:
    server = TemporalServer(tmp_path, on_file=True)
    house = House(server, url, tmp_path)
    try:
        await house.open()
        await house.start_worker()
        record = await house.new()
        await house.act(record, "take", "bob")
        server.kill()
        server.start()
        house.temporal = await server.connect()
        await house.until(lambda: _finished_task(house, record), seconds=60)
        assert await house.act(record, "finish", "bob", wait=30) == 4
        await house.proven(record)
    finally:
        await house.close()
        server.kill()


async def test_while_the_database_is_away_commands_are_told_to_repeat_and_the_first_is_answered(
    house: House, request: pytest.FixtureRequest
) -> None:
    record = await house.new()
    async with _away(house, request):
        first = asyncio.create_task(house.comment(record, "bob", "Are you there?"))
        await asyncio.sleep(4.5)  # two attempts of the local activity, then the slow one
        began = asyncio.get_running_loop().time()
        with pytest.raises(BusyError):
            await house.act(record, "cancel", "bob", reason="Too late", wait=0.2)
        assert asyncio.get_running_loop().time() - began < 2
        await house.occur(record, "ticket.noted")
    assert await first == 2
    await house.until(lambda: _notes(house, record, 1))
    await house.proven(record)


async def test_what_a_caller_gave_up_is_not_carried_out_when_a_worker_returns(house: House) -> None:
    record = await house.new()
    house.kill_worker()
    with pytest.raises(BusyError):
        await house.act(record, "take", "bob", wait=1)
    await asyncio.sleep(3)
    await house.start_worker()
    assert await house.act(record, "cancel", "bob", reason="Nobody took it") == 2
    assert await house.lines(record) == ["ann start", "bob act cancel"]
    await house.proven(record)


async def test_a_deadline_that_passed_while_the_worker_was_away_comes_first(house: House) -> None:
    deadline = datetime.fromtimestamp(house.clock() + 3, UTC).isoformat()
    record = await house.new(deadline=deadline)
    house.kill_worker()
    await asyncio.sleep(4)
    taking = asyncio.create_task(house.act(record, "take", "bob", wait=30))
    await asyncio.sleep(0.5)
    await house.start_worker()
    with pytest.raises((RefusedError, ClosedError), match=r"expired|closed"):
        await taking
    await house.until(lambda: _in(house, record, "expired"))
    await house.proven(record)


async def test_continuing_as_new_under_fire_loses_and_doubles_nothing(
    temporal: TemporalServer, url: str, tmp_path: Path
) -> None:
    house = House(temporal, url, tmp_path)
    try:
        await house.open(Limits(events=60))
        await house.start_worker()
        record = await house.new()
        first = (await house.temporal.get_workflow_handle(record).describe()).run_id
        await house.act(record, "take", "bob", wait=30)
        for each in range(12):
            edits = [house.occur(record, "ticket.noted", f"n{each}-{n}") for n in range(5)]
            await asyncio.gather(*edits, house.comment(record, "bob", f"line {each}"))
        await house.until(lambda: _notes(house, record, 60), seconds=60)
        assert (await house.temporal.get_workflow_handle(record).describe()).run_id != first
        said = [line for line in await house.lines(record) if "comment" in line]
        assert len(said) == 12
        assert [row.kind for row in await outbox.of_record(house.database, record)].count("message") == 3
        await house.proven(record)
    finally:
        await house.close()


@asynccontextmanager
async def _away(house: House, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Take the database away: PostgreSQL is stopped, SQLite's only writer is somebody else."""
    if house.url.startswith("postgresql"):
        server: PostgresServer = request.getfixturevalue("server")
        server.stop()
        yield
        server.start()
        return
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("begin immediate")
    yield
    other.execute("rollback")
    other.close()


async def _in(house: House, record: str, state: str) -> bool:
    return (await house.row(record)).state == state


async def _notes(house: House, record: str, times: int) -> bool:
    row = await queries.get_record(house.database, record)
    return row is not None and row.body["fields"]["notes"] == str(times)


async def _finished_task(house: House, record: str) -> int | None:
    """Complete the one open task, as soon as the server answers again."""
    task = next(path for path, token in (await house.row(record)).body["tokens"].items() if token["kind"] == "task")
    try:
        return await house.complete(record, task, "bob", answer="Yes")
    except BusyError:
        return None
