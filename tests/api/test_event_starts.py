"""Outside events start records where a definition says so: each once, one for each value, another after closure."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from store.publishing import publish
from tests.api.office import Office, a_key, reasons
from tests.api.test_events import send

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

ORDER = """
process: order
version: 1
title: Order
number: ORD
owner: manager
read: [agent]
correlate: reference
start: {to: placed, event: order.placed, needs: [reference], ask: [amount]}
fields:
  reference: {type: text, index: true}
  amount: {type: number, valid: amount < 100, help: We have no more than 99}
  repeated: {type: number, default: 0}
states:
  placed:
    transitions:
      again: {event: order.placed, then: [{set: {repeated: =repeated + 1}}]}
      ship: {to: shipped, event: order.shipped}
  shipped: {final: true}
"""
PING = """
process: ping
version: 1
title: Ping
number: PNG
owner: manager
read: [agent]
start: {to: heard, event: ping.came, ask: [text]}
fields: {text: text}
states: {heard: {final: true}}
"""


@pytest_asyncio.fixture(loop_scope="module", scope="module", autouse=True)
async def _published(office: Office) -> None:
    """Two processes that events start."""
    for source in (ORDER, PING):
        await publish(office.services.database, source, "", {}, {}, "test", office.clock())


def placed(value: str, name: str = "order.placed", /, **data: Any) -> dict[str, Any]:
    given = {"process": "order", "value": value, **data}
    return {"specversion": "1.0", "id": a_key(), "source": "/shop", "type": name, "data": given}


async def record_of(office: Office, event: dict[str, Any]) -> str:
    """Send an event, and give the record it has reached."""
    answer = await send(office, event)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["record"])


async def seen(office: Office, record: str, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Give a record as soon as something is so."""
    seq = 0
    while True:
        answer = await office.get("ann", f"/records/{record}?wait=60&seq={seq}")
        found: dict[str, Any] = answer.json()
        if answer.status_code == 200 and is_so(found):
            return found
        seq = found.get("seq", 0)


async def repeated(office: Office, record: str, times: str) -> dict[str, Any]:
    return await seen(office, record, lambda found: found["fields"]["repeated"] == times)


@pytest.mark.semantics("A2.1")
async def test_an_event_that_finds_no_open_record_starts_one(office: Office) -> None:
    record = await record_of(office, placed("A1", amount=5, colour="red"))
    found = await repeated(office, record, "0")
    assert (found["state"], found["fields"]["reference"], found["fields"]["amount"]) == ("placed", "A1", "5")
    assert found["created_by"] is None


async def test_the_next_event_reaches_the_record_that_the_first_has_started(office: Office) -> None:
    record = await record_of(office, placed("A2"))
    await repeated(office, record, "0")
    assert await record_of(office, placed("A2")) == record
    await repeated(office, record, "1")


@pytest.mark.semantics("A2.2")
async def test_an_event_that_comes_again_starts_nothing_and_is_not_another(office: Office) -> None:
    event = placed("A3")
    records = [await record_of(office, event) for _ in range(3)]
    assert len(set(records)) == 1
    await record_of(office, placed("A3"))
    await repeated(office, records[0], "1")
    journal = (await office.get("ann", f"/records/{records[0]}/journal")).json()["entries"]
    assert [entry["kind"] for entry in journal] == ["start", "occur"]


@pytest.mark.semantics("A2.3")
async def test_of_several_at_once_one_starts_the_record_and_the_others_reach_it(office: Office) -> None:
    records = await asyncio.gather(*(record_of(office, placed("A4")) for _ in range(4)))
    assert len(set(records)) == 1
    await repeated(office, records[0], "3")


async def test_the_same_event_twice_at_once_starts_one_record(office: Office) -> None:
    event = placed("A5")
    records = await asyncio.gather(record_of(office, event), record_of(office, event))
    assert len(set(records)) == 1
    await record_of(office, placed("A5"))
    await repeated(office, records[0], "1")


async def test_after_closure_another_event_starts_another_record_but_none_that_came_before(office: Office) -> None:
    first, second = placed("A6"), placed("A6")
    record = await record_of(office, first)
    await repeated(office, record, "0")
    await record_of(office, second)
    await repeated(office, record, "1")
    await record_of(office, placed("A6", "order.shipped"))
    await seen(office, record, lambda found: bool(found["final"]))
    assert [await record_of(office, each) for each in (first, second)] == [record, record]
    another = await record_of(office, placed("A6"))
    assert another != record
    await repeated(office, another, "0")


async def test_another_event_starts_nothing(office: Office) -> None:
    answer = await send(office, placed("A7", "order.shipped"))
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        'No open order is found by "A7" (it correlates by reference).',
    )


async def test_what_cannot_be_started_is_refused_with_the_reason(office: Office) -> None:
    answer = await send(office, placed("A8", amount=100))
    assert (answer.status_code, reasons(answer)) == (422, [("input", "invalid", "data.amount")])


async def test_where_nothing_finds_records_each_event_starts_its_own(office: Office) -> None:
    def ping() -> dict[str, Any]:
        return {**placed("", "ping.came"), "data": {"process": "ping", "text": "Hello"}}

    event = ping()
    one, again, other = [await record_of(office, each) for each in (event, event, ping())]
    assert (one == again, one != other) == (True, True)
    assert (await seen(office, one, lambda _found: True))["fields"]["text"] == "Hello"


async def test_an_event_that_comes_again_when_temporal_has_forgotten_its_record_starts_nothing(office: Office) -> None:
    data = {"process": "ping", "text": "Hello"}
    event = {"specversion": "1.0", "id": a_key(), "source": "/probe", "type": "ping.came", "data": data}
    record = await record_of(office, event)
    before = await seen(office, record, lambda found: found["state"] == "heard")
    await _forgotten(office, record)
    assert await record_of(office, event) == record
    assert (await office.get("ann", f"/records/{record}")).json() == before
    assert await office.services.client.head(record) is None


async def _forgotten(office: Office, record: str) -> None:
    """Have Temporal drop the history of a record that is over, as it does after a while."""
    service = office.services.client._temporal.workflow_service
    over = WorkflowExecution(workflow_id=record)
    await service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=over)
    )
    while await office.services.client.head(record) is not None:
        await asyncio.sleep(0.05)
