"""Many commands in one request: each has its own result, and one effect however often the request is repeated."""

from typing import Any

import pytest

from api.bulk import MOST
from tests.api.office import Office, a_key, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def results(
    office: Office, who: str, path: str, asked: list[dict[str, Any]], **sent: str
) -> list[dict[str, Any]]:
    answer = await office.post(who, path, {path.rpartition("/")[2]: asked}, **sent)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]  # type: ignore[no-any-return]  # JSON


async def approvals(office: Office, count: int) -> list[str]:
    """Give the ids of approvals that wait for ann and bob."""
    records = [(await office.repair())["id"] for _ in range(count)]
    begin = [{"record": each, "transition": "begin", "with": {"assignee": "ann"}} for each in records]
    await results(office, "ann", "/records/actions", begin)
    for transition in ("stumble", "ask"):
        await results(
            office, "ann", "/records/actions", [{"record": each, "transition": transition} for each in records]
        )
    return [(await office.get("ann", f"/records/{each}")).json()["approvals"][0]["id"] for each in records]


async def test_each_vote_has_its_own_result(office: Office) -> None:
    one, two = await approvals(office, 2)
    found = await results(
        office,
        "ann",
        "/approvals/votes",
        [
            {"approval": one, "choice": "yes"},
            {"approval": two, "choice": "no"},
            {"approval": "REP7654321.4.mend.1", "choice": "yes"},
        ],
    )
    assert [(each["id"], each["status"]) for each in found] == [(one, 200), (two, 422), ("REP7654321.4.mend.1", 404)]
    assert (found[0]["record"]["id"], found[0]["record"]["state"], found[0]["problem"]) == (one[:10], "judged", None)
    assert (found[1]["record"], found[1]["problem"]["reasons"][0]["path"]) == (None, "comment")
    assert found[2]["problem"]["type"] == "urn:steward:problem:not-found"


async def test_the_same_request_again_has_one_effect_for_each_and_answers_alike(office: Office) -> None:
    records = [(await office.repair())["id"] for _ in range(3)]
    asked = [{"record": each, "transition": "cancel", "with": {"reason": "Spring"}} for each in records]
    asked.append({"record": records[0], "transition": "begin", "with": {"assignee": "nobody"}})
    key = a_key()
    first, again = [await results(office, "ann", "/records/actions", asked, Idempotency_Key=key) for _ in range(2)]
    assert [each["status"] for each in first[:3]] == [each["status"] for each in again[:3]] == [200] * 3
    assert first[3]["status"] in (409, 422)
    for record in records:
        entries = (await office.get("ann", f"/records/{record}/journal")).json()["entries"]
        assert [each["name"] for each in entries if each["kind"] == "act"] == ["cancel"]


async def test_one_of_them_alone_with_the_same_key_is_the_same_command(office: Office) -> None:
    record, key = (await office.repair())["id"], a_key()
    given = {"with": {"reason": "Spring"}, "comment": "Done with it"}
    asked = [{"record": record, "transition": "cancel", **given}]
    [together] = await results(office, "ann", "/records/actions", asked, Idempotency_Key=key)
    alone = await office.post("ann", f"/records/{record}/actions/cancel", given, Idempotency_Key=key)
    assert (alone.status_code, alone.json()["seq"]) == (200, together["record"]["seq"])


async def test_tasks_are_completed_together(office: Office) -> None:
    records = [(await office.repair())["id"] for _ in range(2)]
    tasks = [(await office.act("ann", each, "begin", assignee="ann")).json()["tasks"][0]["id"] for each in records]
    forms: list[dict[str, Any]] = [{"with": {"offer": "9.5", "supplier": "Parts Ltd"}}, {}]
    asked = [{"task": task, **form} for task, form in zip(tasks, forms, strict=True)]
    done, lacking = await results(office, "ann", "/tasks/completions", asked)
    assert (done["status"], done["record"]["fields"]["offer"]) == (200, "9.50")
    assert [each["path"] for each in lacking["problem"]["reasons"]] == ["with.offer", "with.supplier"]


async def test_nothing_is_done_where_the_same_is_asked_for_twice(office: Office) -> None:
    record = (await office.repair())["id"]
    asked = [{"record": record, "transition": "cancel", "with": {"reason": why}} for why in ("One", "Other")]
    answer = await office.post("ann", "/records/actions", {"actions": asked})
    assert (answer.status_code, reasons(answer)) == (422, [("input", "asked-twice", "actions.1")])
    assert (await office.get("ann", f"/records/{record}")).json()["state"] == "new"


@pytest.mark.parametrize("count", [0, MOST + 1])
async def test_there_are_as_many_as_one_request_may_hold(office: Office, count: int) -> None:
    asked = [{"approval": f"REP{each:07}.1.mend.1", "choice": "yes"} for each in range(count)]
    answer = await office.post("ann", "/approvals/votes", {"votes": asked})
    assert (answer.status_code, reasons(answer)[0][2]) == (422, "votes")


async def test_a_record_that_is_not_for_somebody_does_not_exist_for_them(office: Office) -> None:
    record = (await office.repair())["id"]
    asked = [{"record": each, "transition": "cancel"} for each in (record, "REP7654321")]
    theirs, none = await results(office, "dora", "/records/actions", asked)
    assert str(theirs).replace(record, "REP7654321") == str(none)
