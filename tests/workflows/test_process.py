"""The driver as people and automation meet it, on a real server, worker and database."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from temporalio.client import WorkflowFailureError

from engine.record import Kind
from store import outbox, queries
from tests.store.conftest import BOTH
from tests.workflows.house import PATIENCE, House
from tests.workflows.tickets import TICKET
from workflows.client import BusyError, RefusedError

pytestmark = pytest.mark.server
SIX = 6
"""History events of a transition: two for the update, three of its workflow task, one for the projection."""


@pytest.fixture
def house(shared: House) -> House:
    """Nobody is killed here."""
    return shared


async def spent(house: House, act: Callable[[str], Awaitable[None]], expected: int) -> Counter[str]:
    """Give the history events that something costs.

    It is measured again where it is not what is expected: on a busy machine a task may be done twice, and the relay may
    just be asking where the record stands, for which a history shows a task that comes to nothing.
    """
    events: Counter[str] = Counter()
    for _ in range(5):
        record = await house.new()
        before = await house.history(record)
        await act(record)
        events = await house.history(record) - before
        if events.total() == expected:
            break
    return events


async def test_a_record_is_started_and_taken(house: House) -> None:
    record = await house.new()
    assert await house.act(record, "take", "bob", taker="carl") == 2
    row = await house.row(record)
    assert (row.state, row.body["fields"]["taker"]) == ("working", {"id": "carl", "label": "Carl"})
    await house.proven(record)


@pytest.mark.semantics("L1.1")
async def test_a_refusal_names_every_reason_and_leaves_no_history(house: House) -> None:
    async def refused(record: str) -> None:
        with pytest.raises(RefusedError) as refusal:
            await house.act(record, "cancel", "carl", nonsense="x")
        assert [reason.code for reason in refusal.value.reasons] == ["unknown-field", "not-allowed", "required"]

    assert await spent(house, refused, 0) == {}


async def test_a_transition_costs_six_events_though_people_are_told(house: House) -> None:
    async def cancelled(record: str) -> None:
        await house.act(record, "cancel", "bob", reason="A test")
        assert {row.kind for row in await outbox.of_record(house.database, record)} == {"message"}

    events = await spent(house, cancelled, SIX + 1)
    assert events.total() - events["EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"] == SIX


async def test_facts_come_with_the_command_and_cost_no_event(house: House) -> None:
    async def taken(record: str) -> None:
        await house.act(record, "take", "bob", taker="carl")

    assert (await spent(house, taken, SIX)).total() == SIX


async def test_a_deadline_that_comes_earlier_costs_two_events_more(house: House) -> None:
    async def consulted(record: str) -> None:
        soon = datetime.fromtimestamp(house.clock() + 3600, UTC).isoformat()
        await house.act(record, "consult", "ann", deadline=soon)

    events = await spent(house, consulted, SIX + 2)
    assert (events["EVENT_TYPE_TIMER_STARTED"], events["EVENT_TYPE_TIMER_CANCELED"]) == (1, 1)
    assert events.total() == SIX + 2


@pytest.mark.semantics("K1.1")
async def test_the_same_key_has_one_effect_and_costs_nothing(house: House) -> None:
    async def taken(record: str) -> None:
        assert await house.act(record, "take", "bob", key="k1") == 2

    async def taken_twice(record: str) -> None:
        await taken(record)
        await taken(record)
        await house.proven(record)

    assert (await spent(house, taken_twice, SIX)).total() == SIX


@pytest.mark.semantics("K1.3")
async def test_the_same_key_of_somebody_else_is_another_request(house: House) -> None:
    record = await house.new()
    await house.act(record, "take", "bob", key="k1")
    with pytest.raises(RefusedError, match="no longer possible: the record is now in working"):
        await house.act(record, "take", "carl", key="k1")


@pytest.mark.semantics("K1.2")
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


@pytest.mark.semantics("B1.3")
async def test_an_event_of_the_same_id_happens_once(house: House) -> None:
    record = await house.new()
    for key in ("a", "a", "b"):
        await house.occur(record, "ticket.noted", key)
    await house.until(lambda: _noted(house, record, 2))
    await house.proven(record)


async def test_what_began_in_time_is_answered_though_it_ends_late(house: House) -> None:
    record = await house.new()
    await house.hold()
    taking = await house.held_of_one_who_waits_briefly(record, "take", "bob", wait=0.3)
    await asyncio.wait({taking}, timeout=1.2)
    house.let_go()
    assert await taking == 2


@pytest.mark.parametrize("crew", [BOTH[0]], indirect=True)  # no matter of the database, and slow
async def test_a_repeat_is_answered_only_when_what_it_repeats_is_written(house: House) -> None:
    record = await house.new()
    await house.hold()
    first = asyncio.create_task(house.act(record, "take", "bob", key="k1"))
    await house.held()
    again = asyncio.create_task(house.act(record, "take", "bob", key="k1"))
    done, _ = await asyncio.wait({again}, timeout=4.6)  # at 4 s Temporal lets it see the unfinished one
    house.let_go()
    assert not done
    assert (await first, await again) == (2, 2)


@pytest.mark.parametrize("ahead", [-7, 7], ids=["slow", "fast"])
async def test_a_clock_that_is_some_seconds_wrong_stops_nobody(house: House, ahead: float) -> None:
    record = await house.new()
    house.ahead = ahead
    assert await house.act(record, "take", "bob", taker="carl") == 2


async def test_a_clock_that_is_too_slow_is_named(house: House) -> None:
    record = await house.new()
    house.ahead = -10 * PATIENCE
    with pytest.raises(BusyError, match="clocks of this computer and of Temporal's differ"):
        await house.act(record, "take", "bob")


async def test_an_event_that_does_not_fit_is_journalled_and_harms_nothing(house: House) -> None:
    record = await house.new()
    await house.occur(record, "no.such.event")
    assert await house.act(record, "take", "bob") == 3
    assert await house.has_said(record, "not_awaited")


async def test_time_passes_and_the_deadline_acts(house: House) -> None:
    record = await house.new()
    await house.pass_time(record, 7 * 3600)
    await house.until(lambda: _in(house, record, "expired"))
    assert "target_missed" in [
        line["what"] for entry in await queries.get_journal(house.database, record) for line in entry.lines
    ]
    await house.proven(record)


@pytest.mark.semantics("A1.3")
async def test_a_forged_definition_does_not_run(house: House) -> None:
    event = house.event(Kind.START, "", "ann", {"subject": "x"}, "forged")
    await house.records.start("TIC-forged", "ticket", TICKET + "\n# more", house.definition.digest, event)
    with pytest.raises(WorkflowFailureError) as failed:
        await house.temporal.get_workflow_handle("TIC-forged").result()
    assert "does not fit its digest" in str(failed.value.cause)


async def _in(house: House, record: str, state: str) -> bool:
    return (await house.row(record)).state == state


async def _noted(house: House, record: str, times: int) -> bool:
    return bool((await house.row(record)).body["fields"]["notes"] == str(times))
