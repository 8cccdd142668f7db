"""Versions are retired: nothing begins with them any more, and what follows them goes on."""

from typing import Any

import pytest

from store import definitions
from tests.api.office import Office, a_key, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

DESK = """
process: {name}
version: {version}
title: Desk
number: {number}
owner: manager
read: [anyone]
start: {{to: open, by: [anyone]}}
fields: {{summary: text}}
states:
  open: {{transitions: {{end: {{to: over, by: [anyone]}}}}}}
  over: {{final: true}}
"""


async def publish(office: Office, name: str, *versions: int) -> None:
    """Publish versions of a process."""
    for each in versions:
        source = DESK.format(name=name, version=each, number=name.upper())
        given: dict[str, Any] = {"title": "Desk", "messages": {}, "by": "test", "at": office.clock()}
        await definitions.publish(office.services.database, name, each, source, **given)


def gone(versions: list[dict[str, Any]]) -> dict[int, str | None]:
    """Give who has retired each version."""
    assert all((each["retired_at"] is None) is (each["retired_by"] is None) for each in versions)
    return {each["version"]: each["retired_by"] for each in versions}


@pytest.mark.semantics("M3.1")
async def test_a_version_that_was_replaced_is_retired_and_no_record_is_moved_to_it(alone: Office) -> None:
    await publish(alone, "desk", 1, 2)
    answer = await alone.post("bob", "/definitions/desk/versions/1/retire")
    assert (answer.status_code, gone(answer.json()["versions"])) == (200, {2: None, 1: "bob"})
    listed = (await alone.get("dora", "/definitions/desk/versions")).json()["versions"]
    assert listed == answer.json()["versions"]
    moved = await alone.post("bob", "/definitions/desk/moves", {"to": 1, "from": [2]})
    assert (moved.status_code, reasons(moved)) == (409, [("state", "retired", "to")])


@pytest.mark.semantics("M3.3")
async def test_the_version_that_new_records_follow_is_retired_only_with_the_whole_process(alone: Office) -> None:
    await publish(alone, "shop", 1, 2)
    refused = await alone.post("bob", "/definitions/shop/versions/2/retire")
    assert (refused.status_code, reasons(refused)) == (409, [("state", "newest-version", "")])
    whole = await alone.post("bob", "/definitions/shop/retire")
    assert gone(whole.json()["versions"]) == {2: "bob", 1: "bob"}
    listed = (await alone.get("dora", "/processes")).json()["processes"]
    assert [each["retired"] for each in listed if each["process"] in ("shop", "repair")] == [False, True]
    assert (await alone.get("dora", "/processes/shop")).json()["retired"] is True


@pytest.mark.semantics("M3.1", "M3.2", "M3.3")
async def test_nothing_begins_with_a_retired_process_and_what_is_open_goes_on(office: Office) -> None:
    await publish(office, "bench", 1)
    key = a_key()
    first = await office.post("ann", "/processes/bench/records", {"fields": {}}, Idempotency_Key=key)
    started = first.json()["id"]
    await office.post("bob", "/definitions/bench/retire")
    refused = await office.post("ann", "/processes/bench/records", {"fields": {}})
    assert (refused.status_code, reasons(refused)) == (409, [("state", "retired", "")])
    assert refused.json()["detail"].startswith("Desk is retired: no new record of it begins, and those that are open")
    again = await office.post("ann", "/processes/bench/records", {"fields": {}}, Idempotency_Key=key)
    assert (again.status_code, again.json()["id"]) == (201, started)
    assert (await office.act("ann", started, "end")).json()["state"] == "over"
    await publish(office, "bench", 2)
    assert (await office.post("ann", "/processes/bench/records", {"fields": {}})).status_code == 201


@pytest.mark.parametrize("path", ["retire", "versions/1/retire"])
async def test_others_than_who_may_publish_retire_nothing(alone: Office, path: str) -> None:
    answer = await alone.post("ann", f"/definitions/repair/{path}")
    assert (answer.status_code, reasons(answer)) == (403, [("who", "not-allowed", "")])
    assert answer.json()["reasons"][0]["text"].endswith("may retire versions of repair")


@pytest.mark.parametrize("path", ["repair/versions/9/retire", "nothing/retire", "nothing/versions/1/retire"])
async def test_what_there_is_not_cannot_be_retired(alone: Office, path: str) -> None:
    assert (await alone.post("bob", f"/definitions/{path}")).status_code == 404
