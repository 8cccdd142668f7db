"""A link from a mail lets its person decide one approval once; looking decides nothing, and no other link is good."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from portal.decide import PRIVATE
from store.sealing import Seals, new_key
from store.signing import Link, Signing
from tests.api.office import Office, a_key, an_office
from tests.portal.visits import Portal, Seen
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

KEY, OTHER = new_key(), new_key()
SEALS = Seals(lambda: [KEY])
DAY = 86_400.0


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """The portal of an office that signs links."""
    client = await temporal.connect()
    async with an_office(tmp_path_factory.mktemp("office") / "steward.db", client, seals=SEALS) as office:
        opened = Portal(office)
        yield opened
        await opened.http.aclose()


async def an_approval(office: Office) -> str:
    """Have ann and bob asked whether to mend something, and give the approval's id."""
    record = (await office.repair(alarm=a_key()))["id"]
    await office.act("ann", record, "begin", assignee="ann")
    await office.act("ann", record, "stumble")
    return str((await office.act("ann", record, "ask")).json()["approvals"][0]["id"])


def a_link(approval: str, person: str = "ann", good_for: float = DAY) -> str:
    return f"/decide/{Signing(SEALS).link(Link(person, approval, time.time() + good_for))}"


async def look(portal: Portal, link: str) -> Seen:
    return Seen(await portal.http.get(link))


async def send(portal: Portal, link: str, choice: str, comment: str = "") -> Seen:
    return Seen(await portal.http.post(link, data={"choice": choice, "comment": comment}))


async def votes(portal: Portal, approval: str) -> list[Any]:
    """Give what was voted in an open approval."""
    record = (await portal.office.get("ann", f"/records/{approval.partition('.')[0]}")).json()
    return [seat["vote"] and seat["vote"]["choice"] for seat in record["approvals"][0]["seats"]]


async def test_a_link_shows_what_is_asked_and_looking_decides_nothing(portal: Portal) -> None:
    approval = await an_approval(portal.office)
    assert (await portal.http.head(a_link(approval))).status_code == 405
    page = await look(portal, a_link(approval))
    assert (page.status, page.texts("h1")) == (200, ["May we mend It is broken"])
    assert "Ann Agent, your vote is asked for in Repair" in page.main
    assert "Carl Customer" in page.texts("dd")
    assert {name: page.answer.headers[name] for name in PRIVATE} == PRIVATE
    assert await votes(portal, approval) == [None, None]


async def test_a_vote_by_link_has_one_effect_however_often_it_is_sent(portal: Portal) -> None:
    approval = await an_approval(portal.office)
    link = a_link(approval)
    for _ in range(2):
        page = await send(portal, link, "yes", "Go on")
        assert (page.status, page.texts("h1")) == (200, ["Thank you"])
    assert await votes(portal, approval) == ["yes", None]
    for page in (await look(portal, link), await send(portal, link, "no", "No"), await look(portal, a_link(approval))):
        assert (page.status, "This link was used" in page.main) == (410, True)
    assert (await send(portal, a_link(approval, "bob"), "yes")).status == 200
    record = approval.partition(".")[0]
    entries = (await portal.office.get("ann", f"/records/{record}/journal")).json()["entries"]
    voted = [entry for entry in entries if entry["kind"] == "vote"]
    assert [(entry["actor"]["id"], entry["origin"]["channel"]) for entry in voted] == [
        ("ann", "mail link"),
        ("bob", "mail link"),
    ]
    assert (await send(portal, link, "yes", "Go on")).status == 200
    assert (await portal.office.get("ann", f"/records/{record}")).json()["state"] == "working"


async def test_a_rejection_needs_a_comment_and_what_was_written_stays(portal: Portal) -> None:
    approval = await an_approval(portal.office)
    page = await send(portal, a_link(approval), "no")
    assert (page.status, page.texts(".error")) == (422, ["A no needs a comment: say why."])
    page = await send(portal, a_link(approval), "maybe", "Too dear")
    assert (page.status, page.form("#decide")["comment"]) == (422, "Too dear")
    assert await votes(portal, approval) == [None, None]
    assert (await send(portal, a_link(approval), "no", "Too dear")).status == 200


async def test_a_link_shows_no_more_than_its_person_may_read(portal: Portal) -> None:
    approval = await an_approval(portal.office)
    assert "Alarm" in (await look(portal, a_link(approval))).texts("dt")
    page = await look(portal, a_link(approval, "dora"))
    assert (page.status, "It is broken" in page.answer.text) == (404, False)


async def test_a_link_that_is_not_good_decides_nothing_and_says_why(portal: Portal) -> None:
    approval = await an_approval(portal.office)
    good = a_link(approval)
    wrong = {
        good[:-1] + ("A" if good[-1] != "A" else "Q") + "x": "not one of ours",
        good[:40]: "not one of ours",
        "/decide/x": "not one of ours",
        "/decide/" + Signing(Seals(lambda: [OTHER])).link(Link("ann", approval, time.time() + DAY)): "not one of ours",
        a_link(approval, good_for=-1.0): "The time of this link is over",
        a_link(approval, "gone"): "gone is not active any more",
        a_link(approval, "carl"): "You have no seat",
        a_link(approval.replace(".mend.", ".other.")): "not asked any more",
    }
    for link, why in wrong.items():
        for page in (await look(portal, link), await send(portal, link, "yes")):
            assert (page.status, why in page.main) == (410, True), why
    assert await votes(portal, approval) == [None, None]


async def test_a_link_of_an_old_round_says_that_the_plan_has_changed(portal: Portal) -> None:
    approval = await an_approval(portal.office)
    record = approval.partition(".")[0]
    await portal.office.ask("carl", "PATCH", f"/records/{record}", {"fields": {"summary": "Worse"}})
    for page in (await look(portal, a_link(approval)), await send(portal, a_link(approval), "yes")):
        assert (page.status, "has changed since this mail was sent" in page.main) == (410, True)
    assert await votes(portal, approval) == [None, None]


async def test_who_has_voted_otherwise_cannot_vote_again(portal: Portal) -> None:
    approval = await an_approval(portal.office)
    await portal.office.post("ann", f"/approvals/{approval}/vote", {"choice": "yes"})
    page = await look(portal, a_link(approval))
    assert (page.status, "You have voted already (yes)" in page.main) == (410, True)
