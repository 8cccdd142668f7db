"""A record that is not for somebody does not exist for them, in whatever way they ask."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.office import Office, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

BODIES: dict[str, Any] = {
    "act": {"with": {"reason": "x"}},
    "comment": {"text": "x"},
    "edit_record": {"fields": {"summary": "x"}},
}
STRANGERS = ("dora", "alarms")


async def calls(office: Office, record: str) -> list[tuple[str, str, Any]]:
    """Give every call of the description that names a record, for this one, as method, path and body."""
    named = {
        "record": record,
        "task": f"{record}.2/working/do/0",
        "transition": "begin",
        "number": "1",
        "person": "carl",
        "digest": "0" * 64,
    }
    paths = (await office.http.get("/api/v1/openapi.json")).json()["paths"]
    return [
        (way.upper(), path.format(**named), BODIES.get(call["operationId"]))
        for path, ways in paths.items()
        if "{record}" in path or "{task}" in path
        for way, call in ways.items()
    ]


@pytest.mark.parametrize("who", STRANGERS)
async def test_a_record_that_is_not_for_somebody_is_answered_like_none_at_all(office: Office, who: str) -> None:
    record = (await office.repair())["id"]
    asked = zip(await calls(office, record), await calls(office, "REP7654321"), strict=True)
    for (way, path, body), (_way, nowhere, _body) in asked:
        theirs, none = await office.ask(who, way, path, body), await office.ask(who, way, nowhere, body)
        assert (theirs.status_code, none.status_code) == (404, 404), path
        assert theirs.text.replace(record, "REP7654321") == none.text


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
async def test_nothing_internal_is_in_anything_a_customer_is_shown(office: Office) -> None:
    hush = uuid4().hex
    record = (await office.repair(alarm=hush, link=hush, count=98765))["id"]
    await office.ask("ann", "PATCH", f"/records/{record}", {"fields": {"margin": "98765"}})
    await office.post("ann", f"/records/{record}/comments", {"text": hush, "internal": True})
    for path in (
        f"/records/{record}",
        f"/records/{record}/journal",
        "/records",
        "/inbox",
        "/tasks",
        f"/feed?record={record}",
    ):
        shown = await office.get("carl", path)
        assert (shown.status_code, hush in shown.text, "98765" in shown.text) == (200, False, False)


@pytest.mark.parametrize(
    ("who", "customer", "status"), [("carl", "carl", 201), ("carl", "dora", 403), ("ann", "dora", 201)]
)
async def test_only_agents_start_records_for_others(office: Office, who: str, customer: str, status: int) -> None:
    given = {"fields": {"summary": "It is broken", "customer": customer}}
    answer = await office.post(who, "/processes/repair/records", given)
    assert (answer.status_code, status == 201 or reasons(answer)[0][:2] == ("who", "not-allowed")) == (status, True)
