"""Records that await other records, while the worker of both is killed."""

import asyncio

import pytest

from activities.starting import Starting
from store.outbox import OutboxRow, of_record
from store.queries import RecordRow, get_journal
from tests.workflows.errands import WITHDRAWABLE, an_errand, job, jobs
from tests.workflows.house import House
from workflows.messages import Limits

pytestmark = pytest.mark.server


@pytest.mark.semantics("D7.15")
async def test_two_children_run_one_after_the_other_though_the_worker_dies_in_between(house: House) -> None:
    errand = await an_errand(house)
    first = await job(house, errand, 1)
    assert await jobs(house, errand) == [first]
    await house.hold()
    ending = asyncio.create_task(house.act(first, "end", "bob"))
    await house.held()
    house.kill_worker()
    house.let_go()
    await house.start_worker()
    await ending
    second = await job(house, errand, 2)
    await house.act(second, "end", "bob")
    row = await house.until(lambda: _in(house, errand, "done"))
    third = await job(house, errand, 3)
    assert await jobs(house, errand) == [first, second, third]
    assert (row.body["fields"]["total"], row.body["fields"]["last"]["id"]) == ("5", third)
    await house.until(lambda: _sized(house, third, "9"))
    for record in (errand, first, second, third):
        await house.proven(record)


async def test_a_parent_that_continues_as_new_still_waits_for_its_child(house: House) -> None:
    await house.open(Limits(events=30))
    errand = await an_errand(house, WITHDRAWABLE)
    first = await job(house, errand, 1)
    before = (await house.whole(errand)).tokens
    await house.another_run(errand, "errand.noted")
    house.kill_worker()
    await house.start_worker()
    assert (await house.whole(errand)).tokens == before
    await house.act(first, "end", "bob")
    row = await house.until(lambda: _in(house, errand, "done"))
    assert (row.body["fields"]["why"], row.body["fields"]["last"]["id"]) == ("ended", first)
    for record in (errand, first):
        await house.proven(record)


async def test_an_end_that_is_told_by_the_child_and_by_its_start_which_comes_again_is_one_event(house: House) -> None:
    errand = await an_errand(house)
    first = await job(house, errand, 1)
    start, waiting = await _row(house, errand, "start"), await house.row(errand)
    await house.act(first, "end", "bob")
    await job(house, errand, 2)
    starting = Starting(house.database, house.records, house.clock)
    await starting.start(start, waiting)  # as a relay does that has read where the parent stands, and was then slow
    await starting.answer(await _row(house, first, "answer"), await house.row(first))
    await house.act(errand, "stop", "ann")
    told = [(each.kind, each.name) for each in await get_journal(house.database, errand) if each.kind == "child"]
    assert told == [("child", "1/going/do/0")]
    await house.proven(errand)


async def _row(house: House, record: str, kind: str) -> OutboxRow:
    (found,) = (each for each in await of_record(house.database, record) if each.kind == kind)
    return found


async def _in(house: House, record: str, state: str) -> RecordRow | None:
    row = await house.row(record)
    return row if row.state == state else None


async def _sized(house: House, record: str, size: str) -> bool:
    return bool((await house.row(record)).body["fields"]["size"] == size)
