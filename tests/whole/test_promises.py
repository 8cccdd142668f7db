"""What was promised keeps, whole: through priorities, pauses, holidays that come later, leave and emptied groups."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from language.organisation import Organisation
from tests.whole.desk import Desk, shipped, until

pytestmark = pytest.mark.server
MINUTE, HOUR = 60.0, 3_600.0

PAYMENT = """
process: payment
version: 1
title: Payment
number: PAY
owner: service_desk_manager
read: [agent]
start: {to: asked, by: [agent], needs: [what]}
fields: {what: text}
states:
  asked:
    do:
      - {approval: May it be paid, id: may, by: [mail_team], votes: all, due: 30 days, rejected: [{go: refused}]}
      - {go: paid}
    transitions: {drop: {to: refused, by: [agent]}}
  paid: {final: true}
  refused: {final: true}
"""


async def test_a_priority_raised_after_a_hold_keeps_the_pause_and_the_intervals_add_up(desk: Desk) -> None:
    record = await desk.start(
        "incident", summary="Slow", caller="carla", service="web_shop", impact="medium", urgency="medium"
    )
    await desk.act(record, "assign", assignee="dana")
    await desk.pass_time(record, 30 * MINUTE)
    await desk.act(record, "hold", pending_reason="supplier")
    await desk.pass_time(record, 3 * HOUR)
    await desk.ask("PATCH", f"/records/{record}", {"fields": {"impact": "high", "urgency": "high"}})
    held = target(await desk.shown(record))
    assert (held["status"], held["within"], len(held["intervals"])) == ("paused", "2 hours", 1)
    resumed = target(await desk.act(record, "resume"))
    assert resumed["status"] == "running"
    assert resumed["intervals"][0] == held["intervals"][0]
    await desk.pass_time(record, 10 * MINUTE)
    later = target(await desk.shown(record))
    assert sum(each["spent"] for each in later["intervals"]) == pytest.approx(later["spent"])
    [(before, after)] = pairwise(later["intervals"])
    assert at(after["since"]) - at(before["until"]) >= 3 * HOUR
    assert 40 * MINUTE <= later["spent"] < 2 * HOUR
    assert at(resumed["due"]) == pytest.approx(at(after["since"]) + resumed["allowed"] - held["spent"])


async def test_a_holiday_added_later_shifts_running_targets_only_and_says_so(desk: Desk) -> None:
    running, met = [await desk.start("incident", summary="Odd", caller="carla", service="mail") for _ in range(2)]
    await desk.act(met, "assign", assignee="dana")
    await desk.act(met, "resolve", resolution_code="fixed", resolution="Restarted")
    before, ended = target(await desk.shown(running)), target(await desk.shown(met))
    office = shipped().of("calendar")["office"]
    days = [(datetime.now(UTC) + timedelta(days=each)).date().isoformat() for each in range(1, 8)]
    await desk.apply(shipped().merged(Organisation({"calendar": {"office": {**office, "holidays": days}}})))
    await until(lambda: moved(desk, running))
    after = target(await desk.shown(running))
    assert at(after["due"]) > at(before["due"])
    assert sum(each["spent"] for each in after["intervals"]) == pytest.approx(after["spent"])
    assert "calendar office has changed" in await desk.journal(running)
    assert "is due" not in await desk.journal(met)
    assert target(await desk.shown(met)) == ended


async def test_an_absence_that_begins_while_work_is_pending_hands_it_on(desk: Desk) -> None:
    await desk.start("incident", summary="No shop", caller="carla", service="web_shop", impact="high", urgency="high")
    [major] = await until(lambda: desk.listed("major_incident"))
    accepted = await desk.act(major["id"], "accept", who="sofia", manager="kenji")
    assert [seats(task) for task in accepted["tasks"]] == [["kenji"], ["kenji"]]
    away = {"person": "kenji", "from": "2000-01-01T00:00:00Z", "until": "2090-01-01T00:00:00Z", "delegate": "ines"}
    await desk.apply(shipped().merged(Organisation({"absence": {"leave": {**away, "calendar": None}}})))
    handed = await until(lambda: handed_on(desk, major["id"]))
    assert [seats(task) for task in handed["tasks"]] == [["ines"], ["ines"]]


async def test_an_emptied_group_stalls_visibly_and_approves_nothing(desk: Desk) -> None:
    await desk.ask("POST", "/definitions", {"source": PAYMENT})
    record = await desk.start("payment", what="A new server")
    assert [each["title"] for each in (await desk.shown(record))["approvals"]] == ["May it be paid"]
    people = shipped().of("user")
    nobody = {name: {**row, "groups": []} for name, row in people.items() if "mail_team" in row["groups"]}
    await desk.apply(shipped().merged(Organisation({"user": nobody})))
    stalled = await until(lambda: faulty(desk, record))
    assert (stalled["state"], [fault["code"] for fault in stalled["faults"]]) == ("asked", ["stalled"])
    assert (await desk.act(record, "drop"))["state"] == "refused"


def target(record: dict[str, Any]) -> dict[str, Any]:
    """Give how the resolution of an incident stands."""
    return dict(record["targets"]["resolution"])


def at(written: str) -> float:
    """Give a time as seconds since the epoch."""
    return datetime.fromisoformat(written).timestamp()


def seats(task: dict[str, Any]) -> list[str]:
    """Name those who may do a task."""
    return [each["id"] for each in task["seats"]]


async def moved(desk: Desk, record: str) -> bool:
    """Say whether a target of a record is due at another time than it was."""
    return "is due" in await desk.journal(record)


async def handed_on(desk: Desk, record: str) -> dict[str, Any] | None:
    """Give a record as soon as none of its tasks is Kenji's."""
    shown = await desk.shown(record)
    return None if any("kenji" in seats(task) for task in shown["tasks"]) else shown


async def faulty(desk: Desk, record: str) -> dict[str, Any] | None:
    """Give a record as soon as a step of it stands still."""
    shown = await desk.shown(record)
    return shown if shown["faults"] else None
