"""A record that is not for somebody does not exist for them, in whatever way they ask."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.api.office import Office, reasons
from tests.api.operations import Call, operations

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

STRANGERS = ("dora", "alarms")


@pytest.mark.parametrize("who", STRANGERS)
async def test_a_record_that_is_not_for_somebody_is_answered_like_none_at_all(office: Office, who: str) -> None:
    record, absent = (await office.repair())["id"], "REP7654321"
    for operation in [each for each in await operations(office) if each.is_about_a_record()]:
        theirs, none = [await sent(office, who, operation.on(name)) for name in (record, absent)]
        assert (theirs.status_code, none.status_code) == (404, 404), operation
        assert theirs.text.replace(record, absent) == none.text
        assert theirs.headers.multi_items() == none.headers.multi_items()


TOGETHER = [
    ("/records/actions", "actions", {"record": "{}", "transition": "begin"}),
    ("/tasks/completions", "completions", {"task": "{}.2/working/do/0"}),
    ("/approvals/votes", "votes", {"approval": "{}.4.mend.1", "choice": "yes"}),
]


@pytest.mark.parametrize(("path", "member", "each"), TOGETHER)
async def test_neither_is_one_among_many(office: Office, path: str, member: str, each: dict[str, str]) -> None:
    record, absent = (await office.repair())["id"], "REP7654321"
    asked = [{name: text.format(number) for name, text in each.items()} for number in (record, absent)]
    answer = (await office.post("dora", path, {member: asked})).json()
    theirs, none = answer["results"]
    assert (theirs["status"], str(theirs).replace(record, absent)) == (404, str(none))


async def sent(office: Office, who: str, call: Call) -> httpx2.Response:
    return await office.ask(who, call.way, call.path, call.body, X_Request_Id="alike")


@pytest.mark.parametrize("query", ["", "q=unmentionable", "sort=id", "customer=carl", "alarm={}", "final=false"])
async def test_a_record_that_is_not_for_somebody_is_in_no_list(office: Office, query: str) -> None:
    alarm = uuid4().hex
    await office.repair(summary="unmentionable", alarm=alarm, size="large")
    found = await office.get("dora", f"/records?{query.format(alarm)}")
    assert (found.status_code, found.json()) == (200, {"records": [], "next": None})


@pytest.mark.parametrize("query", ["q={}", "alarm={}", "margin=1234.5"])
async def test_what_is_internal_finds_nothing_for_who_does_not_see_it(office: Office, query: str) -> None:
    alarm = uuid4().hex
    record = await office.repair(alarm=alarm)
    await office.ask("ann", "PATCH", f"/records/{record['id']}", {"fields": {"margin": "1234.5"}})
    assert (await office.get("carl", f"/records?{query.format(alarm)}")).json().get("records", []) == []


@pytest.mark.semantics("I2.4")
@pytest.mark.parametrize("who", ["carl", *STRANGERS])
async def test_nothing_internal_is_in_anything_somebody_without_full_sight_is_shown(office: Office, who: str) -> None:
    hush = f"hush{uuid4().hex}"
    record = (await office.repair(alarm=hush, link=hush, count=98765))["id"]
    await office.ask("ann", "PATCH", f"/records/{record}", {"fields": {"margin": "98765"}})
    await office.post("ann", f"/records/{record}/comments", {"text": hush, "internal": True})
    reading = [each.on(record) for each in await operations(office) if each.way == "GET"]
    for call in [*reading, *(reading[0]._replace(path=f"/records?q={text}") for text in (hush, "98765"))]:
        shown = await sent(office, who, call)
        assert (hush in shown.text, "98765" in shown.text) == (False, False), call
    full = [(await sent(office, "ann", call)).text for call in reading]
    assert any(hush in text and "98765" in text for text in full)


@pytest.mark.parametrize(("way", "path", "body"), [
    ("PATCH", "", {"fields": {"alarm": "x" * 500_000}}),
    ("POST", "/actions/finish", {}),
    ("POST", "/actions/begin", {"with": {"margin": 1}}),
])  # fmt: skip
async def test_no_refusal_tells_what_is_internal(office: Office, way: str, path: str, body: Any) -> None:
    hush = f"hush{uuid4().hex}"
    record = (await office.repair(alarm=hush, link=hush))["id"]
    refused = await office.ask("carl", way, f"/records/{record}{path}", body)
    assert (400 <= refused.status_code < 500, hush in refused.text) == (True, False)


@pytest.mark.parametrize(
    ("who", "customer", "status"), [("carl", "carl", 201), ("carl", "dora", 403), ("ann", "dora", 201)]
)
async def test_only_agents_start_records_for_others(office: Office, who: str, customer: str, status: int) -> None:
    given = {"fields": {"summary": "It is broken", "customer": customer}}
    answer = await office.post(who, "/processes/repair/records", given)
    assert (answer.status_code, status == 201 or reasons(answer)[0][:2] == ("who", "not-allowed")) == (status, True)
