"""The shipped change, whole: who authorises it and who does not, and what a freeze does to it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from language.organisation import Organisation
from tests.whole.desk import Desk, shipped, until

pytestmark = pytest.mark.server
DAY = 86_400.0
BOARD = ("sofia", "aisha", "tomasz", "miriam")
HIGH: dict[str, Any] = {"impact": "high", "likelihood": "high"}
MEDIUM: dict[str, Any] = {"impact": "medium", "likelihood": "medium"}

MOTION = """
process: motion
version: 1
title: Motion
number: MTN
owner: change_manager
read: [agent]
start: {to: asked, by: [agent], needs: [what]}
fields: {what: text}
states:
  asked:
    do:
      - {approval: "{{ what }}", id: carry, by: [cab], votes: 49%, due: 30 days, rejected: [{go: lost}]}
      - {go: carried}
  carried: {final: true}
  lost: {final: true}
"""


async def a_change(desk: Desk, *, begins: float = 60 * DAY, **given: Any) -> dict[str, Any]:
    """Raise a change as Kenji, for Ines to carry out in so many seconds from now, and put it to those who decide."""
    fields = {
        "summary": "New certificate",
        "services": ["mail"],
        "assignee": "ines",
        "plan": "Install it",
        "backout_plan": "The old one",
        "planned_start": time(desk, begins),
        "planned_end": time(desk, begins + DAY),
        **given,
    }
    record = (await desk.ask("POST", "/processes/change/records", {"fields": fields}, who="kenji"))["id"]
    found = await desk.act(record, "submit", who="kenji")
    return found if found["state"] == "authorise" else await desk.act(record, "assessed", who="sofia")


def time(desk: Desk, ahead: float) -> str:
    """Write the time so many seconds from now."""
    return datetime.fromtimestamp(desk.clock() + ahead, UTC).isoformat(timespec="seconds")


async def vote(desk: Desk, change: dict[str, Any], who: str, choice: str = "yes", comment: str = "") -> dict[str, Any]:
    """Vote on what is open of a change."""
    [approval] = change["approvals"]
    body = {"choice": choice, "comment": comment or None}
    return await desk.ask("POST", f"/approvals/{approval['id']}/vote", body, who)


def seats(change: dict[str, Any]) -> list[str]:
    """Name those who may vote."""
    return sorted(seat["id"] for approval in change["approvals"] for seat in approval["seats"])


async def with_seat(desk: Desk, record: str, who: str) -> dict[str, Any] | None:
    """Give a record as soon as somebody has a seat at it."""
    shown = await desk.shown(record)
    return shown if who in seats(shown) else None


async def in_state(desk: Desk, record: str, state: str) -> dict[str, Any] | None:
    """Give a record as soon as it is in a state."""
    shown = await desk.shown(record)
    return shown if shown["state"] == state else None


async def test_a_board_with_a_veto_decides_the_same_in_every_order_of_votes(desk: Desk) -> None:
    for place in range(4):
        order = [*BOARD[:place], "lars", *BOARD[place:3]]
        for choice, outcome in (("yes", "scheduled"), ("no", "draft")):
            change = await a_change(desk, **HIGH)
            for who in order:
                assert change["state"] == "authorise"
                change = await vote(desk, change, who, choice if who == "lars" else "yes", "The port stays open")
                if change["state"] != "authorise":
                    break
            assert change["state"] == outcome, order


async def test_shares_are_rounded_up_and_a_no_needs_a_reason(desk: Desk) -> None:
    await desk.ask("POST", "/definitions", {"source": MOTION})
    motion = await desk.shown(await desk.start("motion", what="We buy a boat"))
    refused = await desk.answer("POST", f"/approvals/{motion['approvals'][0]['id']}/vote", {"choice": "no"}, "lars")
    assert (refused.status_code, refused.json()["reasons"][0]["path"]) == (422, "comment")
    for who in ("sofia", "aisha"):
        motion = await vote(desk, motion, who)
    assert motion["state"] == "asked"
    assert (await vote(desk, motion, "lars"))["state"] == "carried"


async def test_it_is_rejected_as_soon_as_nobody_could_approve_it_any_more(desk: Desk) -> None:
    change = await a_change(desk, **MEDIUM)
    for who in ("sofia", "aisha"):
        change = await vote(desk, change, who, "no", "Not this week")
    assert change["state"] == "authorise"
    assert (await vote(desk, change, "lars", "no", "Not this year"))["state"] == "draft"


async def test_too_few_votes_in_time_are_escalated_and_approve_nothing(desk: Desk) -> None:
    change = await a_change(desk, **MEDIUM)
    for who in ("sofia", "aisha"):
        change = await vote(desk, change, who)
    await desk.pass_time(change["id"], 16 * DAY)
    escalated = await until(lambda: with_seat(desk, change["id"], "henrik"))
    assert (escalated["state"], escalated["fields"]["authorisation"]) == ("authorise", None)
    await desk.pass_time(change["id"], 16 * DAY)
    rejected = await until(lambda: in_state(desk, change["id"], "draft"))
    assert rejected["fields"]["authorisation"] is None


async def test_nobody_approves_their_own_change_and_a_delegate_decides_for_who_is_on_leave(desk: Desk) -> None:
    change = await a_change(desk)
    assert seats(change) == ["aisha", "sofia"]
    await away(desk, delegate="kenji")
    own = await desk.answer("POST", f"/approvals/{change['approvals'][0]['id']}/vote", {"choice": "yes"}, "kenji")
    assert own.status_code == 403
    assert seats(await desk.shown(change["id"])) == ["aisha", "sofia"]
    await away(desk, delegate="peter")
    handed = await until(lambda: with_seat(desk, change["id"], "peter"))
    assert seats(handed) == ["peter", "sofia"]
    assert (await vote(desk, handed, "peter"))["state"] == "scheduled"
    assert "on behalf of Aisha Rahman" in await desk.journal(change["id"])


async def away(desk: Desk, delegate: str) -> None:
    """Let Aisha be away, with somebody who stands in for her."""
    row = {"person": "aisha", "from": "2000-01-01T00:00:00Z", "until": "2090-01-01T00:00:00Z", "calendar": None}
    await desk.apply(shipped().merged(Organisation({"absence": {"leave": {**row, "delegate": delegate}}})))


async def test_a_plan_that_is_altered_makes_votes_void_and_a_late_vote_says_why_it_is_refused(desk: Desk) -> None:
    change = await a_change(desk, **MEDIUM)
    voted = await vote(desk, change, "sofia")
    edit = {"fields": {"plan": "Install it twice"}}
    await desk.ask("PATCH", f"/records/{change['id']}", edit, who="kenji")
    late = await desk.answer("POST", f"/approvals/{voted['approvals'][0]['id']}/vote", {"choice": "yes"}, "aisha")
    assert (late.status_code, late.json()["reasons"][0]["code"]) == (409, "new-round")
    assert "the plan changed since you looked" in late.json()["detail"]
    [approval] = (await desk.shown(change["id"]))["approvals"]
    assert [seat["vote"] for seat in approval["seats"]] == [None] * 5


async def test_a_freeze_blocks_the_start_and_its_end_lets_it_begin_untouched(desk: Desk) -> None:
    change = await a_change(desk, begins=DAY)
    record = change["id"]
    assert (await vote(desk, change, "aisha"))["state"] == "scheduled"
    await desk.apply(shipped().merged(Organisation({"freeze": {"stop": a_freeze()}})))
    await desk.pass_time(record, DAY + 3_600)
    assert (await desk.shown(record))["state"] == "scheduled"
    assert "Stop of all work" in await desk.journal(record)
    await desk.apply(shipped())
    begun = await until(lambda: in_state(desk, record, "implement"))
    assert [task["title"] for task in begun["tasks"]] == ["Carry out New certificate"]
    told = await desk.journal(record)
    assert told.index("Stop of all work") < told.index("begin: scheduled → implement")


async def test_what_is_scheduled_first_blocks_what_comes_into_its_way_and_is_told_of_it(desk: Desk) -> None:
    first, second = await a_change(desk), await a_change(desk, assignee="peter", begins=60 * DAY + 3_600)
    assert (await vote(desk, first, "aisha"))["state"] == "scheduled"
    mail = {"mail": {**shipped().of("service")["mail"], "conflicts": "block"}}
    await desk.apply(shipped().merged(Organisation({"service": mail})))
    assert (await vote(desk, second, "aisha"))["state"] == "authorise"
    refused = await desk.answer("POST", f"/records/{second['id']}/actions/schedule", {"with": {}}, "sofia")
    assert (refused.status_code, f"mail: {first['id']} from" in refused.text) == (409, True)
    assert "Nothing is from" in refused.text
    await desk.apply(shipped())
    await until(lambda: in_state(desk, second["id"], "scheduled"))
    await until(lambda: says(desk, first["id"], "change_met to ines"))


async def says(desk: Desk, record: str, line: str) -> bool:
    """Say whether a line stands in the journal of a record."""
    return line in await desk.journal(record)


def a_freeze() -> dict[str, Any]:
    """Make a freeze of everything, like the one that is shipped."""
    row = next(iter(shipped().of("freeze").values()))
    times = {"from": "2000-01-01T00:00:00Z", "until": "2090-01-01T00:00:00Z"}
    return {**row, **times, "title": "Stop of all work", "services": "all"}
