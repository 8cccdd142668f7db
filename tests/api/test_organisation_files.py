"""The files of an organisation are applied beside what was changed meanwhile, all of them or nothing."""

from typing import Any

import httpx2
import pytest

from tests.api.office import Office, a_token, reasons
from tests.api.repairs import ORGANISATION

OILING = """
process: oiling
version: 1
title: Oiling
number: OIL
owner: manager
correlate: can
start: {to: open, by: [agent], needs: [can]}
fields: {can: {type: text, index: true}}
states:
  open: {transitions: {end: {to: over, event: can.empty}}}
  over: {final: true}
"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def applied(
    office: Office, text: str = ORGANISATION, *, dry_run: bool = False, **headers: str
) -> httpx2.Response:
    if "admin" not in office.secrets:
        office.secrets["admin"] = await a_token(office.services.database, "robot", "administrator")
    body = {"files": {"organisation/all.yaml": text}, "dry_run": dry_run}
    return await office.post("admin", "/organisation/apply", body, **headers)


def made(answer: httpx2.Response) -> list[tuple[str, str, str]]:
    """Give kind, id and what happens to each row."""

    def what(change: dict[str, Any]) -> str:
        return "added" if change["old"] is None else "removed" if change["new"] is None else "changed"

    assert answer.status_code == 200, answer.text
    return [(each["kind"], each["id"], what(each)) for each in answer.json()["changes"]]


async def test_what_has_changed_in_the_files_is_applied_and_nothing_else(alone: Office) -> None:
    assert made(await applied(alone)) == []
    await alone.ask("admin", "PUT", "/organisation/people/zoe", {"name": "Zoe"})
    await alone.ask("admin", "PUT", "/organisation/services/press", {"title": "Our press"})
    text = ORGANISATION.replace("  dora: {name: Dora Doe", "  fay: {}\n  dora: {name: Dora Dee")
    dry = await applied(alone, text, dry_run=True)
    assert made(dry) == [("people", "dora", "changed"), ("people", "fay", "added")]
    assert (dry.json()["applied"], (await alone.get("ann", "/organisation/people/fay")).status_code) == (False, 404)
    done = await applied(alone, text, If_Match=dry.headers["etag"])
    assert (made(done), done.json()["applied"]) == (made(dry), True)
    assert done.json()["version"] == dry.json()["version"] + 1
    assert made(await applied(alone, text)) == []
    for path, label in (("people/zoe", "Zoe"), ("services/press", "Our press"), ("people/dora", "Dora Dee")):
        assert (await alone.get("ann", f"/organisation/{path}")).json()["label"] == label
    assert made(await applied(alone, text.replace("title: Press", "title: Presses"))) == [
        ("services", "press", "changed")
    ]
    back = await applied(alone)
    assert made(back) == [("people", "dora", "changed"), ("people", "fay", "removed"), ("services", "press", "changed")]


async def test_somebody_else_may_have_been_quicker(alone: Office) -> None:
    text = ORGANISATION.replace("Dora Doe", "Dora Dot")
    dry = await applied(alone, text, dry_run=True)
    await alone.ask("admin", "PUT", "/organisation/people/yan", {})
    late = await applied(alone, text, If_Match=dry.headers["etag"])
    assert (late.status_code, reasons(late)) == (412, [("stale", "stale", "If-Match")])


async def test_mistakes_are_found_all_at_once_and_nothing_is_applied(alone: Office) -> None:
    text = ORGANISATION.replace("groups: [workshop]}", "groups: [workshp]}", 1).replace("owner: bob", "owner: bib")
    answer = await applied(alone, text)
    found = [(each["file"], each["line"], each["code"]) for each in answer.json()["findings"]]
    assert (answer.status_code, found) == (
        422,
        [("organisation/all.yaml", 3, "unknown-group"), ("organisation/all.yaml", 18, "unknown-user")],
    )
    assert answer.json()["findings"][0]["hint"] == 'Did you mean "workshop"?'
    assert (await applied(alone, "people: [")).json()["findings"][0]["code"] == "syntax"


async def test_what_comes_in_from_outside_is_held_against_the_processes(alone: Office) -> None:
    wrong = ORGANISATION.replace("process: repair", "process: repare").replace("    key: group", "    key: fingerprint")
    [found] = (await applied(alone, wrong)).json()["findings"]
    assert (found["code"], found["hint"]) == ("unknown-process", 'Did you mean "repair"?')
    events = "events:\n  oiled: {type: com.example.oiled, process: oiling, value: =data.can, event: can.empty}\n"
    text = f"{ORGANISATION}\n{events}"
    [found] = (await applied(alone, text)).json()["findings"]
    assert (found["code"], found["line"]) == ("unknown-process", len(text.split("\n")) - 1)
    files = {"files": {"a.yaml": text}, "dry_run": True, "beside": [OILING]}
    assert made(await alone.post("admin", "/organisation/apply", files)) == [("events", "oiled", "added")]


async def test_what_others_still_name_is_not_removed(alone: Office) -> None:
    with_fay = ORGANISATION.replace("  dora:", "  fay: {}\n  dora:")
    await applied(alone, with_fay)
    await alone.ask("admin", "PUT", "/organisation/people/xan", {"manager": "fay"})
    dry = await applied(alone, dry_run=True)
    assert dry.json()["warnings"] == ["people.xan.manager names fay"]
    answer = await applied(alone)
    assert (answer.status_code, reasons(answer)) == (409, [("state", "still-named", "")])


async def test_who_leaves_with_work_in_hand_is_named(office: Office) -> None:
    record = await office.repair()
    await office.act("ann", record["id"], "begin", assignee="ann")
    await office.seen(record["id"], "working")
    office.secrets["admin"] = await a_token(office.services.database, "robot", "administrator")
    leaving = ORGANISATION.replace("ann: {name: Ann Agent,", "ann: {active: false, name: Ann Agent,")
    dry = await applied(office, leaving, dry_run=True)
    assert dry.json()["warnings"] == ["Ann Agent (ann) has 1 open tasks and approvals and is named in 1 open records"]
    await applied(office)
    lost = await applied(office, ORGANISATION.replace("  manager: {}\n", "").replace(", manager]", "]"), dry_run=True)
    assert ("roles", "manager", "removed") in made(lost)
    assert any(each.startswith("repair:") and '"manager"' in each for each in lost.json()["warnings"])


async def test_only_administrators_apply_files(alone: Office) -> None:
    answer = await alone.post("bob", "/organisation/apply", {"files": {"a.yaml": "people: ["}})
    assert (answer.status_code, answer.json()["reasons"][0]["who"]) == (403, ["administrator"])
