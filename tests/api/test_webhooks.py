"""Webhooks at the API: administrators manage them, each is told what its owner may see, and no secret is told twice."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from cloudevents.v1.http import from_http
from standardwebhooks import Webhook as Verifier

from store.sealing import Seals, new_key
from tests.activities.connectors.outside import Outside, an_outside, answer
from tests.api.office import Office, a_token, an_office, reasons
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

SOMEWHERE = {"url": "https://chat.example.org/hooks/1"}


@dataclass
class Desk:
    """An office with a worker, and a receiver of webhooks."""

    office: Office
    outside: Outside

    async def make(self, who: str = "admin", **given: Any) -> dict[str, Any]:
        """Make a webhook that leads to the receiver."""
        url = f"http://127.0.0.1:{self.outside.port}/hook"
        made = await self.office.post(who, "/webhooks", {"url": url, **given})
        assert made.status_code == 201, made.text
        return made.json()  # type: ignore[no-any-return]  # JSON

    async def settled(self, webhook: str) -> list[dict[str, Any]]:
        """Give what was sent to a webhook, as soon as there is something and nothing waits any more."""
        while True:
            found = (await self.office.get("admin", f"/webhooks/{webhook}/deliveries")).json()["deliveries"]
            if found and all(each["state"] != "waiting" for each in found):
                return found  # type: ignore[no-any-return]  # JSON


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    key = new_key()
    seals = Seals(lambda: (key,))
    work = {"seals": seals, "webhook_networks": (ip_network("127.0.0.0/8"),)}
    file = tmp_path_factory.mktemp("desk") / "steward.db"
    async with (
        an_outside(answer(200, b"thanks")) as outside,
        an_office(file, await temporal.connect(), work=work, seals=seals) as office,
    ):
        database = office.services.database
        office.secrets["admin"] = await a_token(database, "robot", "administrator", "agent")
        office.secrets["other"] = await a_token(database, "another robot", "administrator")
        yield Desk(office, outside)


async def test_what_happens_reaches_the_receiver_and_the_log(desk: Desk) -> None:
    made = await desk.make(processes=["repair"], types=["steward.record.start"])
    record = (await desk.office.repair(summary="Tell me"))["id"]
    [row] = await desk.settled(made["id"])
    asked = desk.outside.asked[-1]
    assert (row["record"], row["type"], row["attempts"][0]["answer"]) == (record, "steward.record.start", "thanks")
    assert asked.headers["webhook-id"] == row["id"]
    Verifier(made["secret"]).verify(asked.body, asked.headers)
    told = from_http(asked.headers, asked.body)
    page = (await desk.office.get("ann", f"/feed?record={record}")).json()["events"][0]
    assert told["source"] == f"http://steward.test{page['source']}"
    assert {name: told[name] for name in ("id", "type", "subject", "time")} == {
        name: page[name] for name in ("id", "type", "subject", "time")
    }
    del page["data"]["entry"]["origin"]
    assert told.data == page["data"]


async def test_other_administrators_see_the_log_but_not_of_what_they_may_not_see(desk: Desk) -> None:
    made = await desk.make(types=["steward.record.start"])
    await desk.office.repair(summary="Not for all")
    await desk.settled(made["id"])
    [row] = (await desk.office.get("other", f"/webhooks/{made['id']}/deliveries")).json()["deliveries"]
    assert (row["record"], row["attempts"][0]["answer"], row["attempts"][0]["status"]) == (None, None, 200)


async def test_a_message_is_sent_again_under_its_id_and_a_test_under_its_own(desk: Desk) -> None:
    made = await desk.make(types=["steward.record.withdraw"])
    address = f"/webhooks/{made['id']}"
    ping = (await desk.office.post("admin", f"{address}/ping")).json()
    await desk.settled(made["id"])
    again = await desk.office.post("admin", f"{address}/deliveries/{ping['id']}/redeliver")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    [row] = await desk.settled(made["id"])
    assert len(row["attempts"]) == 2
    sent = [asked for asked in desk.outside.asked if asked.headers["webhook-id"] == ping["id"]]
    assert [json.loads(asked.body)["type"] for asked in sent] == ["steward.webhook.ping"] * 2
    unknown = await desk.office.post("admin", f"{address}/deliveries/msg_none/redeliver")
    assert unknown.status_code == 404


async def test_the_log_comes_page_by_page(desk: Desk) -> None:
    made = await desk.make(types=["steward.record.withdraw"])
    address = f"/webhooks/{made['id']}"
    pings = {(await desk.office.post("admin", f"{address}/ping")).json()["id"] for _ in range(3)}
    page, seen = await desk.office.get("admin", f"{address}/deliveries?limit=2"), list[str]()
    seen += [each["id"] for each in page.json()["deliveries"]]
    assert page.links["next"]["url"] == page.json()["next"]
    page = await desk.office.get("admin", page.json()["next"])
    seen += [each["id"] for each in page.json()["deliveries"]]
    assert (len(seen), set(seen), page.json()["next"]) == (3, pings, None)
    assert (await desk.office.get("admin", f"{address}/deliveries?cursor=x")).status_code == 422


async def test_a_secret_is_shown_to_who_makes_it_and_to_nobody_else(desk: Desk) -> None:
    made = await desk.make()
    address = f"/webhooks/{made['id']}"
    rotated = (await desk.office.post("admin", f"{address}/secret")).json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != made["secret"]
    assert rotated["previous_secret_until"] is not None
    answers = [await desk.office.get("admin", each) for each in (address, "/webhooks", f"{address}/deliveries")]
    answers.append(await desk.office.ask("admin", "PATCH", address, {"description": "Chat"}))
    assert not [each for each in answers if 'secret":' in each.text or rotated["secret"] in each.text]


async def test_the_same_key_has_one_effect(desk: Desk) -> None:
    office, key = desk.office, {"Idempotency_Key": "once"}
    both = [(await office.post("admin", "/webhooks", SOMEWHERE, **key)).json() for _ in range(2)]
    assert both[0] == both[1]
    another = await office.post("admin", "/webhooks", {"url": "https://example.org"}, **key)
    assert reasons(another) == [("input", "key-reused", "Idempotency-Key")]
    address = f"/webhooks/{both[0]['id']}/secret"
    rotated = [(await office.post("admin", address, None, **key)).json()["secret"] for _ in range(2)]
    assert rotated[0] == rotated[1] != both[0]["secret"]


async def test_a_webhook_is_paused_resumed_and_taken_away(desk: Desk) -> None:
    made = await desk.make(types=["steward.record.withdraw"])
    address = f"/webhooks/{made['id']}"
    paused = await desk.office.ask("other", "PATCH", address, {"active": False})
    assert (paused.json()["active"], paused.json()["paused_because"]) == (False, "paused by another robot")
    assert reasons(await desk.office.post("admin", f"{address}/ping")) == [("state", "paused", "")]
    resumed = await desk.office.ask("admin", "PATCH", address, {"active": True, "description": "Again"})
    assert (resumed.json()["paused_because"], resumed.json()["description"]) == (None, "Again")
    assert (await desk.office.ask("admin", "DELETE", address)).status_code == 204
    calls = [("GET", address), ("DELETE", address), ("POST", f"{address}/ping"), ("GET", f"{address}/deliveries")]
    assert [(await desk.office.ask("admin", way, each)).status_code for way, each in calls] == [404] * 4


async def test_webhooks_are_listed_page_by_page(desk: Desk) -> None:
    for _ in range(2):
        await desk.office.post("admin", "/webhooks", SOMEWHERE)
    first = await desk.office.get("admin", "/webhooks?limit=1")
    second = await desk.office.get("other", first.json()["next"])
    ids = [each["id"] for page in (first, second) for each in page.json()["webhooks"]]
    assert ids == sorted(ids)
    assert len(ids) >= 2
    assert first.links["next"]["url"] == first.json()["next"]


async def test_only_the_owner_says_where_a_webhook_leads(desk: Desk) -> None:
    made = await desk.make(types=["steward.record.withdraw"])
    address = f"/webhooks/{made['id']}"
    refused: list[httpx2.Response] = [
        *[await desk.office.ask("other", "PATCH", address, {name: made[name]}) for name in ("url", "types")],
        await desk.office.post("other", f"{address}/secret"),
    ]
    assert [(each.status_code, each.json()["reasons"][0]["who"]) for each in refused] == [(403, ["robot"])] * 3


@pytest.mark.parametrize("who", ["ann", "bob", "carl", "alarms"])
async def test_webhooks_are_for_administrators(desk: Desk, who: str) -> None:
    made = (await desk.office.post("admin", "/webhooks", SOMEWHERE)).json()
    address = f"/webhooks/{made['id']}"
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/webhooks", None),
        ("POST", "/webhooks", SOMEWHERE),
        ("GET", address, None),
        ("PATCH", address, {"active": False}),
        ("DELETE", address, None),
        ("POST", f"{address}/secret", None),
        ("POST", f"{address}/ping", None),
        ("GET", f"{address}/deliveries", None),
        ("POST", f"{address}/deliveries/msg_1/redeliver", None),
        ("GET", "/webhooks/wh_none", None),
    ]
    answers = [await desk.office.ask(who, *call) for call in calls]
    assert [each.status_code for each in answers] == [403] * len(calls)
    assert (await desk.office.get("admin", address)).json()["active"]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"url": "ftp://example.org"}, "bad-value", "url"),
        ({"url": "https://"}, "bad-value", "url"),
        ({"url": "https://ann:secret@example.org"}, "bad-value", "url"),
        ({"url": "https://example.org/#a"}, "bad-value", "url"),
        ({"url": "https://example.org/ä"}, "bad-value", "url"),
        ({"url": "https://[::1"}, "bad-value", "url"),
        ({"url": "https://example.org:99999"}, "bad-value", "url"),
        ({**SOMEWHERE, "processes": ["repairs"]}, "unknown-name", "processes"),
        ({**SOMEWHERE, "types": ["steward.record.acts"]}, "unknown-name", "types"),
        ({**SOMEWHERE, "secret": "mine"}, "unknown-field", "secret"),
    ],
)
async def test_what_cannot_be_a_webhook_is_refused(desk: Desk, given: dict[str, Any], code: str, path: str) -> None:
    refused = await desk.office.post("admin", "/webhooks", given)
    assert refused.status_code == 422
    assert [(each[1], each[2]) for each in reasons(refused)] == [(code, path)]
    assert "secret@" not in refused.text
