"""Words in every place that somebody may not see are in nothing that they can read, whatever there is to read.

Every address that the application answers is looked at, without being told which there are: a new page is looked at,
too. What comes by mail and by webhook is read as well.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from ipaddress import ip_network
from itertools import product
from typing import Any, NamedTuple

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import Connection, select

from store.outbox import WAITING
from store.sealing import Seals, new_key
from store.tables import outbox
from tests.activities.connectors.outside import Outside, an_outside, answer
from tests.activities.mailbox import Mailbox, a_mailbox
from tests.api.office import an_office
from tests.portal.everywhere import PARAMETER, filled, places
from tests.portal.visits import Portal, Seen
from tests.portal.wards import Ward, a_ward, canary, prepare
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

KEY = new_key()
LOOPBACK = (ip_network("127.0.0.0/8"),)


class House(NamedTuple):
    """A portal with a full record, and who is told what happens to it."""

    portal: Portal
    ward: Ward
    mailbox: Mailbox
    outside: Outside
    webhook: str


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    file, seals = tmp_path_factory.mktemp("office") / "steward.db", Seals(lambda: [KEY])
    async with a_mailbox() as mailbox, an_outside(answer(200, b"thanks")) as outside:
        work = {"seals": seals, "webhook_networks": LOOPBACK, "mail": mailbox.options()}
        async with an_office(file, await temporal.connect(), work=work, seals=seals) as office:
            portal = Portal(office)
            await prepare(portal)
            token = await portal.token("fred")
            hook = {"url": f"http://127.0.0.1:{outside.port}/hook"}
            sent = {**await portal.headers("fred"), "X-CSRF-Token": token}
            made = await portal.http.post("/api/v1/webhooks", json=hook, headers=sent)
            assert made.status_code == 201, made.text
            yield House(portal, await a_ward(portal), mailbox, outside, made.json()["id"])
            await portal.http.aclose()


def addresses(house: House) -> list[str]:
    """Give every address that is read, with the names of what the record holds in the place of its parameters."""
    ward = house.ward
    record = (ward.record, ward.vault)
    given = {
        "record": record,
        "digest": ward.digests,
        "process": ("ward", "vault"),
        "kind": ("ward", "vault", "user"),
        "webhook": (house.webhook,),
        "transition": ("leave", "raise"),
        "path": ("2/kept/do/1/look/0",),
        "version": ("1",),
        "number": ("1",),
    }
    read = places(house.portal.app.routes, "GET")
    return [address + place.query for place in read for address in filled(place.path, given)]


def told(seen: Seen) -> str:
    """Give all that an answer tells."""
    return f"{seen.answer.headers.multi_items()}\n{seen.answer.text}"


async def leaks(portal: Portal, who: str, path: str, words: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Name what somebody is told at an address that they may not know."""
    text = told(await portal.see(who, path))
    return [(path, place) for place, word in words if word in text]


async def test_nothing_that_is_readable_tells_what_only_agents_see(house: House) -> None:
    found = []
    for path in addresses(house):
        found += await leaks(house.portal, "carl", path, house.ward.kept.items())
    assert found == []


async def test_nothing_that_is_readable_tells_anything_of_a_record_to_who_does_not_see_it(house: House) -> None:
    words = [*house.ward.kept.items(), *house.ward.shared.items()]
    found = []
    for path in addresses(house):
        found += await leaks(house.portal, "dora", path, words)
    assert found == []


ABSENT = "WRD7654321"
TRIED = [("GET", {}), ("GET", {"If-None-Match": '"1"'}), ("HEAD", {}), ("OPTIONS", {})]


@pytest.mark.parametrize(("method", "headers"), TRIED)
async def test_a_record_that_is_not_for_somebody_is_answered_like_none_at_every_address(
    house: House, method: str, headers: dict[str, str]
) -> None:
    record, given = house.ward.record, {**await house.portal.headers("dora"), "X-Request-Id": "alike", **headers}
    for path in [each for each in addresses(house) if record in each]:
        theirs, none = [
            await house.portal.http.request(method, path.replace(record, name), headers=given)
            for name in (record, ABSENT)
        ]
        assert (theirs.status_code, theirs.text.replace(record, ABSENT)) == (none.status_code, none.text), path
        assert told_by(theirs).replace(record, ABSENT) == told_by(none), path


def told_by(answer: httpx2.Response) -> str:
    """Give what the headers of an answer say."""
    return str([each for each in answer.headers.multi_items() if each[0] != "date"])


async def test_the_cursor_of_somebody_who_sees_more_leads_to_nothing_more(house: House) -> None:
    await a_record_of_ann(house)
    page = (await house.portal.office.get("ann", "/records?sort=-hidden&limit=1")).json()
    found = await house.portal.see("dora", page["next"])
    assert found.answer.json() == {"records": [], "next": None}
    theirs = (await house.portal.office.get("carl", page["next"].replace("limit=1", "limit=200"))).json()["records"]
    assert {each["process"] for each in theirs} <= {"ward"}


async def a_record_of_ann(house: House) -> None:
    """Let there be a record that only agents see."""
    fields = {"summary": "Ours", "customer": "ann", "hidden": canary("ours")}
    assert (await house.portal.office.post("ann", "/processes/ward/records", {"fields": fields})).status_code == 201


async def test_who_sees_in_full_reads_all_of_it_so_that_the_others_could_have(house: House) -> None:
    texts = [told(await house.portal.see("ann", path)) for path in addresses(house)]
    words = {**house.ward.kept, **house.ward.shared}
    assert [place for place, word in words.items() if not any(word in text for text in texts)] == []


WRITES = [
    ("PATCH", "", {"fields": {"place": "Here"}}),
    ("PATCH", "", {"fields": {"wage": "-1"}}),
    ("PATCH", "", {"fields": {"hidden": "x"}}),
    ("POST", "/actions/leave", {}),
    ("POST", "/actions/raise", {"with": {"wage": "x"}}),
    ("POST", "/comments", {"text": "I see"}),
    ("POST", "/faults/1/retry", {}),
    ("PUT", "/watchers/me", None),
]
"""What the customer of a record may try, some of it with success."""


@pytest.mark.parametrize(("way", "path", "body"), WRITES)
async def test_no_answer_to_what_somebody_does_tells_more(house: House, way: str, path: str, body: Any) -> None:
    answer = await house.portal.office.ask("carl", way, f"/records/{house.ward.record}{path}", body)
    assert answer.status_code < 500
    assert [place for place, word in house.ward.kept.items() if word in answer.text] == []


async def test_no_answer_to_many_commands_tells_more(house: House) -> None:
    records = (house.ward.record, house.ward.vault)
    asked = [{"record": each, "transition": "leave"} for each in records]
    answer = await house.portal.office.post("carl", "/records/actions", {"actions": asked})
    assert [each["status"] for each in answer.json()["results"]] == [409, 404]
    assert [place for place, word in house.ward.kept.items() if word in answer.text] == []


def lists(house: House) -> list[str]:
    """Give the addresses that name nothing: lists are among them."""
    return [each.path for each in places(house.portal.app.routes, "GET") if not PARAMETER.search(each.path)]


async def named(house: House, who: str, path: str) -> list[str]:
    """Give the records that an answer names, in its order, each once."""
    seen = await house.portal.see(who, path)
    return list(dict.fromkeys(re.findall(r"(?:WRD|VLT)\d{7}", seen.answer.text)))


async def test_what_is_internal_finds_nothing_wherever_one_looks_for_it(house: House) -> None:
    kept, found = house.ward.kept, []
    for path, (name, word) in product(
        lists(house),
        [("q", kept["hidden"][:20]), ("hidden", kept["hidden"]), ("tags", kept["tags"]), ("q", kept["note"][:20])],
    ):
        theirs, none = [await named(house, "carl", f"{path}?{name}={each}") for each in (word, "zqnothing")]
        found += [path] if theirs != none else []
    assert found == []
    assert house.ward.record in await named(house, "ann", f"/api/v1/records?q={kept['hidden'][:20]}")


async def test_nothing_is_in_the_order_of_what_is_internal(house: House) -> None:
    office, found = house.portal.office, []
    for hidden in ("b", "c", "a"):
        fields = {"summary": "Sorted", "customer": "carl", "hidden": f"{hidden}{canary('order')}"}
        assert (await office.post("ann", "/processes/ward/records", {"fields": fields})).status_code == 201
    for path, sort in product(lists(house), ("hidden", "-hidden")):
        order = await named(house, "carl", f"{path}?q=sorted&sort={sort}")
        innocent = (sorted(order), sorted(order, reverse=True), await named(house, "carl", f"{path}?q=sorted"))
        found += [path] if order not in innocent else []
    assert found == []
    by_hidden = await named(house, "ann", "/api/v1/records?process=ward&q=sorted&sort=hidden")
    assert len(by_hidden) == 3
    assert by_hidden not in (sorted(by_hidden), sorted(by_hidden, reverse=True))


async def test_no_mail_tells_what_only_agents_see(house: House) -> None:
    office = house.portal.office
    while await office.services.database.read(waiting):
        await asyncio.sleep(0.05)
    letters = (await office.get("carl", "/inbox?limit=200")).json()["messages"]
    assert {"could not be carried out", "is blocked"} <= {
        words for words in ("could not be carried out", "is blocked") for each in letters if words in each["body"]
    }
    assert any(
        house.ward.kept["hidden"] in each["body"] for each in (await office.get("bob", "/inbox")).json()["messages"]
    )
    mails = [each.as_string() for each in house.mailbox.taken]
    assert len(mails) >= len([each for each in letters if each["record"] == house.ward.record])
    assert [place for place, word in house.ward.kept.items() if any(word in mail for mail in mails)] == []


def waiting(connection: Connection) -> bool:
    """Say whether anything is still to be sent."""
    rows = select(outbox.c.key).where(outbox.c.state == WAITING).limit(1)
    return connection.execute(rows).first() is not None


async def test_no_webhook_tells_more_than_its_owner_sees(house: House) -> None:
    headers = await house.portal.headers("fred")
    while True:
        address = f"/api/v1/webhooks/{house.webhook}/deliveries?limit=200"
        rows = (await house.portal.http.get(address, headers=headers)).json()["deliveries"]
        if rows and all(each["state"] != "waiting" for each in rows):
            break
    bodies = [each.body.decode() for each in house.outside.asked]
    assert any(house.ward.shared["place"] in each for each in bodies)
    assert [place for place, word in house.ward.kept.items() if any(word in each for each in bodies)] == []
