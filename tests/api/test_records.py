"""Records are started once, listed and shown as far as one may see them, and edited by who saw them as they are."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from store import archived
from store.archived import Archived
from tests.api.office import Office, a_key, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def test_a_start_answers_with_the_record_and_where_it_is(office: Office) -> None:
    given = {"summary": "Press is loose", "customer": "carl", "size": "large", "device": "press"}
    answer = await office.post("ann", "/processes/repair/records", {"fields": given})
    record = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/records/{record['id']}")
    assert answer.headers["etag"] == f'"{record["revision"]}"'
    assert (record["state"], record["fields"]["priority"]) == ("new", "P1")
    assert record["fields"]["device"] == {"id": "press", "label": "Press"}
    assert (record["targets"]["response"]["status"], record["targets"]["response"]["within"]) == ("running", "1 hour")
    possible = {each["name"]: each["possible"] for each in record["actions"]}
    assert possible == {"begin": "yes", "cancel": "yes"}


@pytest.mark.parametrize(
    ("who", "fields", "status", "expected"),
    [
        ("ann", {}, 422, [("input", "required", "fields.summary"), ("input", "required", "fields.customer")]),
        ("ann", {"summary": "x", "customer": "nobody"}, 422, [("input", "bad-value", "fields.customer")]),
        ("ann", {"summary": "x", "customer": "carl", "colour": 1}, 422, [("input", "unknown-field", "fields.colour")]),
        ("dora", {"summary": "x", "customer": "carl"}, 403, [("who", "not-allowed", "")]),
    ],
)
async def test_a_wrong_start_is_refused_with_every_reason_before_anything_is_started(
    office: Office, who: str, fields: dict[str, Any], status: int, expected: list[tuple[str, str, str]]
) -> None:
    before = (await office.repair())["id"]
    answer = await office.post(who, "/processes/repair/records", {"fields": fields})
    assert answer.status_code == status
    assert set(expected) <= set(reasons(answer))
    assert int((await office.repair())["id"][3:]) == int(before[3:]) + 1


async def test_the_same_key_starts_one_record_for_each_sender(office: Office) -> None:
    key, body = a_key(), {"fields": {"summary": "Once", "customer": "carl"}}
    starts = [office.post("ann", "/processes/repair/records", body, Idempotency_Key=key) for _ in range(4)]
    answers = await asyncio.gather(*starts)
    assert ({answer.status_code for answer in answers}, len({answer.json()["id"] for answer in answers})) == ({201}, 1)
    other = await office.post("bob", "/processes/repair/records", body, Idempotency_Key=key)
    assert other.json()["id"] != answers[0].json()["id"]


async def test_the_same_key_with_another_body_is_refused(office: Office) -> None:
    key, address = a_key(), "/processes/repair/records"
    one, other = ({"fields": {"summary": summary, "customer": "carl"}} for summary in ("One", "Other"))
    assert (await office.post("ann", address, one, Idempotency_Key=key)).status_code == 201
    answer = await office.post("ann", address, other, Idempotency_Key=key)
    assert (answer.status_code, reasons(answer)) == (422, [("input", "key-reused", "Idempotency-Key")])


async def test_who_starts_a_record_without_seeing_it_is_told_its_number(office: Office) -> None:
    body = {"fields": {"summary": "Beep", "customer": "carl"}}
    answer = await office.post("alarms", "/processes/repair/records", body)
    assert (answer.status_code, list(answer.json())) == (201, ["id", "process"])
    assert (await office.get("alarms", answer.headers["location"])).status_code == 404


async def test_what_is_internal_is_for_those_who_see_in_full(office: Office) -> None:
    record = (await office.repair(alarm="smoke"))["id"]
    for who, visible in (("ann", True), ("carl", False)):
        found = (await office.get(who, f"/records/{record}")).json()
        listed = (await office.get(who, f"/records?q={record}")).json()["records"][0]
        assert [("alarm" in each["fields"]) for each in (found, listed)] == [visible, visible]
    assert (await office.get("dora", f"/records/{record}")).status_code == 404
    assert (await office.get("dora", f"/records?q={record}")).json()["records"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=new&q=filtered", ["A", "B"]),
        ("state=new&state=done&q=filtered", ["A", "B"]),
        ("priority=P1&q=filtered", ["A"]),
        ("size=small&q=filtered", ["B"]),
        ("alarm=bell-1&q=filtered", ["A"]),
        ("assignee=&q=filtered", ["A", "B"]),
        ("group=workshop&q=filtered", ["A", "B"]),
        ("group=dispatch&group=workshop&priority=P2&q=filtered", ["B"]),
        ("group=dispatch&q=filtered", []),
        ("assignee=me&q=filtered", []),
        ("final=true&q=filtered", []),
        ("process=repair&q=filtered&sort=-created", ["B", "A"]),
        ("q=filtered&updated_since=2100-01-01T00:00:00Z", []),
    ],
)
async def test_lists_are_narrowed_by_what_the_address_says(
    office: Office, filtered: dict[str, str], query: str, found: list[str]
) -> None:
    sort = "" if "sort" in query else "&sort=created"
    records = (await office.get("ann", f"/records?{query}{sort}")).json()["records"]
    assert [filtered[record["id"]] for record in records] == found


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def filtered(office: Office) -> dict[str, str]:
    """Two repairs to be found."""
    large = await office.repair(summary="Filtered A", size="large", alarm="bell-1")
    small = await office.repair(summary="Filtered B")
    return {large["id"]: "A", small["id"]: "B"}


async def test_pages_follow_each_other_by_their_link(office: Office) -> None:
    made = [(await office.repair(summary="Paged"))["id"] for _ in range(3)]
    found, address = [], "/records?q=paged&sort=created&limit=2"
    while address:
        answer = await office.get("ann", address)
        found += [record["id"] for record in answer.json()["records"]]
        address = answer.links.get("next", {}).get("url", "")
        assert answer.json()["next"] == (address or None)
    assert found == made


async def test_an_edit_answers_with_the_new_record(office: Office) -> None:
    record = await office.repair()
    answer = await office.ask(
        "ann", "PATCH", f"/records/{record['id']}", {"fields": {"size": "large"}}, If_Match=f'"{record["revision"]}"'
    )
    assert (answer.status_code, answer.json()["fields"]["priority"]) == (200, "P1")
    assert answer.headers["etag"] == f'"{record["revision"] + 1}"'


@pytest.mark.parametrize(
    ("sent", "tag", "status", "expected"),
    [
        (("ann", {"size": "large"}), '"99"', 412, ("stale", "stale", "")),
        (("ann", {"size": "large"}), "yesterday", 412, ("stale", "stale", "If-Match")),
        (("ann", {"colour": "red"}), "*", 422, ("input", "unknown-field", "fields.colour")),
        (("ann", {"priority": "P1"}), "*", 422, ("input", "kept", "fields.priority")),
        (("carl", {"outcome": "mended"}), "*", 403, ("who", "not-allowed", "fields.outcome")),
    ],
)
async def test_a_refused_edit_says_why(
    office: Office, sent: tuple[str, dict[str, Any]], tag: str, status: int, expected: tuple[str, str, str]
) -> None:
    (who, fields), record = sent, await office.repair()
    answer = await office.ask(who, "PATCH", f"/records/{record['id']}", {"fields": fields}, If_Match=tag)
    assert (answer.status_code, reasons(answer)[0]) == (status, expected)
    assert (await office.get("ann", f"/records/{record['id']}")).json()["seq"] == record["seq"]


async def test_a_record_that_has_not_changed_is_not_sent_again(office: Office) -> None:
    record = await office.repair()
    answer = await office.get("ann", f"/records/{record['id']}", If_None_Match=f'"{record["revision"]}"')
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("by_seq", [True, False])
async def test_a_long_poll_answers_when_the_record_changes(office: Office, by_seq: bool) -> None:
    record = await office.repair()
    address = f"/records/{record['id']}?wait=60" + (f"&seq={record['seq']}" if by_seq else "")
    poll = asyncio.create_task(office.get("carl", address))
    await asyncio.sleep(0)
    await office.act("ann", record["id"], "begin", assignee="ann")
    answer = await asyncio.wait_for(poll, 50)
    assert (answer.status_code, answer.json()["state"]) == (200, "working")


async def test_a_long_poll_ends_when_the_record_is_no_longer_for_who_asks(office: Office) -> None:
    record = (await office.repair())["id"]
    poll = asyncio.create_task(office.get("carl", f"/records/{record}?wait=60"))
    await asyncio.sleep(0)
    await office.ask("ann", "PATCH", f"/records/{record}", {"fields": {"customer": "dora"}})
    assert (await poll).status_code == 404


async def test_a_long_poll_ends_when_nothing_changes(office: Office) -> None:
    record = await office.repair()
    answer = await office.get("ann", f"/records/{record['id']}?wait=0.1", If_None_Match=f'"{record["revision"]}"')
    assert answer.status_code == 304


async def test_what_is_archived_is_told_to_those_who_saw_it(office: Office) -> None:
    where = Archived("REP7777777", "repair", "done", 1.0, 2.0, "repair/2026-03.jsonl", "d", ("user:ann",))
    await office.services.database.write(archived.note, where)
    mine, theirs = [await office.ask(who, "GET", "/records/REP7777777") for who in ("ann", "dora")]
    assert (mine.status_code, mine.json()["type"]) == (410, "urn:steward:problem:archived")
    assert "repair/2026-03.jsonl" in mine.json()["detail"]
    assert (theirs.status_code, "archive" in theirs.text) == (404, False)
