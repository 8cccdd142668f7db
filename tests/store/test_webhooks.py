"""Webhooks and what is to be sent to them: nothing of the feed is left out, nothing becomes two messages."""

import asyncio
from itertools import chain
from typing import Any

import pytest

from language.organisation_reading import read_organisation
from store import deliveries, tokens, webhooks
from store.database import Database
from store.deliveries import DEAD, DELIVERED, WAITING, Attempt
from store.errors import CursorError, SealBrokenError
from store.fan_out import fan_out, with_work
from store.projections import project
from store.sealing import Seals, new_key
from store.webhooks import Webhook, reader
from tests.store.builders import a_projection, given

TAKEN = Attempt(20.0, 200, 0.1, "", "fine")
REFUSED = Attempt(20.0, 500, 0.1, "it answered 500", "oh\x00")


def a_webhook(name: str = "wh_1", **columns: Any) -> Webhook:
    usual: dict[str, Any] = {
        "url": "https://example.org/hook",
        "description": "",
        "processes": (),
        "types": (),
        "owner": "ann",
        "roles": ("agent",),
        "groups": (),
        "active": True,
        "paused_because": "",
        "secret": "sealed",
        "previous_secret": None,
        "previous_until": None,
        "rotation": "r1",
        "feed": 0,
        "failing_since": None,
        "created_at": 1.0,
    }
    return Webhook(id=name, **{**usual, **columns})


async def told(database: Database, name: str = "wh_1") -> list[tuple[str, int, str]]:
    """Fan out, and give what is in the log, oldest first."""
    while await fan_out(database, name, now=10.0):
        pass
    rows = (await deliveries.log_of(database, name, limit=200)).deliveries
    return [(row.record, row.seq, row.head) for row in sorted(rows, key=lambda row: row.feed)]


async def test_a_webhook_is_told_what_happens_from_its_beginning_on(database: Database) -> None:
    await given(database, a_projection("R0"))
    await webhooks.create(database, a_webhook())
    await project(database, a_projection("R1"))
    await project(database, a_projection("R1", 2))
    assert await with_work(database, 10.0) == ("wh_1",)
    assert await told(database) == [("R1", 1, "h1"), ("R1", 2, "h2")]
    assert await told(database) == [("R1", 1, "h1"), ("R1", 2, "h2")]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"processes": ("paper",)}, ["R1", "R2"]),
        ({"processes": ("other",)}, []),
        ({"types": ("steward.record.start",)}, ["R2"]),
        ({"types": ("steward.record.act", "steward.record.start"), "processes": ("paper",)}, ["R1", "R2"]),
    ],
)
async def test_a_webhook_is_told_of_its_processes_and_types(
    database: Database, columns: dict[str, Any], expected: list[str]
) -> None:
    await webhooks.create(database, a_webhook(**columns))
    await given(database, a_projection("R1", kind="act"), a_projection("R2", kind="start"))
    assert [record for record, _, _ in await told(database)] == expected
    assert await with_work(database, 10.0) == (("wh_1",) if expected else ())


async def test_an_event_that_is_projected_again_stays_one_message(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    await given(database, a_projection())
    first = await told(database)
    await project(database, a_projection(fence=200.0))
    assert await told(database) == first == [("R1", 1, "h1")]


async def test_what_a_lost_attempt_has_written_is_in_no_journal(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    await given(database, a_projection())
    await told(database)
    await project(database, a_projection(head="other", fence=200.0))
    assert await told(database) == [("R1", 1, "h1"), ("R1", 1, "other")]
    entries = [await deliveries.entry_of(database, row) for row in await taken(database)]
    assert [entry and entry.head for entry in entries] == [None, "other"]


async def test_couriers_beside_each_other_make_each_message_once(database: Database, another: Database) -> None:
    await webhooks.create(database, a_webhook())
    await given(database, *(a_projection(f"R{number}") for number in range(12)))
    await asyncio.gather(*(fan_out(each, "wh_1", 10.0) for each in (database, another) * 3))
    leases = [deliveries.lease(each, "wh_1", 10.0, 3, 60.0) for each in (database, another) * 4]
    leased = [row.id for row in chain.from_iterable(await asyncio.gather(*leases))]
    rest = [row.id for row in await deliveries.lease(database, "wh_1", 10.0, 20, 60.0)]
    assert len({*leased, *rest}) == len(leased) + len(rest) == 12


async def test_what_follows_in_a_record_waits_for_what_a_courier_has_taken(
    database: Database, another: Database
) -> None:
    await webhooks.create(database, a_webhook())
    await given(database, a_projection("R1"), a_projection("R2"))
    for seq in (2, 3):
        await project(database, a_projection("R1", seq))
    await fan_out(database, "wh_1", 10.0)
    [first] = await deliveries.lease(database, "wh_1", 10.0, 1, 60.0)
    beside = await deliveries.lease(another, "wh_1", 10.0, 8, 60.0)
    assert (first.record, [row.record for row in beside]) == ("R1", ["R2"])
    await deliveries.delivered(database, first, TAKEN)
    assert [row.seq for row in await deliveries.lease(another, "wh_1", 10.0, 8, 60.0)] == [2, 3]


async def taken(database: Database, now: float = 10.0) -> tuple[deliveries.Delivery, ...]:
    await fan_out(database, "wh_1", now)
    return await deliveries.lease(database, "wh_1", now, 10, 60.0)


async def test_a_message_that_nobody_has_ended_is_taken_again(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    await given(database, a_projection())
    [row] = await taken(database)
    assert await taken(database, 69.0) == ()
    assert [each.id for each in await taken(database, 70.0)] == [row.id]
    await deliveries.postpone(database, [row.id], 90.0)
    assert await taken(database, 89.0) == ()


async def test_how_a_message_went_is_kept(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    await given(database, a_projection())
    [row] = await taken(database)
    assert await deliveries.failed(database, row, REFUSED, 50.0) == 20.0
    assert await deliveries.failed(database, row, REFUSED._replace(at=30.0), None) == 20.0
    [dead] = (await deliveries.log_of(database, "wh_1")).deliveries
    assert (dead.state, dead.failures, dead.attempts[0].answer) == (DEAD, 2, "oh�")
    await deliveries.delivered(database, row, TAKEN)
    [sent] = (await deliveries.log_of(database, "wh_1")).deliveries
    assert (sent.state, sent.failures, len(sent.attempts)) == (DELIVERED, 0, 3)
    found = await webhooks.find(database, "wh_1")
    assert found is not None
    assert found.failing_since is None


async def test_a_message_is_sent_again_once_for_a_request(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    await given(database, a_projection())
    [row] = await taken(database)
    await deliveries.delivered(database, row, TAKEN)
    for _ in range(2):
        await deliveries.again(database, "wh_1", row.id, "request 1")
    [again] = await taken(database)
    assert (again.id, again.state) == (row.id, WAITING)
    await deliveries.delivered(database, again, TAKEN)
    asked = await deliveries.again(database, "wh_1", row.id, "request 1")
    assert asked is not None
    assert asked.state == DELIVERED
    assert await deliveries.again(database, "wh_2", row.id, "request 2") is None


async def test_a_test_is_made_once_for_a_request(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    both = [await deliveries.ping(database, "wh_1", "request 1", 10.0) for _ in range(2)]
    assert both[0] == both[1]
    assert len(await taken(database)) == 1
    assert await deliveries.ping(database, "wh_2", "request 1", 10.0) is None


async def test_the_log_is_read_page_by_page_and_forgotten_when_it_is_old(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    for number in range(5):
        await deliveries.ping(database, "wh_1", str(number), float(number))
    page, seen = await deliveries.log_of(database, "wh_1", limit=2), list[float]()
    seen += [each.created_at for each in page.deliveries]
    while page.next is not None:
        page = await deliveries.log_of(database, "wh_1", cursor=page.next, limit=2)
        seen += [each.created_at for each in page.deliveries]
    assert seen == [4.0, 3.0, 2.0, 1.0, 0.0]
    [first, *_] = await taken(database)
    await deliveries.delivered(database, first, TAKEN)
    assert await deliveries.forget(database, 100.0) == 1


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzFlOTk5LCJhIl0", "W05hTiwiYSJd", "WzEsMl0"])
async def test_a_cursor_of_another_list_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(CursorError):
        await deliveries.log_of(database, "wh_1", cursor=cursor)


async def test_a_paused_webhook_keeps_its_place(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    await webhooks.change(database, "wh_1", {"active": False})
    await given(database, a_projection())
    assert await with_work(database, 10.0) == ()
    assert await told(database) == []
    await webhooks.change(database, "wh_1", {"active": True})
    assert await told(database) == [("R1", 1, "h1")]


async def test_with_a_webhook_goes_what_was_to_be_sent(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    await deliveries.ping(database, "wh_1", "1", 1.0)
    assert await webhooks.remove(database, "wh_1")
    assert not await webhooks.remove(database, "wh_1")
    assert await told(database) == []
    assert await webhooks.find(database, "wh_1") is None


async def test_webhooks_are_listed_by_their_ids(database: Database) -> None:
    for name in ("wh_2", "wh_1", "wh_3"):
        made = await webhooks.create(database, a_webhook(name))
        assert made == (a_webhook(name), True)
    assert not (await webhooks.create(database, a_webhook("wh_2", url="http://other")))[1]
    assert [each.id for each in await webhooks.listed(database, "wh_1", 1)] == ["wh_2"]


async def test_a_secret_is_changed_once_for_a_request_and_both_sign_for_a_while(database: Database) -> None:
    await webhooks.create(database, a_webhook())
    await webhooks.rotate(database, "wh_1", "new", "r2", until=100.0)
    found = await webhooks.rotate(database, "wh_1", "newer", "r2", until=100.0)
    assert found is not None
    assert webhooks.signing(found, 99.0) == ("new", "sealed")
    assert webhooks.signing(found, 100.0) == ("new",)
    assert await webhooks.rotate(database, "wh_2", "new", "r2", 1.0) is None


def test_a_sealed_secret_opens_for_its_webhook_only() -> None:
    key = new_key()
    seals = Seals(lambda: (key,))
    secret = webhooks.new_secret()
    sealed = webhooks.seal_secret(seals, "wh_1", secret)
    assert webhooks.open_secret(seals, "wh_1", sealed) == secret
    with pytest.raises(SealBrokenError):
        webhooks.open_secret(seals, "wh_2", sealed)


AROUND = """
people:
  ann: {name: Ann, groups: [desk], roles: [agent, auditor]}
  gone: {name: Gone, groups: [], roles: [agent], active: false}
groups:
  desk: {title: Desk}
roles:
  agent: {title: Agent}
  auditor: {title: Auditor}
"""


@pytest.mark.parametrize(
    ("owner", "roles", "groups", "expected"),
    [
        ("ann", ("agent", "chief"), ("desk", "board"), (("agent",), ("desk",))),
        ("robot", ("agent",), ("desk",), (("agent",), ("desk",))),
        ("gone", ("agent",), (), None),
        ("nobody", ("agent",), (), None),
    ],
)
async def test_a_webhook_reads_as_its_owner_may_now_and_could_when_it_was_made(
    database: Database, owner: str, roles: tuple[str, ...], groups: tuple[str, ...], expected: tuple[Any, Any] | None
) -> None:
    around = read_organisation({"around.yaml": AROUND})
    await tokens.create(database, "robot", "robot", roles=("agent",), groups=(), at=1.0, expires=9.0)
    actor = await reader(database, a_webhook(owner=owner, roles=roles, groups=groups), around, 2.0)
    assert (actor and (actor.roles, actor.groups)) == expected
