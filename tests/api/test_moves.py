"""Records are moved to another version of their process, one by one: tried first, then moved, with every reason."""

from typing import Any

import pytest
import pytest_asyncio

from store import definitions
from tests.api.office import Office, a_key, reasons
from tests.api.repairs import REPAIR

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

MOVES = "/definitions/repair/moves"
MENDING = (
    REPAIR.replace("version: 1", "version: 2")
    .replace("working", "mending")
    .replace("  assignee: user\n", "  assignee: user\n  shelf: {type: text, default: the first}\n")
)
"""A version in which a state is called otherwise, and which has a field more."""


@pytest_asyncio.fixture(loop_scope="module", scope="module", autouse=True)
async def _second(office: Office, alone: Office) -> None:
    for each in (office, alone):
        given: dict[str, Any] = {"title": "Mend", "messages": {}, "by": "test", "at": each.clock()}
        await definitions.publish(each.services.database, "repair", 2, MENDING, **given)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def repairs(office: Office, _second: None) -> tuple[str, str]:
    """A record that can be moved from version 2 to version 1, and one that cannot."""
    new, begun = [(await office.repair())["id"] for _ in range(2)]
    assert (await office.act("ann", begun, "begin", assignee="ann")).status_code == 200
    return new, begun


async def moved(office: Office, *records: str, who: str = "bob", key: str = "", **given: Any) -> list[dict[str, Any]]:
    """Move records back to version 1, or say what would come of it."""
    body = {"from": [2], "to": 1, "records": list(records), **given}
    answer = await office.post(who, MOVES, body, **({"Idempotency_Key": key} if key else {}))
    assert answer.status_code == 200, answer.text
    return answer.json()["records"]  # type: ignore[no-any-return]  # JSON


async def versions(office: Office) -> dict[int, int]:
    found = (await office.get("ann", "/definitions/repair/versions")).json()["versions"]
    return {each["version"]: each["open_records"] for each in found}


async def test_a_dry_run_says_of_each_record_what_would_come_of_it_and_moves_nothing(
    office: Office, repairs: tuple[str, str]
) -> None:
    would, stays = await moved(office, *repairs, dry_run=True)
    assert (would["record"], would["outcome"], would["becomes"], would["reasons"]) == (
        repairs[0],
        "would_move",
        "new",
        [],
    )
    assert (stays["outcome"], stays["state"], stays["reasons"][0]["code"]) == ("refused", "mending", "state-gone")
    assert would["changes"] == ["shelf is a field no more; it was the first"]
    assert "migrate: {from: 2" in stays["reasons"][0]["text"]
    assert (await office.get("ann", f"/records/{repairs[0]}")).json()["version"] == 2


async def test_what_can_be_moved_is_moved_once_and_what_cannot_stays(office: Office, repairs: tuple[str, str]) -> None:
    key = a_key()
    for _ in range(2):
        done, stays = await moved(office, *repairs, key=key)
        assert (done["outcome"], done["becomes"], stays["outcome"]) == ("moved", "new", "refused")
    assert (await office.get("ann", f"/records/{repairs[0]}")).json()["version"] == 1
    journal = (await office.get("ann", f"/records/{repairs[0]}/journal")).json()["entries"]
    told = [line["text"] for entry in journal for line in entry["lines"]]
    assert told.count("moved from version 2 to version 1") == 1
    [there] = await moved(office, repairs[0])
    assert there["reasons"][0]["text"] == f"{repairs[0]} is on version 1 already"


async def test_all_open_records_come_page_by_page(office: Office) -> None:
    ids = [(await office.repair())["id"] for _ in range(2)]
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        answer = await office.post("bob", MOVES, {"from": [2], "to": 1, "dry_run": True, "limit": 1, "after": after})
        seen += [each["record"] for each in answer.json()["records"]]
        after = answer.json()["next"]
    assert seen == sorted(seen)
    assert set(ids) <= set(seen)


async def test_versions_tell_how_many_open_records_follow_them(office: Office) -> None:
    before = await versions(office)
    record = (await office.repair())["id"]
    assert (await versions(office))[2] == before[2] + 1
    await moved(office, record)
    assert await versions(office) == {1: before[1] + 1, 2: before[2]}


async def test_records_that_are_closed_or_none_of_the_process_stay(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.act("ann", record, "cancel", reason="Not any more")
    found = await moved(office, record, "INC0000001")
    assert [each["reasons"][0]["code"] for each in found] == ["closed", "unknown-record"]


async def test_a_record_that_nothing_carries_out_is_told_apart(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.services.client._temporal.get_workflow_handle(record).terminate()
    [busy] = await moved(office, record)
    assert (busy["outcome"], busy["reasons"][0]["code"]) == ("busy", "busy")


@pytest.mark.parametrize("who", ["ann", "carl", "alarms"])
async def test_others_than_who_may_publish_move_nothing(alone: Office, who: str) -> None:
    answer = await alone.post(who, MOVES, {"dry_run": True})
    assert (answer.status_code, reasons(answer)) == (403, [("who", "not-allowed", "")])
    assert answer.json()["reasons"][0]["text"].endswith("may move records of repair")


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"to": 9}, "unknown-version", "to"),
        ({"from": [1, 7]}, "unknown-version", "from.1"),
        ({"from": [2]}, "same-version", "from.0"),
        ({"to": 1}, "no-earlier-version", "from"),
    ],
)
async def test_versions_that_do_not_fit_are_refused_whole(
    alone: Office, body: dict[str, Any], code: str, path: str
) -> None:
    answer = await alone.post("bob", MOVES, body)
    assert (answer.status_code, reasons(answer)) == (422, [("input", code, path)])


async def test_an_unknown_process_has_no_records_to_move(alone: Office) -> None:
    assert (await alone.post("bob", "/definitions/repairs/moves", {})).status_code == 404
