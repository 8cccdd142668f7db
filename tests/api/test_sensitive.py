"""Sensitive fields at the API: sealed on every way in, opened for their readers on the record's own page."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from language.organisation_reading import read_organisation
from store.errors import SealBrokenError
from store.publishing import publish
from store.sealing import Seals, new_key
from tests import organisations
from tests.api.office import Office, an_office, reasons
from tests.api.repairs import ORGANISATION
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

KEYS = [new_key()]
HIRE = """
process: hire
version: 1
title: Hire
number: HIR
owner: manager
read: [agent, customer]
write: [agent]
correlate: key
start: {to: new, by: [agent, automation], ask: [name, key, password, salary, customer, boss, level]}
fields:
  name: text
  key: {type: text, index: true}
  customer: user
  password: {type: text, sensitive: true}
  salary: {type: money, sensitive: [customer]}
  boss: {type: user, sensitive: true}
  level: {type: choice, options: [high, low], sensitive: true}
states:
  new:
    do: [{fail: It cannot begin}]
    transitions:
      change: {by: [agent], needs: [password]}
      again: {event: alarm.again, ask: [password, level]}
  done: {final: true}
transitions:
  end: {from: [new], to: done, by: [agent]}
"""
INTAKE = """
intakes:
  alertmanager:
    process: hire
    key: group
    start: {name: =title, key: =group_key, password: =labels.token, level: =severity}
    repeated: alarm.again
"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office with a process that has sensitive fields, and an intake that fills some."""
    client, seals = await temporal.connect(), Seals(lambda: tuple(KEYS))
    file = tmp_path_factory.mktemp("sealed") / "steward.db"
    async with an_office(file, client, seals=seals, work={"seals": seals}) as opened:
        database = opened.services.database
        around = read_organisation({"all.yaml": ORGANISATION.partition("intakes:")[0] + INTAKE.lstrip()})
        await organisations.apply(database, around.to_json(), by="test", at=time.time())
        await publish(database, HIRE, "", {}, {}, "test", time.time())
        yield opened


async def a_hire(office: Office, **fields: object) -> str:
    answer = await office.post(
        "ann", "/processes/hire/records", {"fields": {"name": "New", "customer": "carl", **fields}}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def seen(office: Office, who: str, record: str) -> dict[str, object]:
    return dict((await office.get(who, f"/records/{record}")).json()["fields"])


async def test_a_reference_is_checked_sealed_and_opened_with_its_label(office: Office) -> None:
    record = await a_hire(office, boss="bob", level="high")
    fields = await seen(office, "ann", record)
    assert (fields["boss"], fields["level"]) == ({"id": "bob", "label": "Bob Boss"}, "high")


@pytest.mark.semantics("I3.5")
async def test_who_is_named_reads_it_and_others_see_that_it_is_there(office: Office) -> None:
    record = await a_hire(office, salary=1250)
    assert (await seen(office, "carl", record))["salary"] == "1250.00"
    fields = await seen(office, "ann", record)
    assert (fields["salary"], fields["password"]) == ({"sealed": True}, None)


async def test_lists_open_nothing_to_anybody(office: Office) -> None:
    await a_hire(office, password="hunter2")
    [first, *_] = (await office.get("ann", "/records?process=hire")).json()["records"]
    assert first["fields"]["password"] == {"sealed": True}
    assert (await office.get("ann", "/records?level=high")).status_code == 422


async def test_what_does_not_fit_is_refused_at_its_place_before_anything_begins(office: Office) -> None:
    body = {"fields": {"name": "New", "level": "hunter2", "boss": "hunter3"}}
    answer = await office.post("ann", "/processes/hire/records", body)
    assert reasons(answer) == [("input", "bad-value", "fields.level"), ("input", "bad-value", "fields.boss")]
    assert "hunter" not in answer.text


async def test_the_same_request_is_known_again_though_its_seal_is_another(office: Office) -> None:
    record, body = await a_hire(office), {"with": {"password": "hunter2"}}
    first = await office.post("ann", f"/records/{record}/actions/change", body, Idempotency_Key="once")
    again = await office.post("ann", f"/records/{record}/actions/change", body, Idempotency_Key="once")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["seq"] == again.json()["seq"]
    other = await office.post("ann", f"/records/{record}/actions/change", {"with": {}}, Idempotency_Key="once")
    assert reasons(other) == [("input", "key-reused", "Idempotency-Key")]


async def test_a_fault_is_skipped_with_a_sensitive_value(office: Office) -> None:
    record = await a_hire(office)
    answer = await office.post("bob", f"/records/{record}/faults/1/skip", {"with": {"password": "hunter2"}})
    assert answer.json()["fields"]["password"] == "hunter2"


async def test_an_alert_fills_it_sealed_and_is_taken_without_what_does_not_fit(office: Office) -> None:
    labels = {"alertname": "Down", "token": "hunter2", "severity": "awful"}
    alert = {"status": "firing", "labels": labels, "annotations": {}}
    body = {"status": "firing", "receiver": "r", "groupKey": "g1", "groupLabels": labels, "commonLabels": labels}
    answer = await office.post("alarms", "/intake/alertmanager", {**body, "alerts": [alert]})
    assert answer.status_code == 202, answer.text
    record = answer.json()["taken"][0]["record"]
    while (await office.get("ann", f"/records/{record}")).status_code != 200:
        await asyncio.sleep(0.05)
    fields = await seen(office, "ann", record)
    assert (fields["password"], fields["level"]) == ("hunter2", None)


async def test_an_event_with_a_value_that_does_not_fit_is_refused(office: Office) -> None:
    record = await a_hire(office)
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "alarm.again", "subject": record}
    media = {"Content_Type": "application/cloudevents+json"}
    answer = await office.post("alarms", "/events", {**event, "data": {"level": "hunter2"}}, **media)
    assert reasons(answer) == [("input", "bad-value", "data.level")]


async def test_a_form_says_that_a_field_is_sensitive(office: Office) -> None:
    fields = (await office.get("ann", "/processes/hire")).json()["fields"]
    assert [each["name"] for each in fields if each["sensitive"]] == ["password", "salary", "boss", "level"]


async def test_with_another_key_it_is_shown_sealed_and_new_ones_are_taken(office: Office) -> None:
    record = await a_hire(office, password="hunter2")
    old = KEYS[:]
    KEYS[:] = [new_key()]
    with pytest.raises(SealBrokenError):
        office.services.seals.open("hire", "what no key opens lets it look for other keys")
    assert (await seen(office, "ann", record))["password"] == {"sealed": True}
    await office.act("ann", record, "change", password="hunter3")
    assert (await seen(office, "ann", record))["password"] == "hunter3"
    KEYS[1:] = old
    assert (await seen(office, "ann", record))["password"] == "hunter3"
