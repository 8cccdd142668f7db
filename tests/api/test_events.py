"""CloudEvents reach a record by its id or by what its process correlates by, once each."""

from typing import Any

import pytest

from tests.api.office import Office, a_key, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

STRUCTURED = "application/cloudevents+json"


def an_event(**attributes: Any) -> dict[str, Any]:
    """Give a structured event."""
    return {"specversion": "1.0", "id": a_key(), "source": "/shop", "type": "part.delivered", **attributes}


async def send(office: Office, event: Any, who: str = "alarms") -> Any:
    """Send a structured event."""
    return await office.post(who, "/events", event, Content_Type=STRUCTURED)


async def outcome(office: Office, record: str, seq: int) -> dict[str, Any]:
    """Give the record as soon as something has happened after `seq`."""
    return (await office.get("ann", f"/records/{record}?wait=60&seq={seq}")).json()  # type: ignore[no-any-return]  # JSON


async def test_an_event_reaches_its_subject(office: Office) -> None:
    record = await office.repair()
    answer = await send(office, an_event(subject=record["id"], data={"outcome": "Here it is"}, extension="x"))
    assert (answer.status_code, answer.json()) == (202, {"record": record["id"], "records": [record["id"]]})
    after = await outcome(office, record["id"], record["seq"])
    assert (after["fields"]["outcome"], after["state"]) == ("Here it is", "new")


async def test_an_event_finds_its_record_by_correlation(office: Office) -> None:
    record = await office.repair(alarm="door 7")
    answer = await send(office, an_event(type="alarm.over", data={"process": "repair", "value": "door 7"}))
    assert answer.json()["records"] == [record["id"]]
    assert (await outcome(office, record["id"], record["seq"]))["state"] == "done"


async def test_a_binary_event_has_its_attributes_in_headers(office: Office) -> None:
    record = await office.repair()
    headers = {"ce-id": a_key(), "ce-source": "/shop", "ce-specversion": "1.0", "ce-type": "part.delivered"}
    answer = await office.post("alarms", "/events", {"outcome": "Sent"}, **headers, **{"ce-subject": record["id"]})
    assert answer.status_code == 202
    assert (await outcome(office, record["id"], record["seq"]))["fields"]["outcome"] == "Sent"


async def test_the_same_source_and_id_have_one_effect(office: Office) -> None:
    record = await office.repair()
    event = an_event(subject=record["id"], data={"outcome": "First"})
    assert [(await send(office, event)).status_code for _ in range(3)] == [202, 202, 202]
    await send(office, an_event(subject=record["id"], data={"outcome": "Second"}))
    after = await office.get("ann", f"/records/{record['id']}/journal")
    while [entry["kind"] for entry in after.json()["entries"]].count("occur") < 2:
        after = await office.get("ann", f"/records/{record['id']}/journal")
    assert [entry["kind"] for entry in after.json()["entries"]] == ["start", "occur", "occur"]


@pytest.mark.parametrize(
    ("event", "status", "expected"),
    [
        (an_event(), 422, [("input", "no-subject", "subject")]),
        (an_event(subject="REP9999999"), 404, []),
        (an_event(data={"process": "repair", "value": "nothing"}), 404, []),
        (an_event(data={"process": "repare", "value": "x"}), 404, []),
        (an_event(specversion="0.3"), 422, [("input", "bad-value", "specversion")]),
        (an_event(data=[1]), 422, [("input", "bad-value", "data")]),
        ({}, 422, [("input", "required", each) for each in ("specversion", "id", "source", "type")]),
        ([], 422, [("input", "bad-value", "the event")]),
    ],
)
async def test_a_wrong_event_is_told_what_is_wrong(
    office: Office, event: dict[str, Any], status: int, expected: list[tuple[str, str, str]]
) -> None:
    answer = await send(office, event)
    assert (answer.status_code, reasons(answer)) == (status, expected)


async def test_a_body_that_is_no_event_is_refused(office: Office) -> None:
    headers = {"Authorization": f"Bearer {office.secrets['alarms']}", "Content-Type": STRUCTURED}
    broken = await office.http.post("/api/v1/events", content=b"{", headers=headers)
    assert (broken.status_code, reasons(broken)) == (422, [("input", "bad-json", "")])
    assert (await office.post("alarms", "/events", {"id": "1"})).status_code == 415
    batch = await office.post("alarms", "/events", [], Content_Type="application/cloudevents-batch+json")
    assert batch.status_code == 415


async def test_only_automation_sends_events(office: Office) -> None:
    answer = await send(office, an_event(subject="REP0000001"), who="ann")
    assert (answer.status_code, answer.json()["reasons"][0]["who"]) == (403, ["automation"])


async def test_an_event_for_a_closed_record_is_refused_but_its_redelivery_is_not(office: Office) -> None:
    record = await office.repair()
    event = an_event(type="alarm.over", subject=record["id"])
    await send(office, event)
    assert (await outcome(office, record["id"], record["seq"]))["final"] is True
    answer = await send(office, an_event(subject=record["id"]))
    while answer.status_code == 202:  # the workflow was still ending
        answer = await send(office, an_event(subject=record["id"]))
    assert (answer.status_code, reasons(answer)) == (409, [("state", "closed", "")])
    assert (await send(office, event)).status_code == 202


@pytest.mark.parametrize("content", ["[" * 50_000, "9" * 5_000, b"\xff"])
async def test_what_cannot_be_read_is_said_without_our_own_affairs(office: Office, content: Any) -> None:
    headers = {"Authorization": f"Bearer {office.secrets['alarms']}", "Content-Type": STRUCTURED}
    answer = await office.http.post("/api/v1/events", content=content, headers=headers)
    assert reasons(answer) == [("input", "bad-json", "")]
    assert not [word for word in ("sys.", "recursion") if word in answer.text]
