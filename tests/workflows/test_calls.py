"""Calls of actions as records see them: started, refused, made again, cancelled."""

import pytest
from temporalio.client import WorkflowExecutionStatus

from engine.record import Kind
from store.queries import RecordRow
from tests.workflows.house import House

pytestmark = pytest.mark.server


async def looking(house: House, subject: str, action: str = "look_up") -> str:
    """Start a ticket and let it call."""
    record = await house.new(subject)
    await house.act(record, "take", "bob")
    await house.act(record, action, "ann")
    return record


async def test_a_call_is_made_and_what_it_found_is_saved(shared: House) -> None:
    record = await looking(shared, "printer")
    row = await shared.until(lambda: _back(shared, record))
    assert row.body["fields"]["answer"] == f"{record}/3/looking/do/0: printer"
    await shared.proven(record)


async def test_a_refused_call_becomes_a_fault_that_can_be_skipped(shared: House) -> None:
    record = await looking(shared, "refuse this")
    row = await shared.until(lambda: _faulty(shared, record))
    assert row.body["faults"]["1"]["code"] == "not_found"
    await shared.mend(record, Kind.SKIP, "1", "ann", answer="By hand")
    assert (await shared.row(record)).body["fields"]["answer"] == "By hand"
    await shared.proven(record)


@pytest.mark.semantics("E1.3")
async def test_a_call_that_failed_is_made_again_under_the_same_key_when_its_fault_is_retried(shared: House) -> None:
    go = shared.directory / "again"
    record = await looking(shared, f"fail {go}", "try")
    row = await shared.until(lambda: _faulty(shared, record))
    assert (row.body["faults"]["1"]["code"], row.body["faults"]["1"]["text"]) == ("runtimeerror", "the system is down")
    go.touch()
    await shared.mend(record, Kind.RETRY, "1", "ann")
    row = await shared.until(lambda: _back(shared, record))
    assert row.body["fields"]["answer"].startswith(f"{record}/3/trying/do/0: fail")
    go.unlink()
    await shared.proven(record)


async def test_leaving_a_state_cancels_its_call(shared: House) -> None:
    record = await looking(shared, f"slow {shared.directory / 'never'}")
    await shared.act(record, "stop", "bob")
    await shared.until(lambda: _completed(shared, record))
    assert (await shared.row(record)).body["fields"]["answer"] is None
    await shared.proven(record)


async def _back(house: House, record: str) -> RecordRow | None:
    row = await house.row(record)
    return row if row.state == "working" and row.body["visit"] >= 4 else None


async def _faulty(house: House, record: str) -> RecordRow | None:
    row = await house.row(record)
    return row if row.body["faults"] else None


async def _completed(house: House, record: str) -> bool:
    described = await house.temporal.get_workflow_handle(record).describe()
    return bool(described.status == WorkflowExecutionStatus.COMPLETED)
