"""A store or a worker that is slow, questions in the middle, and then a worker that dies: the replay is the same."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from temporalio.worker import Replayer

from engine.record import Kind
from tests.workflows.house import House
from workflows.in_turn import RunnerInTurn
from workflows.process import ProcessWorkflow

pytestmark = [pytest.mark.server, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]


async def starting(house: House) -> str:
    await house.hold()
    return await house.new(wait=False)


async def signalled(house: House) -> str:
    record = await house.new()
    await house.hold()
    await house.occur(record, "ticket.noted")
    return record


async def due(house: House) -> str:
    record = await house.new()
    await house.hold()
    await house.pass_time_until_due(record, 5 * 3600)
    return record


@pytest.mark.parametrize("happen", [starting, signalled, due])
async def test_what_was_decided_while_the_store_was_slow_is_decided_again_by_another_worker(
    house: House, happen: Callable[[House], Awaitable[str]]
) -> None:
    record = await happen(house)
    await house.held()
    await house.until(lambda: house.waits_for_the_store(record))
    await house.occur(record, "ticket.noted", "while it was slow")
    house.let_go()
    before = await house.head(record)
    house.kill_worker()
    await house.start_worker()
    await house.occur(record, "ticket.noted", "afterwards")
    await house.until(lambda: _further(house, record, before.seq))
    assert not house.says("the engine decided")
    await house.proven(record)


async def test_an_event_with_which_somebody_asks_where_the_record_stands_is_the_same_in_a_replay(house: House) -> None:
    (house.directory / "slow").touch()
    house.kill_worker()
    record = await house.new(wait=False)
    asking = [asyncio.create_task(house.head(record)) for _ in range(3)]
    await house.start_worker()
    await asyncio.gather(*asking)
    await house.act(record, "take", "bob")
    history = await house.temporal.get_workflow_handle(record).fetch_history()
    replayer = Replayer(workflows=[ProcessWorkflow], workflow_runner=RunnerInTurn())
    await replayer.replay_workflow(history)
    await house.proven(record)


async def test_a_worker_that_is_told_to_stop_while_the_store_is_slow_leaves_the_event_to_another(house: House) -> None:
    record = await starting(house)
    await house.held()
    await house.stop_worker()
    house.let_go()
    await house.start_worker()
    await house.head(record)
    assert await house.act(record, "take", "bob") == 2
    await house.proven(record)


async def test_a_record_that_decides_slowly_is_not_interrupted_and_tries_again(house: House) -> None:
    record = await house.new()
    stall = house.directory / "stall"
    stall.touch()
    await house.occur(record, "ticket.noted")
    await house.until((house.directory / "stalled").exists)
    await house.until(lambda: house.says("Potential deadlock"))
    stall.unlink()
    assert await house.act(record, "take", "bob") == 3
    assert not (house.directory / "interrupted").exists()
    await house.proven(record)


async def test_a_call_that_ends_while_the_store_is_slow_with_another_event_is_not_made_again(house: House) -> None:
    gate = house.directory / "gate"
    record = await house.new(f"slow {gate}")
    await house.act(record, "take", "bob")
    await house.act(record, "look_up", "ann")
    await house.until(gate.with_suffix(".asked").exists)
    await house.hold()
    await house.occur(record, "ticket.noted")
    await house.held()
    await house.until(lambda: house.waits_for_the_store(record))
    gate.touch()
    await house.until(lambda: house.was_told_of(record, 1))
    await house.hold_instead(Kind.RESULT)
    await house.until(lambda: house.waits_for_the_store(record))
    house.let_go()
    before = await house.head(record)
    assert await _calls(house, record) == 1
    assert not await house.has_said(record, "late_result")
    house.kill_worker()
    await house.start_worker()
    assert await house.head(record) == before
    await house.proven(record)


async def _calls(house: House, record: str) -> int:
    events = house.temporal.get_workflow_handle(record).fetch_history_events()
    begun = [each.activity_task_scheduled_event_attributes.activity_type.name async for each in events]
    return begun.count("test.look_up")


async def _further(house: House, record: str, seq: int) -> bool:
    return (await house.row(record)).seq > seq
