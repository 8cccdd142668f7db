"""The way back of a shipped change: failures and people take the same one, and a worker that dies changes nothing."""

import asyncio
from typing import Any

import pytest

from tests.whole.desk import Desk, until
from tests.whole.test_change import a_change
from tests.workflows.house import House

pytestmark = pytest.mark.server
JOBS = ["Stop the old one", "Move the data", "Start the new one"]


async def begun(desk: Desk) -> str:
    """Begin an emergency change of three jobs at once."""
    urgent = {"impact": "high", "urgency": "high"}
    incident = await desk.start("incident", summary="No mail", caller="carla", service="mail", **urgent)
    work = [{"kind": "implementation", "title": job, "group": "mail_team"} for job in JOBS]
    change = await a_change(desk, begins=0, type="emergency", incident=incident, work=work)
    return str((await desk.act(change["id"], "begin_now", who="ines"))["id"])


async def completed(desk: Desk, record: str, title: str, **given: Any) -> None:
    """Wait for a task, and complete it."""
    task = await until(lambda: open_task(desk, record, title))
    await desk.ask("POST", f"/tasks/{task}/complete", {"with": given}, who="tomasz")


async def open_task(desk: Desk, record: str, title: str) -> str | None:
    """Give the id of an open task of a record."""
    return next((each["id"] for each in (await desk.shown(record))["tasks"] if each["title"] == title), None)


async def killed_while_completing(desk: Desk, house: House, record: str, title: str) -> None:
    """Complete a task, and kill the worker between the commit of that and the end of its workflow task."""
    await until(lambda: open_task(desk, record, title))
    await house.hold()
    completing = asyncio.create_task(completed(desk, record, title))
    await house.held()
    house.kill_worker()
    house.let_go()
    await house.start_worker()
    await completing


@pytest.mark.parametrize("pressed", [True, False])
async def test_a_failed_job_and_a_pressed_button_undo_the_last_first_each_once(
    desk: Desk, house: House, pressed: bool
) -> None:
    record = await begun(desk)
    for job in JOBS[:-1]:
        await completed(desk, record, job, result="done")
    if pressed:
        await desk.act(record, "back_out", who="ines", reason="The shop is slow")
    else:
        await completed(desk, record, JOBS[-1], result="failed")
    undone = JOBS[:-1] if pressed else JOBS
    for job in reversed(undone):
        [only] = [each["title"] for each in (await until(lambda: backing_out(desk, record)))["tasks"]]
        assert only == f"Back out: {job}"
        await killed_while_completing(desk, house, record, only)
    closed = await until(lambda: looked_back_on(desk, record))
    assert closed["fields"]["close_code"] == "rolled_back"
    told = await desk.journal(record)
    assert [told.count(f"task “Back out: {job}” completed") for job in undone] == [1] * len(undone)


async def backing_out(desk: Desk, record: str) -> dict[str, Any] | None:
    """Give a record as soon as something is to be backed out."""
    shown = await desk.shown(record)
    return shown if shown["state"] == "backing_out" and shown["tasks"] else None


async def looked_back_on(desk: Desk, record: str) -> dict[str, Any] | None:
    """Give a record as soon as it is reviewed."""
    shown = await desk.shown(record)
    return shown if shown["state"] == "review" else None
