"""Ten thousand random calls of those who may not make them change nothing: no table, no record's workflow."""

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, select
from starlette.types import ASGIApp, Message
from temporalio.api.enums.v1 import EventType

from api.app import create_app
from store.outbox import WAITING
from store.tables import access_log, metadata, outbox, token
from tests.api.office import Office, a_token
from tests.api.operations import Call, Operation, operations

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

SEED = 20_261_123
CALLS = 10_000
OF_THE_RECORD = 100
"""Calls of somebody who sees a record, which its workflow refuses."""
UNKNOWN = ("garbage", "expired")
STRANGERS = ("dora", "alarms")
PRIVILEGED = (
    "publish_definition",
    "check_definition",
    "move_records",
    "retire_version",
    "retire_process",
    "put_row",
    "delete_row",
    "apply_organisation",
    "start_record",
    "send_event",
    "take_alerts",
    "list_refusals",
    "export_journal",
    "decode_payloads",
    "encode_payloads",
)
"""What carl, a customer, may not do at all; records he may start, but none for ann."""
NOT_FOR_CUSTOMERS = ("begin", "finish", "stumble", "give_up", "ask", "cancel", "alarm_over")


class Attempt(NamedTuple):
    """A call of somebody who may not make it, and the answers that refuse it."""

    who: str
    call: Call
    statuses: tuple[int, ...]


async def some_records(office: Office) -> list[str]:
    """Give a new record, one with a task, and one with an approval."""
    new, working, judged = [(await office.repair())["id"] for _ in range(3)]
    for record in (working, judged):
        await office.act("ann", record, "begin", assignee="ann")
    await office.act("ann", judged, "stumble")
    assert (await office.act("ann", judged, "ask")).json()["approvals"][0]["id"] == f"{judged}.4.mend.1"
    return [new, working, judged]


def of_nobody(chance: random.Random, known: Sequence[Operation], record: str) -> Attempt:
    return Attempt(chance.choice(UNKNOWN), chance.choice(known).on(record), (401,))


def of_strangers(chance: random.Random, known: Sequence[Operation], record: str) -> Attempt:
    about = [each for each in known if each.is_about_a_record()]
    others = {"transition": chance.choice(NOT_FOR_CUSTOMERS), "number": str(chance.randrange(3))}
    return Attempt(chance.choice(STRANGERS), chance.choice(about).on(record, **others), (404,))


def of_customers(chance: random.Random, known: Sequence[Operation], record: str) -> Attempt:
    privileged = [each for each in known if each.name in PRIVILEGED]
    return Attempt("carl", chance.choice(privileged).on(record), (403,))


def of_who_sees_it(chance: random.Random, known: Sequence[Operation], record: str) -> Attempt:
    wanted = chance.choice(("act", "edit_record"))
    operation = next(each for each in known if each.name == wanted)
    call = operation.on(record, transition=chance.choice(NOT_FOR_CUSTOMERS))
    return Attempt("carl", call._replace(body={"fields": {"outcome": "x"}} if call.way == "PATCH" else {}), (403, 409))


async def made(office: Office, app: ASGIApp, attempt: Attempt) -> int:
    """Make a call as a server has it made: a client would take more time than the call."""
    call, said = attempt.call, list[Message]()
    body = b"" if call.body is None else json.dumps(call.body).encode()
    path, _, query = call.path.partition("?")
    sent = {"authorization": f"Bearer {office.secrets[attempt.who]}", "content-type": "application/json"}
    scope = {
        "type": "http",
        "method": call.way,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    assert said[0]["status"] in attempt.statuses, (attempt, said)
    return int(said[0]["status"])


def tables(connection: Connection) -> Mapping[str, Any]:
    """Give every row of every table, but for the log of refusals and when tokens were used."""
    kept = {
        table.name: [column for column in table.columns if column is not token.c.used_at]
        for table in metadata.sorted_tables
        if table is not access_log
    }
    return {name: sorted(map(repr, connection.execute(select(*columns)))) for name, columns in kept.items()}


async def workflows(office: Office, records: Sequence[str]) -> list[Any]:
    """Give where each record stands, and what its history holds besides the tasks of the worker."""
    handles = [office.services.client._temporal.get_workflow_handle(each) for each in records]
    histories = [await each.fetch_history() for each in handles]
    heads = [await office.services.client.head(each) for each in records]
    kinds = [[EventType.Name(each.event_type) for each in history.events] for history in histories]
    return [heads, [[kind for kind in each if "WORKFLOW_TASK" not in kind] for each in kinds]]


async def all_is_sent(office: Office) -> None:
    """Wait until nothing is on its way any more."""
    waiting = select(outbox.c.key).where(outbox.c.state == WAITING).limit(1)
    while await office.services.database.read(lambda connection: connection.scalar(waiting)):
        await asyncio.sleep(0.01)


async def test_ten_thousand_random_forbidden_calls_have_no_effect(office: Office) -> None:
    office.secrets |= {"garbage": "stw_x", "expired": await a_token(office.services.database, "bob", expires=1.0)}
    records, known = await some_records(office), await operations(office)
    known = [each for each in known if each.path.startswith("/api/")]
    await all_is_sent(office)
    before = [await office.services.database.read(tables), await workflows(office, records)]
    chance = random.Random(SEED)
    kinds, app = (*[of_nobody] * 6, *[of_strangers] * 3, of_customers), create_app(office.services)
    statuses = [
        await made(office, app, chance.choice(kinds)(chance, known, chance.choice(records)))
        for _ in range(CALLS - OF_THE_RECORD)
    ]
    statuses += [
        await made(office, app, of_who_sees_it(chance, known, chance.choice(records))) for _ in range(OF_THE_RECORD)
    ]
    assert (len(statuses), {*statuses}) == (CALLS, {401, 403, 404, 409}), SEED
    assert [await office.services.database.read(tables), await workflows(office, records)] == before
