"""The driver as people and automation meet it, on a real server, worker and database."""

import asyncio

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError

from engine.record import Kind
from store import outbox, queries
from store.queries import RecordRow
from tests.workflows.house import House
from tests.workflows.tickets import TICKET
from workflows.client import RefusedError

pytestmark = pytest.mark.server
SIX = 6
"""History events of a transition: two for the update, three of its workflow task, one for the projection."""


async def test_a_record_is_started_and_taken(house: House) -> None:
    record = await house.new()
    assert await house.act(record, "take", "bob", taker="carl") == 2
    row = await house.row(record)
    assert (row.state, row.body["fields"]["taker"]) == ("working", {"id": "carl", "label": "Carl"})
    await house.proven(record)


async def test_a_refusal_names_every_reason_and_leaves_no_history(house: House) -> None:
    record = await house.new()
    before = await house.history(record)
    with pytest.raises(RefusedError) as refused:
        await house.act(record, "cancel", "carl", nonsense="x")
    assert [reason.code for reason in refused.value.reasons] == ["unknown-field", "not-allowed", "required"]
    assert await house.history(record) == before


async def test_a_transition_costs_six_events_though_people_are_told(house: House) -> None:
    record = await house.new()
    before = await house.history(record)
    await house.act(record, "cancel", "bob", reason="A test")
    spent = await house.history(record) - before
    assert {row.kind for row in await outbox.of_record(house.database, record)} == {"message"}
    assert sum(spent.values()) - spent["EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"] == SIX


async def test_facts_come_with_the_command_and_cost_no_event(house: House) -> None:
    record = await house.new()
    before = await house.history(record)
    await house.act(record, "take", "bob", taker="carl")
    spent = await house.history(record) - before
    assert sum(spent.values()) == SIX


async def test_the_same_key_has_one_effect_and_costs_nothing(house: House) -> None:
    record = await house.new()
    first = await house.act(record, "take", "bob", key="k1")
    before = await house.history(record)
    assert await house.act(record, "take", "bob", key="k1") == first
    assert await house.history(record) == before
    await house.proven(record)


async def test_the_same_key_of_somebody_else_is_another_request(house: House) -> None:
    record = await house.new()
    await house.act(record, "take", "bob", key="k1")
    with pytest.raises(RefusedError, match="no longer possible: the record is now in working"):
        await house.act(record, "take", "carl", key="k1")


async def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    record = await house.new()
    await house.act(record, "take", "bob", key="k1")
    with pytest.raises(RefusedError, match="another request"):
        await house.act(record, "take", "bob", key="k1", taker="ann")


async def test_of_four_at_once_one_is_accepted_and_three_are_refused_with_the_reason(house: House) -> None:
    record = await house.new()
    answers = await asyncio.gather(
        *(house.act(record, "take", who) for who in ("ann", "bob", "carl", "dora")), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, RefusedError)]
    assert sorted(type(answer).__name__ for answer in answers) == ["RefusedError"] * 3 + ["int"]
    assert all("no longer possible: the record is now in working" in str(answer) for answer in refused)
    await house.proven(record)


async def test_a_call_is_made_and_what_it_found_is_saved(house: House) -> None:
    record = await house.new("printer")
    await house.act(record, "take", "bob")
    await house.act(record, "look_up", "ann")
    row = await house.until(lambda: _in(house, record, "working", visits=4))
    assert row.body["fields"]["answer"] == f"{record}/3/looking/do/0: printer"
    await house.proven(record)


async def test_a_refused_call_becomes_a_fault_that_can_be_skipped(house: House) -> None:
    record = await house.new("refuse this")
    await house.act(record, "take", "bob")
    await house.act(record, "look_up", "ann")
    row = await house.until(lambda: _faulty(house, record))
    assert row.body["faults"]["1"]["code"] == "not_found"
    event = house.event(Kind.SKIP, "1", "ann", {"answer": "By hand"})
    await house.records.send(record, event, house.facts)
    assert (await house.row(record)).body["fields"]["answer"] == "By hand"
    await house.proven(record)


async def test_leaving_a_state_cancels_its_call_and_ignores_its_late_result(house: House) -> None:
    go = house.directory / "go"
    record = await house.new(f"slow {go}")
    await house.act(record, "take", "bob")
    await house.act(record, "look_up", "ann")
    await house.act(record, "stop", "bob")
    go.touch()
    await house.until(lambda: _completed(house, record))
    assert (await house.row(record)).body["fields"]["answer"] is None
    await house.proven(record)


async def test_an_event_of_the_same_id_happens_once(house: House) -> None:
    record = await house.new()
    for key in ("a", "a", "b"):
        await house.occur(record, "ticket.noted", key)
    await house.until(lambda: _noted(house, record, 2))
    await house.proven(record)


async def test_time_passes_and_the_deadline_acts(house: House) -> None:
    record = await house.new()
    await house.pass_time(record, 7 * 3600)
    await house.until(lambda: _in(house, record, "expired"))
    assert "target_missed" in [
        line["what"] for entry in await queries.get_journal(house.database, record) for line in entry.lines
    ]
    await house.proven(record)


async def test_a_forged_definition_does_not_run(house: House) -> None:
    event = house.event(Kind.START, "", "ann", {"subject": "x"}, "forged")
    await house.records.start("TIC-forged", "ticket", TICKET + "\n# more", house.definition.digest, event)
    with pytest.raises(WorkflowFailureError) as failed:
        await house.temporal.get_workflow_handle("TIC-forged").result()
    assert "does not fit its digest" in str(failed.value.cause)


async def _in(house: House, record: str, state: str, visits: int = 0) -> RecordRow | None:
    row = await house.row(record)
    return row if row.state == state and row.body["visit"] >= visits else None


async def _faulty(house: House, record: str) -> RecordRow | None:
    row = await house.row(record)
    return row if row.body["faults"] else None


async def _noted(house: House, record: str, times: int) -> bool:
    return bool((await house.row(record)).body["fields"]["notes"] == str(times))


async def _completed(house: House, record: str) -> bool:
    described = await house.temporal.get_workflow_handle(record).describe()
    return bool(described.status == WorkflowExecutionStatus.COMPLETED)
