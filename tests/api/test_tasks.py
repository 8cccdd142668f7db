"""Tasks are listed for whose they are, and claimed, released and completed by their ids."""

from typing import Any

import pytest

from tests.api.office import Office, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def a_task(office: Office) -> tuple[str, str]:
    """Give a record with a task of ann's, and the task's id."""
    record = (await office.repair())["id"]
    found = (await office.act("ann", record, "begin", assignee="ann")).json()
    return record, found["tasks"][0]["id"]


async def test_my_tasks_are_listed(office: Office) -> None:
    record, task = await a_task(office)
    mine: list[dict[str, Any]] = (await office.get("ann", "/tasks?for=me")).json()["tasks"]
    [found] = [each for each in mine if each["id"] == task]
    assert (found["record"], found["title"], found["claimed_by"]) == (record, "Order the part", None)
    assert (await office.get("bob", "/tasks")).json() == {"tasks": [], "next": None}


async def test_a_task_shows_its_form(office: Office) -> None:
    record, _task = await a_task(office)
    [task] = (await office.get("ann", f"/records/{record}")).json()["tasks"]
    assert [(line["name"], line["type"], line["required"]) for line in task["form"]] == [
        ("offer", "money", True),
        ("supplier", "text", True),
    ]


@pytest.mark.parametrize("escaped", [False, True])
async def test_a_task_is_claimed_released_and_completed(office: Office, escaped: bool) -> None:
    record, task = await a_task(office)
    name = task.replace("/", "%2F") if escaped else task
    assert (await office.post("ann", f"/tasks/{name}/claim")).json()["tasks"][0]["claimed_by"]["id"] == "ann"
    assert (await office.post("ann", f"/tasks/{name}/release")).json()["tasks"][0]["claimed_by"] is None
    done = await office.post("ann", f"/tasks/{name}/complete", {"with": {"offer": "99.5", "supplier": "Parts Ltd"}})
    assert (done.status_code, done.json()["fields"]["offer"], done.json()["tasks"]) == (200, "99.50", [])
    assert (await office.act("ann", record, "finish", outcome="mended")).json()["state"] == "done"


async def test_what_the_form_lacks_is_told_with_its_path(office: Office) -> None:
    _record, task = await a_task(office)
    answer = await office.post("ann", f"/tasks/{task}/complete")
    assert reasons(answer) == [("input", "required", "with.offer"), ("input", "required", "with.supplier")]


async def test_others_cannot_complete_it(office: Office) -> None:
    _record, task = await a_task(office)
    answer = await office.post("bob", f"/tasks/{task}/complete", {"with": {"offer": 1, "supplier": "x"}})
    assert (answer.status_code, answer.json()["reasons"][0]["who"]) == (403, ["Ann Agent"])


async def test_a_task_that_is_done_is_no_longer_open(office: Office) -> None:
    _record, task = await a_task(office)
    body = {"with": {"offer": 1, "supplier": "x"}}
    assert (await office.post("ann", f"/tasks/{task}/complete", body)).status_code == 200
    answer = await office.post("ann", f"/tasks/{task}/complete", body)
    assert (answer.status_code, reasons(answer)) == (409, [("state", "not-open", "")])
