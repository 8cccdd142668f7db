"""The organisation changes while records are open, on a real server: those it touches hear of it, and no others."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from language.organisation import Organisation
from language.organisation_reading import read_organisation
from store import outbox, queries
from tests.workflows.house import House
from workflows.client import RefusedError

pytestmark = pytest.mark.server
DAY = 86_400.0
MAY = "2.may.1"

REQUEST = """
process: request
version: 1
title: Request
number: REQ
owner: ann
read: [anyone]
write: [ann]
calendar: office
start: {to: open, ask: [subject, service, begin]}
fields: {subject: text, service: {type: ref, of: service}, begin: datetime}
targets:
  answer: {runs_in: [open], within: 5 business days}
states:
  open:
    transitions:
      consult: {to: asking, by: [ann]}
      start: {to: doing, at: =begin, when: "not frozen(service, now, now + '1 hour')", blocked: Frozen}
      hurry: {to: doing, by: [ann], when: "not frozen(service, now, now + '1 hour')", blocked: Frozen}
  asking:
    do: [{approval: May we, id: may, by: [board], votes: all, rejected: [{go: done}]}, {go: doing}]
  doing: {}
  done: {final: true}
"""

AROUND = read_organisation(
    {
        "around.yaml": """
people: {ann: {}, bob: {groups: [board]}, carl: {groups: [board]}, dora: {}}
groups: {board: {}}
services: {mail: {owner: ann}}
calendars:
  office: {zone: UTC, hours: {mon: 00:00-24:00, tue: 00:00-24:00, wed: 00:00-24:00, thu: 00:00-24:00, fri: 00:00-24:00}}
freezes: {winter: {title: Winter, services: all, from: 2000-01-01 00:00, until: 2090-01-01 00:00}}
"""
    }
)


def people(**rows: dict[str, Any]) -> Organisation:
    """The organisation in which these people are others."""
    return AROUND.merged(
        Organisation({"user": {name: {**AROUND.of("user")[name], **row} for name, row in rows.items()}})
    )


@pytest.fixture
async def office(crew: House) -> AsyncIterator[House]:
    """A house with people, a board, a calendar and a freeze."""
    opened = House(crew.server, crew.url, crew.directory, REQUEST, AROUND)
    await opened.open()
    yield opened
    await opened.close()


async def asking(office: House) -> str:
    record = await office.new()
    await office.act(record, "consult", "ann")
    return record


async def until(office: House, record: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until a record's body is so."""

    async def look() -> dict[str, Any] | None:
        body = dict((await office.row(record)).body)
        return body if holds(body) else None

    found: dict[str, Any] = await office.until(look)
    return found


def seats(body: dict[str, Any]) -> list[str]:
    return [seat["id"] for token in body["tokens"].values() for seat in token["data"].get("seats", ())]


async def test_an_absence_entered_later_hands_the_vote_on_at_once_and_its_end_gives_it_back(office: House) -> None:
    record, other = await asking(office), await office.new()
    seq = (await office.row(other)).seq
    away = {"person": "bob", "from": "2000-01-01T00:00:00Z", "until": "2090-01-01T00:00:00Z", "delegate": "dora"}
    await office.apply(AROUND.merged(Organisation({"absence": {"a1": away}})))
    await until(office, record, lambda body: seats(body) == ["dora", "carl"])
    await office.vote(record, MAY, "dora")
    await office.apply(AROUND)
    await office.vote(record, MAY, "carl")
    assert (await office.row(record)).state == "doing"
    assert ((await office.row(other)).seq, await outbox.of_record(office.database, other)) == (seq, ())
    await office.proven(record)


async def test_an_emptied_board_stalls_visibly_and_approves_nothing(office: House) -> None:
    record = await asking(office)
    await office.vote(record, MAY, "bob")
    await office.apply(people(bob={"groups": []}, carl={"groups": []}))
    body = await until(office, record, lambda body: bool(body["faults"]))
    assert [fault["code"] for fault in body["faults"].values()] == ["stalled"]
    assert (body["state"], body["approvals"]["may"]["outcome"]) == ("asking", None)
    with pytest.raises(RefusedError, match="not open"):
        await office.vote(record, MAY, "carl")
    await office.proven(record)


async def test_a_lifted_freeze_lets_a_blocked_timer_begin(office: House) -> None:
    record = await office.new(service="mail", begin="2026-01-01T00:00:00Z")
    await until(office, record, lambda body: bool(body["timers"]["start"]["because"]))
    await office.apply(Organisation({**AROUND.rows, "freeze": {}}))
    await until(office, record, lambda body: body["state"] == "doing")
    await office.proven(record)


@pytest.mark.semantics("C1.6")
async def test_what_a_person_wants_to_do_is_judged_by_what_holds_at_that_moment(office: House) -> None:
    record = await office.new(service="mail")
    with pytest.raises(RefusedError, match="Frozen"):
        await office.act(record, "hurry", "ann")
    await office.apply(Organisation({**AROUND.rows, "freeze": {}}))
    await office.act(record, "hurry", "ann")
    assert (await office.row(record)).state == "doing"


async def test_a_holiday_added_later_shifts_a_running_target_and_says_so(office: House) -> None:
    record = await office.new()
    due = (await office.row(record)).body["targets"]["answer"]["due"]
    row = {**AROUND.of("calendar")["office"], "holidays": next_days(office.clock())}
    await office.apply(AROUND.merged(Organisation({"calendar": {"office": row}})))
    await office.until(lambda: office.has_said(record, "target_moved"))
    target = (await office.row(record)).body["targets"]["answer"]
    assert target["due"] == due + 7 * DAY
    assert sum(spent for *_, spent in target["intervals"]) == target["spent"]
    journal = await queries.get_journal(office.database, record)
    assert [line["what"] for line in journal[-1].lines] == ["calendar_changed", "target_moved"]
    await office.proven(record)


def next_days(now: float) -> list[str]:
    """Give the dates of a week from tomorrow on."""
    today = datetime.fromtimestamp(now, UTC)
    return [(today + timedelta(days=each)).date().isoformat() for each in range(1, 8)]
