"""The courier tells webhooks what has happened: at least once, under one id, and only what their owner may see."""

import asyncio
import json
import time
from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import pytest
from cloudevents.v1.http import from_http
from standardwebhooks import Webhook as Verifier

from activities.connectors.declaring import Network
from activities.relay import Confirm
from activities.webhooks.courier import LEASE, Courier, CourierOptions
from activities.webhooks.trying import ATTEMPTS, PATIENCE
from engine.record import Actor, Event, Kind
from store import deliveries, inbox, tokens, webhooks
from store.database import Database
from store.deliveries import DEAD, DELIVERED, WAITING, Delivery
from store.sealing import Seals, new_key
from store.webhooks import Webhook
from tests.activities.connectors.outside import Asked, Outside, an_outside, answer
from tests.activities.story import SEND, Story
from workflows.client import BusyError

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)
KEY = new_key()
SEALS = Seals(lambda: (KEY,))
SECRET = webhooks.new_secret()
BEGUN = 1_800_000_000.0


class Clock:
    """The time, as the test says."""

    def __init__(self) -> None:
        self.now = BEGUN

    def __call__(self) -> float:
        return self.now


def a_courier(database: Database, confirm: Confirm, clock: Clock, networks: Sequence[Network] = LOOPBACK) -> Courier:
    told = CourierOptions("http://steward.test/", SEALS, clock, networks, chance=lambda: 0.5)
    return Courier(database, confirm, told)


async def subscribed(database: Database, outside: Outside, owner: str = "ann", **columns: Any) -> Webhook:
    usual: dict[str, Any] = {
        "id": "wh_1",
        "url": f"http://127.0.0.1:{outside.port}/hook",
        "description": "",
        "processes": (),
        "types": (),
        "owner": owner,
        "roles": (),
        "groups": ("dispatch",),
        "active": True,
        "paused_because": "",
        "secret": webhooks.seal_secret(SEALS, "wh_1", SECRET),
        "previous_secret": None,
        "previous_until": None,
        "rotation": "",
        "feed": 0,
        "failing_since": None,
        "created_at": BEGUN,
    }
    await tokens.create(database, "robot", "robot", roles=("agent",), groups=(), at=BEGUN, expires=None)
    made, _ = await webhooks.create(database, Webhook(**{**usual, **columns}))
    return made


async def log(database: Database) -> list[Delivery]:
    return sorted((await deliveries.log_of(database, "wh_1")).deliveries, key=lambda each: each.seq)


async def states(database: Database) -> list[str]:
    return [each.state for each in await log(database)]


async def present(database: Database) -> Webhook:
    found = await webhooks.find(database, "wh_1")
    assert found is not None
    return found


def event(asked: Asked) -> dict[str, Any]:
    return json.loads(asked.body)  # type: ignore[no-any-return]  # JSON


async def test_what_happens_is_told_in_order_as_cloud_events(database: Database) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        story = await Story(database).start()
        await story.send()
        courier = a_courier(database, story.head, Clock())
        assert await courier.round()
        assert not await courier.round()
    first, second = map(event, outside.asked)
    assert (first["type"], second["type"]) == ("steward.record.start", "steward.record.act")
    assert first["source"] == "http://steward.test/api/v1/records"
    assert (second["subject"], second["data"]["entry"]["name"]) == ("PAR0000001", "send")
    assert second["data"]["state"] == "sent"
    assert await states(database) == [DELIVERED, DELIVERED]


async def test_the_official_packages_accept_what_arrives(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        story = await Story(database).start()
        clock = Clock()
        clock.now = time.time()
        await a_courier(database, story.head, clock).round()
    [asked] = outside.asked
    verified = Verifier(SECRET).verify(asked.body, asked.headers)
    parsed = from_http(asked.headers, asked.body)
    assert (parsed["type"], parsed["subject"]) == ("steward.record.start", "PAR0000001")
    assert parsed.data == verified["data"]


async def test_both_secrets_sign_while_one_replaces_the_other(database: Database) -> None:
    fresh = webhooks.new_secret()
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        await webhooks.rotate(
            database, "wh_1", webhooks.seal_secret(SEALS, "wh_1", fresh), "r2", BEGUN + webhooks.OVERLAP
        )
        story, clock = await Story(database).start(), Clock()
        await a_courier(database, story.head, clock).round()
        clock.now += webhooks.OVERLAP
        await story.send()
        await a_courier(database, story.head, clock).round()
    assert [len(asked.headers["webhook-signature"].split(" ")) for asked in outside.asked] == [2, 1]


async def test_what_temporal_does_not_confirm_waits_and_what_it_never_saw_is_never_told(database: Database) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        story, clock = await Story(database).start(), Clock()
        await story.lose(SEND)
        courier = a_courier(database, story.head, clock)
        await courier.round()
        assert outside.asked == []
        assert await states(database) == [WAITING, WAITING]
        await story.take(Event(Kind.COMMENT, data={"text": "Heavy"}))
        clock.now += 60
        await courier.round()
    assert [event(asked)["type"] for asked in outside.asked] == ["steward.record.start", "steward.record.comment"]
    assert await states(database) == [DELIVERED, DELIVERED]


@pytest.mark.parametrize("gone", [True, False])
async def test_a_record_that_gives_no_answer_is_asked_later_without_an_attempt(database: Database, gone: bool) -> None:
    async def confirm(name: str) -> None:
        if not gone:
            raise BusyError("no worker")

    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        await Story(database).start()
        await a_courier(database, confirm, Clock()).round()
        [row] = await log(database)
    assert (row.state, row.failures, outside.asked) == (WAITING, 0, [])


@pytest.mark.parametrize(("owner", "groups", "weight"), [("ann", ("dispatch",), True), ("robot", (), False)])
async def test_internal_lines_are_told_to_those_who_see_the_record_in_full(
    database: Database, owner: str, groups: tuple[str, ...], weight: bool
) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside, owner, groups=groups)
        story = await Story(database).start(weight=12)
        await a_courier(database, story.head, Clock()).round()
    [asked] = outside.asked
    assert ("weight" in asked.body.decode()) == weight


async def test_what_the_owner_may_not_see_is_neither_told_nor_logged(database: Database) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside, "robot", groups=())
        story = await Story(database).start()
        await story.take(Event(Kind.COMMENT, actor=Actor("ann"), data={"text": "Secretly", "internal": True}))
        await a_courier(database, story.head, Clock()).round()
    assert [event(asked)["type"] for asked in outside.asked] == ["steward.record.start"]
    assert await states(database) == [DELIVERED]


async def test_a_failure_is_tried_again_ever_later_for_a_day_under_the_same_id(database: Database) -> None:
    async with an_outside(answer(500, {"why": "x" * 3_000})) as outside:
        await subscribed(database, outside)
        story, clock = await Story(database).start(), Clock()
        courier, waits = a_courier(database, story.head, clock), list[float]()
        while (await courier.round()) and (row := (await log(database))[0]).state == WAITING:
            waits.append(row.due_at - clock.now)
            clock.now = row.due_at
    assert waits == [5, 15, 45, 135, 405, 1_215, 3_645, 10_935, 21_600, 21_600, 21_600]
    assert len(outside.asked) == ATTEMPTS == len(row.attempts)
    assert (row.state, row.attempts[0].error, len(row.attempts[0].answer)) == (DEAD, "it answered 500", 2_048)
    assert len({asked.headers["webhook-id"] for asked in outside.asked}) == 1
    assert len({asked.headers["webhook-timestamp"] for asked in outside.asked}) == ATTEMPTS


async def test_a_receiver_that_asks_for_time_gets_it(database: Database) -> None:
    async with an_outside(answer(429, {}, **{"Retry-After": "600"})) as outside:
        await subscribed(database, outside)
        story = await Story(database).start()
        await a_courier(database, story.head, Clock()).round()
    [row] = await log(database)
    assert row.due_at == BEGUN + 600


async def test_a_redirect_is_not_followed(database: Database) -> None:
    async with an_outside(answer(204, b"")) as inside, an_outside() as outside:
        outside.answers.append(answer(302, {}, Location=f"http://127.0.0.1:{inside.port}/"))
        await subscribed(database, outside)
        story = await Story(database).start()
        await a_courier(database, story.head, Clock()).round()
    [row] = await log(database)
    assert (inside.asked, row.attempts[0].error) == ([], "it answered 302")


@pytest.mark.parametrize("networks", [(), (ip_network("10.0.0.0/8"),)])
async def test_an_address_that_no_operator_has_named_is_not_reached(
    database: Database, networks: tuple[Network, ...]
) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        story = await Story(database).start()
        await a_courier(database, story.head, Clock(), networks).round()
    [row] = await log(database)
    assert (outside.asked, row.state, row.attempts[0].status) == ([], WAITING, None)
    assert "STEWARD_WEBHOOK_NETWORKS" in row.attempts[0].error


async def test_a_receiver_that_is_gone_pauses_its_webhook(database: Database) -> None:
    async with an_outside(answer(410, {})) as outside:
        await subscribed(database, outside)
        story = await Story(database).start()
        await story.send()
        await a_courier(database, story.head, Clock()).round()
    found = await present(database)
    assert (found.active, found.paused_because) == (False, "its receiver answered 410: it wants no more")
    assert await states(database) == [DEAD, WAITING]
    [letter] = await inbox.letters(database, "ann")
    assert letter.subject == "Webhook wh_1 is paused"


async def test_a_webhook_that_fails_for_a_day_is_paused_and_its_owner_told_once(database: Database) -> None:
    async with an_outside(answer(500, {})) as outside:
        await subscribed(database, outside)
        story, clock = await Story(database).start(), Clock()
        courier = a_courier(database, story.head, clock)
        await courier.round()
        clock.now += PATIENCE
        await courier.round()
        await courier.round()
    assert not (await present(database)).active
    assert len(await inbox.letters(database, "ann")) == 1


async def test_what_gets_through_ends_a_failure(database: Database) -> None:
    async with an_outside(answer(500, {}), answer(204, b"")) as outside:
        await subscribed(database, outside)
        story, clock = await Story(database).start(), Clock()
        courier = a_courier(database, story.head, clock)
        await courier.round()
        assert (await present(database)).failing_since == BEGUN
        clock.now += PATIENCE
        await courier.round()
    assert ((await present(database)).failing_since, (await present(database)).active) == (None, True)


async def test_a_courier_that_dies_in_the_middle_doubles_nothing_but_one_id(database: Database) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        story, clock = await Story(database).start(), Clock()
        outside.answers, outside.silence = [b""], asyncio.Event()
        dying = asyncio.create_task(a_courier(database, story.head, clock).round())
        while not outside.asked:
            await asyncio.wait({dying}, timeout=0.05)
        dying.cancel()
        await asyncio.wait({dying})
        outside.silence.set()
        outside.silence, outside.answers = None, [answer(204, b"")]
        assert not await a_courier(database, story.head, clock).round()
        clock.now += LEASE
        await a_courier(database, story.head, clock).round()
        await a_courier(database, story.head, clock).round()
    assert len(outside.asked) == 2
    assert len({asked.headers["webhook-id"] for asked in outside.asked}) == 1
    assert await states(database) == [DELIVERED]


async def test_two_couriers_on_one_store_tell_once(database: Database) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        story = await Story(database).start()
        await asyncio.gather(*(a_courier(database, story.head, Clock()).round() for _ in range(3)))
    assert len(outside.asked) == 1


async def test_a_webhook_whose_owner_has_left_is_paused(database: Database) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside, "zoe")
        story = await Story(database).start()
        await a_courier(database, story.head, Clock()).round()
    found = await present(database)
    assert (found.active, outside.asked) == (False, [])
    assert "zoe" in found.paused_because


async def test_a_secret_that_no_key_opens_is_a_failure_that_can_be_mended(database: Database) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside, secret="nothing")
        story = await Story(database).start()
        await a_courier(database, story.head, Clock()).round()
    [row] = await log(database)
    assert (row.state, outside.asked) == (WAITING, [])
    assert "cannot be opened" in row.attempts[0].error


async def test_a_test_is_sent_as_an_event_of_its_own(database: Database) -> None:
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        await deliveries.ping(database, "wh_1", "1", BEGUN)
        await a_courier(database, Story(database).head, Clock()).round()
    told = event(outside.asked[0])
    assert (told["type"], told["subject"]) == ("steward.webhook.ping", "wh_1")


async def test_the_loop_tells_what_comes_and_stops_when_told(database: Database) -> None:
    stop = asyncio.Event()
    async with an_outside(answer(204, b"")) as outside:
        await subscribed(database, outside)
        story = Story(database)
        running = asyncio.create_task(a_courier(database, story.head, Clock()).run(stop))
        await story.start()
        while await states(database) != [DELIVERED]:
            await asyncio.wait({running}, timeout=0.05)
        stop.set()
        await running
    assert len(outside.asked) == 1
