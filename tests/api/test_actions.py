"""People act on records: every refusal says why and who could, and what is possible instead; a key has one effect."""

import asyncio
import hashlib

import pytest

from api.foreseeing import foreseen
from api.showing import restored
from engine.judging import judge
from engine.record import Actor, Event, Kind, Needs
from store.queries import get_record
from store.reading import read
from tests.api.office import Office, a_key, reasons
from tests.api.repairs import REPAIR

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def test_a_transition_answers_with_the_record_as_it_is_then(office: Office) -> None:
    record = (await office.repair())["id"]
    answer = await office.act("ann", record, "begin", assignee="ann")
    assert (answer.status_code, answer.json()["state"], answer.headers["etag"]) == (200, "working", '"2"')
    assert [task["title"] for task in answer.json()["tasks"]] == ["Order the part"]


async def test_the_facts_of_a_command_are_brought_along(office: Office) -> None:
    record, now = (await office.repair())["id"], office.clock()
    row = await get_record(office.services.database, record)
    assert row is not None
    asked = Event(Kind.ACT, "begin", Actor("ann"), {"assignee": {"id": "ann"}}, now=now)
    brought = await foreseen(office.services.database, row, asked, now)
    assert isinstance(judge(read(REPAIR), restored(row), asked), Needs)
    assert not isinstance(judge(read(REPAIR), restored(row), brought), Needs)


async def test_somebody_else_is_told_who_could(office: Office) -> None:
    record = (await office.repair())["id"]
    answer = await office.act("carl", record, "begin", assignee="ann")
    assert (answer.status_code, reasons(answer)) == (403, [("who", "not-allowed", "")])
    assert (answer.json()["reasons"][0]["who"], answer.json().get("actions")) == (["workshop"], None)


async def test_what_is_missing_is_told_with_its_path(office: Office) -> None:
    record = (await office.repair())["id"]
    answer = await office.act("ann", record, "begin")
    assert (answer.status_code, reasons(answer)) == (422, [("input", "required", "with.assignee")])
    answer = await office.act("ann", record, "begin", assignees="ann")
    assert ("input", "unknown-field", "with.assignees") in reasons(answer)


async def test_what_is_not_possible_now_names_what_is(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.act("ann", record, "begin", assignee="ann")
    answer = await office.act("ann", record, "finish", outcome="mended")
    assert (answer.status_code, reasons(answer)) == (409, [("state", "guard", "")])
    assert answer.json()["reasons"][0]["text"].startswith("Order the part first.")
    assert answer.json()["actions"] == ["stumble", "cancel"]


async def test_every_reason_is_told_and_nothing_has_happened(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.act("ann", record, "begin", assignee="ann")
    answer = await office.act("carl", record, "finish")
    assert [kind for kind, _, _ in reasons(answer)] == ["who", "input", "state"]
    assert (await office.get("ann", f"/records/{record}")).json()["seq"] == 2


@pytest.mark.semantics("C1.7")
async def test_who_sends_a_request_cannot_say_what_the_facts_are(office: Office) -> None:
    record = (await office.repair())["id"]
    body = {"with": {"assignee": "ann"}, "facts": {"frozen": False}}
    answer = await office.post("ann", f"/records/{record}/actions/begin", body)
    assert (answer.status_code, reasons(answer)) == (422, [("input", "unknown-field", "facts")])


async def test_a_stale_tag_is_refused(office: Office) -> None:
    record = (await office.repair())["id"]
    body = {"with": {"assignee": "ann"}}
    answer = await office.post("ann", f"/records/{record}/actions/begin", body, If_Match='"7"')
    assert (answer.status_code, reasons(answer)) == (412, [("stale", "stale", "")])
    assert (await office.post("ann", f"/records/{record}/actions/begin", body, If_Match='W/"1"')).status_code == 200


async def test_the_same_key_has_one_effect_and_the_same_answer(office: Office) -> None:
    record, key = (await office.repair())["id"], a_key()
    body = {"with": {"assignee": "ann"}}
    sent = [office.post("ann", f"/records/{record}/actions/begin", body, Idempotency_Key=key) for _ in range(3)]
    assert [(answer.status_code, answer.json()["seq"]) for answer in await asyncio.gather(*sent)] == [(200, 2)] * 3
    other = {"with": {"assignee": "bob"}}
    answer = await office.post("ann", f"/records/{record}/actions/begin", other, Idempotency_Key=key)
    assert reasons(answer) == [("input", "key-reused", "Idempotency-Key")]


async def test_of_four_at_once_one_is_accepted(office: Office) -> None:
    record = (await office.repair())["id"]
    answers = await asyncio.gather(*(office.act("ann", record, "begin", assignee="ann") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_closed_record_refuses_with_the_reason_and_still_knows_its_keys(office: Office) -> None:
    record, key = (await office.repair())["id"], a_key()
    cancel = {"with": {"reason": "Nobody needs it"}}
    path = f"/records/{record}/actions/cancel"
    assert (await office.post("ann", path, cancel, Idempotency_Key=key)).json()["final"] is True
    while await office.services.client.head(record) and (await office.act("ann", record, "begin")).status_code != 409:
        pass
    answer = await office.post("ann", f"/records/{record}/comments", {"text": "Hello?"})
    assert (answer.status_code, reasons(answer), answer.json()["actions"]) == (409, [("state", "closed", "")], [])
    again = await office.post("ann", path, cancel, Idempotency_Key=key)
    assert (again.status_code, again.json()["state"]) == (200, "cancelled")
    other = await office.post("ann", path, {"with": {"reason": "Another"}}, Idempotency_Key=key)
    assert (other.status_code, reasons(other)) == (422, [("input", "key-reused", "Idempotency-Key")])


async def test_an_open_record_that_nothing_carries_out_is_busy(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.services.client._temporal.get_workflow_handle(record).terminate()
    answer = await office.act("ann", record, "begin", assignee="ann")
    assert (answer.status_code, "an operator can" in answer.json()["detail"]) == (503, True)


async def test_who_no_longer_sees_the_record_is_told_nothing_but_that_it_is_done(office: Office) -> None:
    record = (await office.repair())["id"]
    answer = await office.ask("carl", "PATCH", f"/records/{record}", {"fields": {"customer": "dora"}})
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await office.get("dora", f"/records/{record}")).status_code == 200


async def test_a_comment_is_for_all_and_a_note_for_agents(office: Office) -> None:
    record = (await office.repair())["id"]
    assert (await office.post("carl", f"/records/{record}/comments", {"text": "Soon?\r\nPlease"})).status_code == 200
    note = {"text": "He is in a hurry", "internal": True}
    assert (await office.post("ann", f"/records/{record}/comments", note)).status_code == 200
    assert (await office.post("carl", f"/records/{record}/comments", note)).status_code == 403
    answer = await office.post("carl", f"/records/{record}/comments", {"text": " "})
    assert (answer.status_code, reasons(answer)) == (422, [("input", "required", "text")])


async def test_a_record_that_is_not_for_you_is_not_there(office: Office) -> None:
    record = (await office.repair())["id"]
    for path, body in (("actions/begin", {}), ("comments", {"text": "x"}), ("faults/1/retry", None)):
        assert (await office.post("dora", f"/records/{record}/{path}", body)).status_code == 404


async def test_the_journal_tells_everybody_what_they_may_know(office: Office) -> None:
    record = (await office.repair(alarm="bell"))["id"]
    await office.post("ann", f"/records/{record}/comments", {"text": "Look at the bell", "internal": True})
    await office.act("ann", record, "begin", assignee="ann")
    full, public = [(await office.get(who, f"/records/{record}/journal")).json() for who in ("ann", "carl")]
    assert [(entry["seq"], entry["kind"]) for entry in full["entries"]] == [(1, "start"), (2, "comment"), (3, "act")]
    pages = [(await office.get("ann", f"/records/{record}/journal?limit=2")).json()]
    pages.append((await office.get("ann", pages[0]["next"])).json())
    assert ([entry for page in pages for entry in page["entries"]], pages[1]["next"]) == (full["entries"], None)
    assert [entry["seq"] for entry in public["entries"]] == [1, 3]
    assert "bell" not in str(public)
    assert (full["entries"][2]["actor"], full["broken"]) == ({"id": "ann", "label": "Ann Agent"}, None)
    assert "begin: new → working" in [line["text"] for line in full["entries"][2]["lines"]]
    assert [entry["previous_head"] for entry in full["entries"][1:]] == [entry["head"] for entry in full["entries"][:2]]


async def test_the_journal_tells_from_where_and_the_address_only_to_who_sees_in_full(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.act("ann", record, "begin", assignee="ann")
    full, public = [(await office.get(who, f"/records/{record}/journal")).json() for who in ("ann", "carl")]
    told = full["entries"][-1]
    assert (told["origin"]["channel"], told["origin"]["address"], told["version"]) == ("api", "127.0.0.1", 1)
    assert told["origin"]["credential"] == hashlib.sha256(office.secrets["ann"].encode()).hexdigest()[:12]
    assert public["entries"][-1]["origin"] == {"channel": "api", "address": None, "credential": None}


async def test_what_stands_still_is_retried_or_skipped(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.act("ann", record, "begin", assignee="ann")
    stuck = (await office.act("ann", record, "stumble")).json()
    assert [(fault["number"], fault["text"]) for fault in stuck["faults"]] == [("1", "The machine is broken")]
    assert (await office.get("carl", f"/records/{record}")).json()["faults"] == []
    again = (await office.post("ann", f"/records/{record}/faults/1/retry")).json()
    assert [fault["number"] for fault in again["faults"]] == ["2"]
    assert (await office.post("ann", f"/records/{record}/faults/1/skip")).status_code == 409
    after = await office.post("ann", f"/records/{record}/faults/2/skip", {"with": {"margin": "12.50"}})
    assert (after.json()["state"], after.json()["fields"]["margin"], after.json()["faults"]) == ("working", "12.50", [])
