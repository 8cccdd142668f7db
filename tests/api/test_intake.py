"""Alerts become records: one while they last, told of repeats and of the end, and a new one when they come back."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from api.alerts import Notification, occurrences
from api.intaking import take
from api.outside_values import filled
from api.problems import ProblemError
from engine.record import Actor
from language.organisation import Intake, Organisation
from tests import organisations
from tests.api.office import Office, a_key, a_token, an_office, reasons
from tests.api.test_alerts import a_notification, an_alert
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

SHORTLY, LATER = 60.0, 601.0


async def post(office: Office, told: dict[str, Any], who: str = "alarms") -> list[tuple[str, str | None]]:
    """Post a notification and give what came of it."""
    answer = await office.post(who, "/intake/alertmanager", told)
    assert answer.status_code == 202, answer.text
    return [(each["did"], each["record"]) for each in answer.json()["taken"]]


async def started(office: Office, told: dict[str, Any]) -> str:
    """Post a notification that starts a record, and wait for it."""
    [(did, record)] = await post(office, told)
    assert (did, record is not None) == ("started", True)
    while (await office.get("ann", f"/records/{record}")).status_code == 404:
        await asyncio.sleep(0)
    return record or ""


async def occurred(office: Office, record: str) -> list[str]:
    """Name the events that have reached a record."""
    journal = (await office.get("ann", f"/records/{record}/journal")).json()
    return [entry["name"] for entry in journal["entries"] if entry["kind"] == "occur"]


def a_group(*alerts: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Give a notification of a group that no other test has."""
    return a_notification(*alerts, **{"groupKey": a_key(), **given})


async def test_an_alert_starts_a_record_with_what_the_intake_says(office: Office) -> None:
    labels = {"alertname": "Hot", "device": "press", "severity": "critical"}
    told = a_group(an_alert(labels=labels), an_alert(labels=labels))
    found = (await office.get("ann", f"/records/{await started(office, told)}")).json()
    assert (found["title"], found["created_by"]["id"]) == ("Disk of db1 is full", "alarms")
    fields = found["fields"]
    assert (fields["priority"], fields["device"]["id"], fields["count"]) == ("P1", "press", "2")
    assert fields["alarm"] == f"steward:{told['groupKey']}"


async def test_a_repetition_is_counted_and_the_same_delivery_is_not(office: Office) -> None:
    told = a_group()
    record = await started(office, told)
    assert await post(office, told) == [("nothing", record)]
    office.clock.ahead += LATER
    assert await post(office, told) == [("repeated", record)]
    more = {**told, "alerts": [an_alert(), an_alert(fingerprint="cd")]}
    assert await post(office, more) == [("repeated", record)]
    while len(await occurred(office, record)) < 2:
        await asyncio.sleep(0)
    found = (await office.get("ann", f"/records/{record}")).json()
    assert (await occurred(office, record), found["fields"]["count"]) == (["alarm.again"] * 2, "2")


async def test_a_delivery_is_the_same_across_the_turn_of_the_five_minutes(office: Office) -> None:
    office.clock.ahead += 290.0 - office.clock() % 300.0
    told = a_group()
    record = await started(office, told)
    office.clock.ahead += SHORTLY
    assert await post(office, told) == [("nothing", record)]


async def test_a_delivery_that_comes_again_while_its_record_has_not_begun_is_taken_once(tmp_path: Path) -> None:
    server, file, told = TemporalServer(tmp_path), tmp_path / "steward.db", a_group()
    client = await server.connect()
    async with an_office(file, client, worker=False, start_wait=0.2) as office:
        office.clock.ahead = 290.0 - office.clock() % 300.0
        [(did, record)] = await post(office, told)
        for _ in range(2):
            assert [found for _did, found in await post(office, told)] == [record]
            office.clock.ahead += SHORTLY
    assert (did, record is not None) == ("started", True)
    async with an_office(file, client) as office:
        while (await office.get("ann", f"/records/{record}")).status_code == 404:
            await asyncio.sleep(0)
        assert await post(office, {**told, "alerts": [an_alert(), an_alert()]}) == [("repeated", record)]
        while (await office.get("ann", f"/records/{record}")).json()["fields"]["count"] != "2":
            await asyncio.sleep(0)
        assert await occurred(office, record or "") == ["alarm.again"]
    server.kill()


async def test_when_the_group_is_over_the_record_is_told(office: Office) -> None:
    told = a_group(an_alert(), an_alert(status="resolved"))
    record = await started(office, told)
    over = {**told, "status": "resolved", "alerts": [an_alert(status="resolved")] * 2}
    assert await post(office, over) == [("resolved", record)]
    assert (await office.seen(record, "done"))["final"] is True
    assert await post(office, {**over, "truncatedAlerts": 1}) == [("nothing", None)]


async def test_what_comes_back_after_the_end_is_a_new_record(office: Office) -> None:
    told = a_group()
    first = await started(office, told)
    await post(office, {**told, "status": "resolved"})
    await office.seen(first, "done")
    second = await started(office, told)
    assert second != first
    assert await post(office, told) == [("nothing", second)]


async def test_an_end_without_a_beginning_is_nothing(office: Office) -> None:
    assert await post(office, a_group(an_alert(status="resolved"))) == [("nothing", None)]


async def test_many_senders_at_once_start_one_record(office: Office) -> None:
    told = a_group()
    found = await asyncio.gather(*(post(office, {**told, "externalURL": f"http://{each}"}) for each in range(5)))
    assert len({record for [(_did, record)] in found}) == 1
    assert [did for [(did, _record)] in found].count("started") == 1


async def test_the_same_delivery_at_once_is_no_repetition(office: Office) -> None:
    told = a_group()
    found = await asyncio.gather(*(post(office, told) for _ in range(8)))
    assert sorted(did for [(did, _record)] in found) == ["nothing"] * 7 + ["started"]


async def test_an_alert_of_something_unknown_is_not_lost(office: Office) -> None:
    labels = {"alertname": "Odd", "device": "teleporter"}
    record = await started(office, a_group(an_alert(labels=labels, generatorURL="http://x/" + "y" * 2_000)))
    found = (await office.get("ann", f"/records/{record}")).json()
    assert (found["fields"]["device"], found["fields"]["link"]) == (None, None)


async def test_a_storm_larger_than_other_requests_is_taken(office: Office) -> None:
    storm = a_group(*(an_alert(fingerprint=str(each)) for each in range(1_000)))
    assert len(str(storm)) > 200_000
    await started(office, storm)


def an_intake(start: dict[str, Any]) -> Intake:
    """Give an intake that fills these values."""
    row = {"process": "repair", "key": "group", "start": start, "repeated": None, "resolved": None}
    return Organisation({"intake": {"alertmanager": row}}).intake("alertmanager")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("as it is", "as it is"),
        (3, 3),
        ("=title", "Disk of db1 is full"),
        ("{{ labels.instance }}: {{ title }}", "db1: Disk of db1 is full"),
        ("=alerts + 1", "2"),
        ("=labels.nothing", None),
        ("{{ labels.nothing }}", None),
        ("=title - 1", None),
        ("=on_call(title)", None),
    ],
)
async def test_values_are_filled_in_and_what_cannot_be_is_left_out(written: Any, value: Any) -> None:
    [occurrence] = occurrences(Notification.model_validate(a_group()), "group")
    intake = an_intake({"field": written})
    assert filled("alerts", intake.start, occurrence.known) == ({} if value is None else {"field": value})


async def test_an_intake_may_send_no_events(office: Office) -> None:
    quiet = an_intake({"summary": "=title", "customer": "alarms", "alarm": "=group_key"})
    told, actor = a_group(), Actor("alarms", "Alarms", ("automation",))
    did = []
    for status in ("firing", "firing", "resolved"):
        [occurrence] = occurrences(Notification.model_validate({**told, "status": status}), "group")
        did.append((await take(office.services, actor, quiet, occurrence, a_key())).did)
    assert did == ["started", "nothing", "nothing"]


async def test_an_intake_that_does_not_fill_the_correlation_is_our_mistake(office: Office) -> None:
    [occurrence] = occurrences(Notification.model_validate(a_group()), "group")
    with pytest.raises(ProblemError, match="correlates") as problem:
        await take(office.services, Actor("alarms"), an_intake({}), occurrence, "body")
    assert problem.value.status == 500


async def test_an_organisation_without_an_intake_takes_no_alerts(alone: Office) -> None:
    await organisations.apply(alone.services.database, {}, by="test", at=time.time())
    alone.secrets["robot"] = await a_token(alone.services.database, "robot", "automation")
    answer = await alone.post("robot", "/intake/alertmanager", a_group())
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:steward:problem:not-found")


async def test_only_automation_brings_alerts(office: Office) -> None:
    answer = await office.post("ann", "/intake/alertmanager", a_group())
    assert (answer.status_code, reasons(answer)) == (403, [("who", "not-allowed", "")])


async def test_what_is_no_notification_is_refused(office: Office) -> None:
    answer = await office.post("alarms", "/intake/alertmanager", {"alerts": []})
    assert (answer.status_code, len(reasons(answer))) == (422, 2)
