"""Records that start, await, leave and reach other records, on a real server."""

import pytest
from temporalio.client import WorkflowExecutionStatus

from engine.record import Event, Kind
from store.queries import RecordRow
from tests.workflows.errands import ERRAND, WITHDRAWABLE, an_errand, job, jobs
from tests.workflows.house import House

pytestmark = pytest.mark.server


@pytest.fixture
def house(shared: House) -> House:
    """The house that these tests share; those of test_crashes.py have their own."""
    return shared


async def test_a_parent_that_is_left_withdraws_the_child_it_waits_for(house: House) -> None:
    errand = await an_errand(house)
    first = await job(house, errand, 1)
    await house.act(errand, "stop", "ann")
    await house.until(lambda: _in(house, first, "withdrawn"))
    await house.until(lambda: _completed(house, first))
    assert await house.lines(first) == ["start start", "left parent.left"]
    await house.proven(first)


async def test_a_child_that_cannot_be_started_is_an_error_of_the_step(house: House) -> None:
    errand = await an_errand(house, size=20)
    row = await house.until(lambda: _in(house, errand, "failed"))
    assert row.body["fields"]["why"] == "size: That is too much"
    assert await jobs(house, errand) == []
    await house.proven(errand)


async def test_a_process_that_is_not_published_is_an_error_of_the_step(house: House) -> None:
    errand = await an_errand(house, ERRAND.replace("run: job", "run: gone", 1))
    row = await house.until(lambda: _in(house, errand, "failed"))
    assert row.body["fields"]["why"] == "no process named gone is published"
    await house.proven(errand)


PICKY = ERRAND.replace("save: {total: =total + result.fields.size}", "save: {last: =result.state}", 1).replace(
    "    on_error: [{set: {why: =error.text}}, {go: failed}]\n", ""
)
SIDE_BY_SIDE = ERRAND.replace(
    ERRAND[ERRAND.index("      - {run: job") : ERRAND.index("      - {go: done}")],
    """
      - together:
          one: [{run: job, with: {title: One}}]
          two: [{run: job, with: {title: Two}}]
          lost: [{wait: {event: errand.lost, at_most: 30 days}}, {fail: It was lost}]
        on_error: [{run: job, with: {title: Search}}]
""",
)


@pytest.mark.semantics("D7.15")
async def test_a_retry_asks_for_the_same_record_which_has_ended(house: House) -> None:
    errand = await an_errand(house, PICKY)
    first = await job(house, errand, 1)
    await house.act(first, "end", "bob")
    await house.until(lambda: _faulty(house, errand, "1"))
    await house.mend(errand, Kind.RETRY, "1", "ann")
    await house.until(lambda: _faulty(house, errand, "2"))
    assert await jobs(house, errand) == [first]
    await house.mend(errand, Kind.SKIP, "2", "ann")
    second = await job(house, errand, 2)
    assert second != first
    await house.proven(second)
    await house.proven(errand)


@pytest.mark.semantics("D7.7")
async def test_an_operator_who_cancels_a_workflow_withdraws_the_record(house: House) -> None:
    record = await house.new()
    await house.temporal.get_workflow_handle(record).cancel()
    row = await house.until(lambda: _in(house, record, "withdrawn"))
    assert row.final
    await house.until(lambda: _completed(house, record))
    await house.proven(record)


@pytest.mark.semantics("D7.7")
async def test_a_parent_goes_on_with_a_child_that_an_operator_has_cancelled(house: House) -> None:
    errand = await an_errand(house, WITHDRAWABLE)
    first = await job(house, errand, 1)
    await house.temporal.get_workflow_handle(first).cancel()
    row = await house.until(lambda: _in(house, errand, "done"))
    assert (row.body["fields"]["why"], row.body["fields"]["last"]["id"]) == ("withdrawn", first)
    await house.until(lambda: _completed(house, first))
    for record in (errand, first):
        await house.proven(record)


async def test_the_child_of_a_branch_that_is_cancelled_is_withdrawn_and_the_other_goes_on(house: House) -> None:
    errand = await an_errand(house, SIDE_BY_SIDE)
    first = await job(house, errand, 1)
    second = await job(house, errand, 2)
    await house.occur(errand, "errand.lost")
    for each in (first, second):
        await house.until(lambda each=each: _in(house, each, "withdrawn"))
        await house.proven(each)
    third = await job(house, errand, 3)
    await house.act(third, "end", "bob")
    await house.until(lambda: _in(house, errand, "done"))
    await house.proven(errand)


async def test_what_comes_for_a_step_that_does_not_wait_is_journalled(house: House) -> None:
    record = await house.new()
    await house.records.occur(record, Event(Kind.CHILD, "9/gone/do/0", data={"result": {"id": "X"}}, id="late"))
    await house.until(lambda: house.has_said(record, "late_child"))
    await house.proven(record)


async def _in(house: House, record: str, state: str) -> RecordRow | None:
    row = await house.row(record)
    return row if row.state == state else None


async def _faulty(house: House, record: str, number: str) -> bool:
    return number in (await house.row(record)).body["faults"]


async def _completed(house: House, record: str) -> bool:
    described = await house.temporal.get_workflow_handle(record).describe()
    return bool(described.status == WorkflowExecutionStatus.COMPLETED)
