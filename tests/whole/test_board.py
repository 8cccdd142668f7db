"""The shipped meeting of the change advisory board, whole: its minutes become votes, once, on what was talked about."""

from typing import Any

import pytest

from tests.whole.desk import Desk, until
from tests.whole.test_change import MEDIUM, a_change, in_state

pytestmark = pytest.mark.server


async def test_what_the_board_has_decided_is_recorded_as_votes_and_nothing_else_is(desk: Desk) -> None:
    agreed, altered = await a_change(desk, **MEDIUM), await a_change(desk, **MEDIUM)
    meeting = await desk.ask("POST", "/processes/cab_meeting/records", {"fields": {}}, who="sofia")
    held = await desk.act(meeting["id"], "begin", who="tomasz")
    assert [each["id"] for each in held["fields"]["agenda"]] == [agreed["id"], altered["id"]]
    await desk.ask("PATCH", f"/records/{altered['id']}", {"fields": {"plan": "Install it twice"}}, who="kenji")
    for change in (agreed, altered):
        await minuted(desk, meeting["id"], change["id"], in_favour=["sofia", "aisha", "lars"])
    over = await until(lambda: in_state(desk, meeting["id"], "minuted"))
    assert (await desk.shown(agreed["id"]))["state"] == "scheduled"
    assert "recorded by Leyla Aydin" in await desk.journal(agreed["id"])
    assert (await desk.shown(altered["id"]))["state"] == "authorise"
    assert "changed after it was looked at" in over["fields"]["minutes"]


async def minuted(desk: Desk, meeting: str, change: str, **votes: Any) -> None:
    """Write down as the secretary what was said about a change, and who voted how."""

    async def open_task() -> str | None:
        tasks = (await desk.shown(meeting))["tasks"]
        return next((each["id"] for each in tasks if change in each["title"]), None)

    task = await until(open_task)
    await desk.ask("POST", f"/tasks/{task}/complete", {"with": {"said": "Agreed", **votes}}, who="leyla")
