"""What the API answers while something it needs is away: nothing is carried out, now or later."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from activities.registry import shapes
from store.database import Database
from tests.api.office import Office, a_key, an_office, reasons
from tests.api.test_alerts import a_notification
from tests.api.test_metrics import scraped
from tests.temporal import TemporalServer
from workflows.queues import Queue

BODY = {"fields": {"summary": "x", "customer": "carl"}}
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def test_a_start_without_a_worker_is_accepted_and_found_later(alone: Office) -> None:
    key = a_key()
    first, again = [await alone.post("ann", "/processes/repair/records", BODY, Idempotency_Key=key) for _ in range(2)]
    assert (first.status_code, first.json()) == (202, {"id": "REP0000001", "process": "repair"})
    assert (again.status_code, again.headers["location"]) == (202, first.headers["location"])
    assert (await alone.get("ann", first.headers["location"])).status_code == 404


async def test_the_end_of_an_alert_is_not_lost_while_its_record_has_not_begun(alone: Office) -> None:
    told = a_notification(groupKey=a_key())
    begun, ended = [
        (await alone.post("alarms", "/intake/alertmanager", each)).json()["taken"]
        for each in (told, {**told, "status": "resolved"})
    ]
    assert [each["did"] for each in (*begun, *ended)] == ["started", "resolved"]
    assert begun[0]["record"] == ended[0]["record"]


async def test_without_a_worker_it_lives_but_is_not_ready(alone: Office) -> None:
    assert (await alone.http.get("/healthz")).json() == {"status": "ok"}
    ready = await alone.http.get("/readyz")
    told = {"database": "ok", "temporal": "ok", "worker": "no worker asks for work", "worker_asked": None}
    assert (ready.status_code, {name: ready.json()[name] for name in told}) == (503, told)


async def test_without_temporal_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    server = TemporalServer(tmp_path)
    client = await server.connect()
    async with an_office(tmp_path / "steward.db", client, worker=False, command_wait=0.5) as office:
        server.kill()
        assert (await office.http.get("/healthz")).status_code == 200
        ready = await office.http.get("/readyz")
        assert (ready.status_code, ready.json()["database"], ready.json()["status"]) == (503, "ok", "not ready")


async def test_a_queue_of_actions_that_nobody_serves_is_named_and_everything_else_goes_on(tmp_path: Path) -> None:
    server, file = TemporalServer(tmp_path), tmp_path / "steward.db"
    client = await server.connect()
    async with an_office(file, client, work={"queues": (Queue.RECORDS,)}, actions=shapes()) as office:
        await office.repair()
        ready, found = await office.http.get("/readyz"), await scraped(office)
        assert (ready.status_code, ready.json()["unserved"]) == (200, [Queue.DEPLOYMENTS])
        served = {labels[0][1]: is_so for (name, labels), is_so in found.items() if name == "steward_queue_served"}
        assert served == {Queue.RECORDS: 1, Queue.DEPLOYMENTS: 0}
    async with an_office(file, client, actions=shapes()) as office:
        while (await office.http.get("/readyz")).json()["unserved"]:  # its workers have just begun
            await asyncio.sleep(0.05)
        server.kill()
        assert not [name for name, _ in await scraped(office) if name == "steward_queue_served"]


async def test_without_its_database_it_is_busy(alone: Office, tmp_path: Path) -> None:
    nowhere = Database(f"sqlite:///{tmp_path}/no/such/folder.db")
    away = Office(replace(alone.services, database=nowhere), alone.clock, alone.secrets)
    answer = await away.get("ann", "/records")
    assert (answer.status_code, answer.headers.get("retry-after"), reasons(answer)) == (503, "2", [])
    assert (await away.http.get("/readyz")).status_code == 503
    await away.http.aclose()
    await nowhere.close()


async def test_a_command_without_a_worker_is_busy_and_never_carried_out(tmp_path: Path) -> None:
    server = TemporalServer(tmp_path)
    client, file = await server.connect(), tmp_path / "steward.db"
    async with an_office(file, client) as office:
        record = (await office.repair())["id"]
        ready = await office.http.get("/readyz")
        assert (ready.status_code, ready.json()["worker"], ready.json()["worker_asked"] >= 0) == (200, "ok", True)
    async with an_office(file, client, worker=False, command_wait=1.0) as office:
        office.clock.ahead = 600.0
        ready = await office.http.get("/readyz")
        assert (ready.status_code, ready.json()["worker"].split(" for ")[0]) == (503, "no worker has asked")
        office.clock.ahead = 0.0
        answer = await office.act("ann", record, "begin", assignee="ann")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    async with an_office(file, client) as office:
        assert (await office.act("ann", record, "cancel", reason="Late")).json()["seq"] == 2
    server.kill()
