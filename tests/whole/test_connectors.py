"""A record has an outside system do something once, whatever fails, and takes it back; its token is kept nowhere."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store.publishing import publish
from tests.api.office import Office, an_office
from tests.cli.stewards import PATIENCE
from tests.demo.companies import TOKEN, Systems, a_connected_company
from tests.shipped_actions import ACTIONS, SHAPES
from tests.temporal import TemporalServer

pytestmark = pytest.mark.server

ENTRY = """
process: entry
version: 1
title: Entry
number: ENT
owner: manager
read: [agent]
start: {to: granting, by: [agent], needs: [who]}
fields: {who: text, account: text}
states:
  granting:
    do:
      - call: identity.grant
        with: {person: =who, entitlement: crm}
        save: {account: =result.account}
        undo: [{call: identity.revoke, with: {person: =who, entitlement: crm, account: =account}}]
    transitions:
      back_out: {to: going_back, by: [agent]}
  going_back:
    do: [{rollback: granting}, {go: gone}]
  gone: {final: true}
"""


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Systems]:
    """The demo company's systems, where the worker's environment says."""
    with a_connected_company(tmp_path / "company.db") as systems:
        yield systems


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TemporalServer]:
    """A Temporal server."""
    running = TemporalServer(tmp_path)
    yield running
    running.kill()


async def until(claim: Callable[[], Awaitable[Any]]) -> Any:
    """Wait until something is so, and give what it says."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await claim()):
            await asyncio.sleep(0.1)
    return found


async def shown(office: Office, record: str, **wanted: Any) -> dict[str, Any] | None:
    """Show a record when its fields or its state are so."""
    found: dict[str, Any] = (await office.get("ann", f"/records/{record}")).json()
    values = {**found["fields"], "state": found["state"]}
    return found if all(values[name] == value for name, value in wanted.items()) else None


async def test_an_account_is_opened_once_after_two_failures_and_closed_when_it_is_taken_back(
    tmp_path: Path, server: TemporalServer, company: Systems
) -> None:
    company.control(fail=2, carried_out=True)
    temporal = await server.connect()
    async with an_office(tmp_path / "steward.db", temporal, actions=SHAPES, work={"actions": ACTIONS}) as office:
        await publish(office.services.database, ENTRY, "", {}, SHAPES, "test", time.time())
        begun = await office.post("ann", "/processes/entry/records", {"fields": {"who": "carl"}})
        record = begun.json()["id"]
        await until(lambda: shown(office, record, account="1"))
        assert [(row["person"], row["state"]) for row in company.rows("accounts")] == [("carl", "open")]
        assert (await office.act("ann", record, "back_out")).status_code == 200
        await until(lambda: shown(office, record, state="gone"))
        assert [row["state"] for row in company.rows("accounts")] == ["closed"]
        history = [event.SerializeToString() async for event in _history(temporal, record)]
    assert TOKEN.encode() not in b"".join([*history, *(each.read_bytes() for each in tmp_path.glob("steward.db*"))])


def _history(temporal: Any, record: str) -> Any:
    return temporal.get_workflow_handle(record).fetch_history_events()
