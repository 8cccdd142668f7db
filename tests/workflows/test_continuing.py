"""What outlasts one run of a workflow or one answer of the store: many signals, no store, a store that is wrong."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text, update

from engine.record import Kind, Record
from store import outbox, queries, tables
from tests.postgres import PostgresServer
from tests.store.conftest import BOTH
from tests.workflows.house import House
from workflows.client import BusyError
from workflows.messages import Limits

pytestmark = pytest.mark.server
SIGNALS = 130


@pytest.fixture
def house(shared: House) -> House:
    """Nobody is killed here."""
    return shared


async def test_130_signals_during_one_projection_are_all_taken_once(house: House) -> None:
    record = await house.new()
    await house.hold()
    taking = asyncio.create_task(house.act(record, "take", "bob"))
    await house.held()
    await asyncio.gather(*(house.occur(record, "ticket.noted", f"n{each}") for each in range(SIGNALS)))
    house.let_go()
    await taking
    await house.until(lambda: _notes(house, record, SIGNALS))
    await house.proven(record)


@pytest.mark.semantics("A1.5")
async def test_while_the_database_is_away_commands_are_told_to_repeat_and_the_first_is_answered(
    house: House, request: pytest.FixtureRequest
) -> None:
    record = await house.new()
    async with _away(house, request):
        first = asyncio.create_task(house.comment(record, "bob", "Are you there?"))
        await house.until(lambda: house.waits_for_the_store(record))
        with pytest.raises(BusyError):
            await house.act(record, "cancel", "bob", reason="Too late", wait=0.2)
        await house.occur(record, "ticket.noted")
        assert not first.done()
    assert await first == 2
    await house.until(lambda: _notes(house, record, 1))
    await house.proven(record)


@pytest.mark.semantics("K1.4")
async def test_continuing_as_new_under_fire_loses_and_doubles_nothing(house: House) -> None:
    await house.open(Limits(events=60))
    record = await house.new()
    first = await house.run(record)
    await house.act(record, "take", "bob")
    for each in range(12):
        edits = [house.occur(record, "ticket.noted", f"n{each}-{n}") for n in range(5)]
        await asyncio.gather(*edits, house.comment(record, "bob", f"line {each}"))
    await house.until(lambda: _notes(house, record, 60))
    assert await house.run(record) != first
    said = [line for line in await house.lines(record) if "comment" in line]
    assert len(said) == 12
    assert [row.kind for row in await outbox.of_record(house.database, record)].count("message") == 3
    await house.proven(record)


@pytest.mark.semantics("A1.5")
async def test_a_record_goes_on_exactly_as_it_was_when_it_continues_as_new(house: House) -> None:
    """It waits, its target is paused and a timer is set."""
    await house.open(Limits(events=30))
    record = await house.new(deadline=datetime.fromtimestamp(house.clock() + 20 * 86_400, UTC).isoformat())
    await house.act(record, "take", "bob")
    task = next(iter((await house.row(record)).body["tokens"]))
    await house.complete(record, task, "bob", answer="Yes")
    before, run = await house.whole(record), await house.run(record)
    assert [token.kind for token in before.tokens.values()] == ["wait"]
    assert (before.targets["response"].status, list(before.timers)) == ("paused", ["lapse"])
    after = await _noted_until_it_is_another(house, record, run)
    assert _still(after) == _still(before)
    await house.pass_time(record, 21 * 86_400)
    await house.until(lambda: _in(house, record, "expired"))
    await house.proven(record)


async def test_a_fault_is_carried_along_and_can_be_skipped_in_the_next_run(house: House) -> None:
    await house.open(Limits(events=40))
    record = await house.new("refuse this")
    await house.act(record, "take", "bob")
    await house.act(record, "look_up", "ann")
    await house.until(lambda: house.has_said(record, "fault"))
    before, run = await house.whole(record), await house.run(record)
    after = await _noted_until_it_is_another(house, record, run)
    assert (after.faults, after.tokens) == (before.faults, before.tokens)
    await house.mend(record, Kind.SKIP, "1", "ann", answer="By hand")
    await house.proven(record)


async def test_a_running_call_keeps_a_record_in_its_run_up_to_four_times_the_limits(house: House) -> None:
    await house.open(Limits(events=25))
    go = house.directory / "late"
    record = await house.new(f"slow {go}")
    await house.act(record, "take", "bob")
    await house.act(record, "look_up", "ann")
    run = await house.run(record)
    while not await _is_busy(house, record):
        assert await house.run(record) == run
    assert (await house.history(record)).total() > 4 * 25
    assert await house.run(record) == run
    go.touch()
    await house.until(lambda: _in(house, record, "working"))
    await house.until(lambda: _continued(house, record, run))
    assert (await house.row(record)).body["fields"]["answer"].startswith(f"{record}/3/looking/do/0: slow")
    assert await house.comment(record, "bob", "Thank you") == (await house.row(record)).seq
    go.unlink()
    await house.proven(record)


async def test_a_store_that_refuses_an_event_is_waited_for_until_it_is_mended(house: House) -> None:
    record = await house.new()
    await _alter(house, "alter table journal rename to mislaid")
    first = asyncio.create_task(house.comment(record, "bob", "Are you there?"))
    await house.until(lambda: house.waits_for_the_store(record))
    await _alter(house, "alter table mislaid rename to journal")
    assert await first == 2
    await house.proven(record)


@pytest.mark.parametrize("crew", [BOTH[1]], indirect=True)  # SQLite's columns take every value
async def test_an_event_that_can_never_be_stored_is_stored_when_it_can(house: House) -> None:
    record = await house.new()
    await _alter(house, "alter table task add constraint short check (cast(title as varchar(3))::int > 0) not valid")
    taking = asyncio.create_task(house.act(record, "take", "bob"))
    await house.until(lambda: house.waits_for_the_store(record))
    await house.until(lambda: house.says("DataError: the value cannot be stored"))
    await _alter(house, "alter table task drop constraint short")
    assert await taking == 2
    await house.proven(record)


async def test_a_timer_whose_event_is_not_what_the_store_holds_waits_until_it_is(house: House) -> None:
    due = house.clock() + 3600
    record = await house.new(deadline=datetime.fromtimestamp(due, UTC).isoformat())
    await _fence(house, record, due + 10)
    await house.pass_time(record, due - 1 - house.clock())
    await house.until(lambda: house.says(f"{record}/2: the engine decided"))
    assert (await house.row(record)).state == "open"
    await house.until(lambda: _in(house, record, "expired"))
    await house.proven(record)


@asynccontextmanager
async def _away(house: House, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Take the database away: PostgreSQL is stopped, SQLite's only writer is somebody else."""
    if house.url.startswith("postgresql"):
        server: PostgresServer = request.getfixturevalue("server")
        server.stop()
        try:
            yield
        finally:
            server.start()
        return
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("begin immediate")
    try:
        yield
    finally:
        other.execute("rollback")
        other.close()


async def _notes(house: House, record: str, times: int) -> bool:
    row = await queries.get_record(house.database, record)
    return row is not None and row.body["fields"]["notes"] == str(times)


async def _in(house: House, record: str, state: str) -> bool:
    return (await house.row(record)).state == state


async def _continued(house: House, record: str, run: str | None) -> bool:
    return await house.run(record) != run


async def _is_busy(house: House, record: str) -> bool:
    """Say whether the record takes nothing at present."""
    try:
        await house.comment(record, "bob", "Already?", wait=1)
    except BusyError as busy:
        return "no worker took it" not in str(busy)
    return False


async def _noted_until_it_is_another(house: House, record: str, run: str | None) -> Record:
    """Let events come until the record is in another run; give it as it is then."""
    noted = 0
    while not await _continued(house, record, run):
        noted += 1
        await house.occur(record, "ticket.noted")
        await house.until(lambda noted=noted: _notes(house, record, noted))
    return await house.whole(record)


def _still(record: Record) -> Record:
    """Give a record without what every event changes."""
    return record._replace(seq=0, head="", revision=0, updated_at=0.0, fields={}, seen={}, size=0)


async def _alter(house: House, statement: str) -> None:
    await house.database.write(lambda connection: connection.execute(text(statement)))


async def _fence(house: House, record: str, fence: float) -> None:
    newer = update(tables.record).where(tables.record.c.id == record).values(fence=fence)
    await house.database.write(lambda connection: connection.execute(newer))
