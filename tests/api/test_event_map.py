"""Events of foreign types reach the records, or start the one, that the organisation's event map says."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from store.publishing import publish
from tests.api.office import Office, a_key, a_token, reasons
from tests.api.test_event_starts import ORDER, PING, record_of, repeated, seen
from tests.api.test_events import an_event, outcome, send

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

ROWS: dict[str, dict[str, Any]] = {
    "sensor": {
        "type": "com.example.sensor.ok",
        "source": "/hall",
        "process": "repair",
        "value": "door {{ data.sensor.door }}",
        "event": "alarm.over",
    },
    "counted": {
        "type": "com.example.delivery",
        "process": "repair",
        "field": "customer",
        "value": "=data.receiver",
        "event": "part.delivered",
        "with": {"outcome": "{{ data.what }} from {{ source }}"},
    },
    "bought": {
        "type": "com.example.bought",
        "process": "order",
        "value": "=data.id",
        "event": "order.placed",
        "with": {"amount": "=data.amount"},
    },
    "rang": {"type": "com.example.rang", "process": "ping", "event": "ping.came"},
}


@pytest_asyncio.fixture(loop_scope="module", scope="module", autouse=True)
async def _mapped(office: Office) -> AsyncIterator[None]:
    """The event map, entered through the API."""
    for source in (ORDER, PING):
        await publish(office.services.database, source, "", {}, {}, "test", office.clock())
    office.secrets["admin"] = await a_token(office.services.database, "robot", "administrator")
    for name, row in ROWS.items():
        answer = await office.ask("admin", "PUT", f"/organisation/events/{name}", row)
        assert answer.status_code in (200, 201), answer.text
    yield
    for name in ROWS:
        await office.ask("admin", "DELETE", f"/organisation/events/{name}")


async def test_a_foreign_event_finds_its_record_by_what_the_map_makes_of_it(office: Office) -> None:
    record = await office.repair(alarm="door 9")
    sent = an_event(type="com.example.sensor.ok", source="/hall", subject="sensors/9", data={"sensor": {"door": 9}})
    answer = await send(office, sent)
    assert (answer.status_code, answer.json()["records"]) == (202, [record["id"]])
    assert (await outcome(office, record["id"], record["seq"]))["state"] == "done"


async def test_an_event_reaches_every_open_record_that_its_field_finds(office: Office) -> None:
    records = [await office.repair(customer="dora") for _ in range(2)]
    sent = an_event(type="com.example.delivery", source="/van", data={"receiver": "dora", "what": "A belt"})
    answer = await send(office, sent)
    assert answer.json()["records"] == [each["id"] for each in records]
    for each in records:
        assert (await outcome(office, each["id"], each["seq"]))["fields"]["outcome"] == "A belt from /van"


async def test_an_event_starts_a_record_where_its_process_says_so_and_comes_to_it_afterwards(office: Office) -> None:
    first = an_event(type="com.example.bought", data={"id": a_key(), "amount": 3})
    began = await record_of(office, first)
    assert (await repeated(office, began, "0"))["fields"]["amount"] == "3"
    assert await record_of(office, first) == began
    assert await record_of(office, {**first, "id": a_key()}) == began
    assert (await repeated(office, began, "1"))["state"] == "placed"
    rang = await record_of(office, an_event(type="com.example.rang", data={"text": "Hello"}))
    assert (await seen(office, rang, lambda found: found["final"]))["fields"]["text"] == "Hello"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        (
            {"type": "com.example.sensor.ok", "source": "/yard"},
            422,
            "event map has no com.example.sensor.ok from /yard",
        ),
        ({"type": "com.example.bought", "data": {}}, 422, "events.bought finds no record for it: reference is empty"),
        ({"type": "com.example.sensor.ok", "source": "/hall", "data": {}}, 404, 'found by "door "'),
        ({"type": "com.example.delivery", "data": {"receiver": "nobody"}}, 404, 'found by customer "nobody"'),
        (
            {"type": "com.example.delivery", "data": {"receiver": ["a"]}},
            422,
            "customer: a list is not the id of a user",
        ),
        ({"type": "com.example.nothing", "subject": "sensors/1"}, 404, "sensors/1"),
    ],
)
async def test_what_is_for_nobody_is_told_so(office: Office, given: dict[str, Any], status: int, said: str) -> None:
    answer = await send(office, an_event(**given))
    assert (answer.status_code, said in answer.text.replace('\\"', '"')) == (status, True), answer.text


async def test_a_map_that_the_process_has_outgrown_is_told_of_and_not_written_again(office: Office) -> None:
    row = {**ROWS["bought"], "field": "reference"}
    assert (await office.ask("admin", "PUT", "/organisation/events/bought", row)).status_code == 200
    renamed = ORDER.replace("version: 1", "version: 2").replace("reference", "order_number")
    await publish(office.services.database, renamed, "", {}, {}, "test", office.clock())
    answer = await send(office, an_event(type="com.example.bought", data={"id": "1"}))
    assert (answer.status_code, "order has no field reference any more" in answer.text) == (422, True)
    answer = await office.ask("admin", "PUT", "/organisation/events/bought", row)
    assert (answer.status_code, reasons(answer)) == (422, [("input", "unknown-field", "field")])
