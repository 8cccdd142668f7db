"""The incident process that is shipped, from an alert to its closure, through the API alone."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from engine.record import Actor, Record
from language.organisation_reading import read_organisation
from tests import organisations
from tests.api.office import Office, a_token, an_office, reasons
from tests.api.test_alerts import a_notification, an_alert
from tests.engine.rights_oracle import Oracle, words
from tests.shipped_actions import SHAPES
from tests.temporal import TemporalServer

SHIPPED = Path(__file__).parents[2] / "definitions"
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def company(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office with the shipped organisation and every definition that is shipped."""
    file = tmp_path_factory.mktemp("company") / "steward.db"
    async with an_office(file, await temporal.connect(), actions=SHAPES) as opened:
        database = opened.services.database
        around = read_organisation({each.name: each.read_text() for each in SHIPPED.glob("organisation/*.yaml")})
        await organisations.apply(database, around.to_json(), by="test", at=time.time())
        for person in ("dana", "tomasz", "carla", "monitoring"):
            opened.secrets[person] = await a_token(database, person)
        await publish_all(opened)
        yield opened


async def test_an_incident_lives_from_alert_to_closure(company: Office) -> None:
    labels = {"alertname": "MailDown", "service": "mail", "severity": "critical"}
    told = a_notification(an_alert(labels=labels, annotations={"summary": "No mail leaves the house"}))
    taken = await company.post("monitoring", "/intake/alertmanager", told)
    [begun] = taken.json()["taken"]
    record = await incident_of(company, begun["record"])
    incident = f"/records/{record}"
    found = await company.get("dana", incident)
    while found.status_code == 404 or found.json()["fields"]["group"]["id"] != "mail_team":
        found = await company.get("dana", f"{incident}?wait=60")
    assert (found.json()["title"], found.json()["fields"]["priority"]) == ("No mail leaves the house", "P1")
    assert found.json()["targets"]["response"]["within"] == "15 minutes"
    assert (await company.get("carla", incident)).status_code == 404
    assert (await company.act("tomasz", record, "assign", assignee="tomasz")).json()["state"] == "assigned"
    refused = await company.act("dana", record, "resolve")
    assert (refused.status_code, [code for _, code, _ in reasons(refused)][:1]) == (403, ["not-allowed"])
    given = {"resolution_code": "fixed", "resolution": "Restarted"}
    assert (await company.act("tomasz", record, "resolve", **given)).json()["state"] == "resolved"
    told_again = {**told, "status": "resolved", "alerts": [an_alert(status="resolved", labels=labels)]}
    assert (await company.post("monitoring", "/intake/alertmanager", told_again)).status_code == 202


@pytest.mark.parametrize("who", ["dana", "tomasz", "carla", "monitoring"])
async def test_the_api_refuses_whom_the_words_of_the_definition_do_not_name(company: Office, who: str) -> None:
    oracle = Oracle(words(SHIPPED / "incident.yaml"), {"groups": {}, "services": {}})
    person = words(SHIPPED / "organisation" / "people.yaml")["people"][who]
    actor = Actor(who, "", tuple(person["roles"]), tuple(person["groups"]))
    given = {"summary": "No mail", "caller": "carla", "service": "mail"}
    begun = (await company.post("dana", "/processes/incident/records", {"fields": given})).json()["id"]
    view = (await company.get("dana", f"/records/{begun}")).json()
    while view["fields"]["group"]["id"] != "mail_team":  # until it is routed, and nothing changes any more
        view = (await company.get("dana", f"/records/{begun}?wait=60&seq={view['seq']}")).json()
    stands = Record(view["id"], "incident", 1, "", state=view["state"], fields=view["fields"])
    offered = {each["name"]: each for each in (await company.get(who, f"/records/{view['id']}")).json()["actions"]}
    for name, transition in oracle.transitions(view["state"]).items():
        may = "by" in transition and oracle.may(actor, transition["by"], stands)
        answer = await company.post(who, f"/records/{view['id']}/actions/{name}", {"with": {"nonsense": 1}})
        assert answer.status_code == (422 if may else 403), name
        assert ("by" in transition) is (name in offered)
        assert may or name not in offered or offered[name]["possible"] == "no"
    elsewhere = await company.act(who, view["id"], "accept")
    assert elsewhere.status_code == 409
    edited = await company.ask(who, "PATCH", f"/records/{view['id']}", {"fields": {"location": "Here"}})
    assert edited.status_code == (200 if oracle.writes(actor, "location", stands) else 403)


async def publish_all(company: Office) -> None:
    """Publish every definition that is shipped, as a process owner would."""
    files = [each for each in SHIPPED.glob("*.yaml") if not each.name.endswith(".test.yaml")]
    messages = {each.stem: each.read_text() for each in SHIPPED.glob("messages/*.md")}
    for file in files:
        tests = (SHIPPED / f"{file.stem}.test.yaml").read_text()
        beside = [each.read_text() for each in files if each != file]
        draft = {"source": file.read_text(), "tests": tests, "messages": messages, "beside": beside}
        published = await company.post("dana", "/definitions", draft)
        assert published.status_code == 201, published.text


async def incident_of(company: Office, alert: str) -> str:
    """Wait for the incident that an alert becomes."""
    found = await company.get("dana", f"/records/{alert}")
    while found.status_code == 404 or found.json()["fields"]["incident"] is None:
        found = await company.get("dana", f"/records/{alert}?wait=5")
    return str(found.json()["fields"]["incident"]["id"])
