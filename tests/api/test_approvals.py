"""Approvals are listed for whose vote they wait, and decided by votes under an id that names the round."""

from typing import Any

import pytest

from tests.api.office import Office, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def an_approval(office: Office) -> tuple[str, str]:
    """Give a record that waits for the votes of ann and bob, and the approval's id."""
    record = (await office.repair())["id"]
    await office.act("ann", record, "begin", assignee="ann")
    await office.act("ann", record, "stumble")
    found = (await office.act("ann", record, "ask")).json()
    return record, found["approvals"][0]["id"]


async def mine(office: Office, who: str) -> list[str]:
    return [each["id"] for each in (await office.get(who, "/approvals?for=me")).json()["approvals"]]


async def test_what_waits_for_my_vote_is_listed_until_i_have_voted(office: Office) -> None:
    record, approval = await an_approval(office)
    assert approval == f"{record}.4.mend.1"
    assert approval in await mine(office, "ann")
    assert await mine(office, "carl") == []
    after = (await office.post("ann", f"/approvals/{approval}/vote", {"choice": "yes"})).json()
    assert (after["state"], after["approvals"][0]["seats"][0]["vote"]["choice"]) == ("judged", "yes")
    assert approval not in await mine(office, "ann")
    done: dict[str, Any] = (await office.post("bob", f"/approvals/{approval}/vote", {"choice": "yes"})).json()
    assert (done["state"], done["approvals"]) == ("working", [])


async def test_an_approval_says_how_it_stands(office: Office) -> None:
    record, approval = await an_approval(office)
    body = {"choice": "yes", "comment": "In the meeting", "for": "ann"}
    assert (await office.post("dora", f"/approvals/{approval}/vote", body)).status_code == 404
    assert (await office.post("bob", f"/approvals/{approval}/vote", body)).status_code == 403
    [found] = (await office.get("ann", f"/records/{record}")).json()["approvals"]
    assert (found["title"], found["votes"], found["round"]) == ("May we mend It is broken", "each", 1)
    assert [(seat["id"], seat["for"], seat["vote"]) for seat in found["seats"]] == [
        ("ann", None, None),
        ("bob", None, None),
    ]


async def test_a_vote_on_an_old_round_is_a_conflict(office: Office) -> None:
    record, approval = await an_approval(office)
    edited = await office.ask("carl", "PATCH", f"/records/{record}", {"fields": {"summary": "Worse"}})
    assert edited.status_code == 200, edited.text
    answer = await office.post("ann", f"/approvals/{approval}/vote", {"choice": "yes"})
    assert (answer.status_code, reasons(answer)) == (409, [("state", "new-round", "")])
    assert "the plan changed since you looked" in answer.json()["detail"]
    assert f"{record}.4.mend.2" in await mine(office, "ann")


async def test_a_no_needs_a_comment_and_only_those_asked_vote(office: Office) -> None:
    _record, approval = await an_approval(office)
    answer = await office.post("ann", f"/approvals/{approval}/vote", {"choice": "no"})
    assert (answer.status_code, reasons(answer)) == (422, [("input", "required", "comment")])
    answer = await office.post("carl", f"/approvals/{approval}/vote", {"choice": "yes"})
    assert (answer.status_code, answer.json()["reasons"][0]["who"]) == (403, ["Ann Agent", "Bob Boss"])
    refused = await office.post("ann", f"/approvals/{approval}/vote", {"choice": "maybe"})
    assert refused.status_code == 422
    done = await office.post("bob", f"/approvals/{approval}/vote", {"choice": "no", "comment": "Too dear"})
    assert done.json()["state"] == "cancelled"
