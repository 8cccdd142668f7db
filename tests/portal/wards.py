"""A process that keeps something in every place that somebody may not see, and a record of it that is full of it."""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from language.organisation_reading import read_organisation
from store.publishing import publish
from tests import organisations
from tests.api.repairs import ORGANISATION
from tests.portal.visits import Portal

WARD = """
process: ward
version: 1
title: Ward
number: WRD
owner: manager
calendar: office
read: [agent, customer, watchers]
write: [agent, customer]
correlate: hidden
start: {to: kept, by: [agent], needs: [summary, customer], ask: [hidden, story, wage, rows, tags, pin, day]}
fields:
  summary: {type: text, required: true}
  customer: user
  place: text
  hidden: {type: text, internal: true, index: true}
  story: {type: long_text, internal: true}
  wage: {type: money, internal: true, valid: wage > 0}
  rows: {type: list, of: {what: text, count: number}, internal: true}
  tags: {type: list, of: text, internal: true, index: true}
  doubled: {type: number, value: =wage + wage, internal: true}
  pin: {type: text, sensitive: true}
  day: datetime
states:
  kept:
    do:
      - {start: vault, with: {summary: =hidden}}
      - together:
          ask: [{approval: "May {{ summary }} stay", id: stay, by: [ann, bob], votes: all, rejected: [{go: over}]}]
          look: [{task: "Look after {{ summary }}", id: look, for: [workshop], form: [{seen: text}]}]
          fail: [{fail: "Nothing fits {{ hidden }}"}]
    transitions:
      leave: {to: over, by: [agent, customer], when: wage < 5 and hidden == 'x', blocked: Not yet.}
      poke: {to: over, event: poked, when: hidden == 'x'}
      move: {to: over, at: =day, when: wage < 5}
      raise: {by: [agent], ask: [wage]}
  over: {final: true}
"""
VAULT = """
process: vault
version: 1
title: Vault
number: VLT
owner: manager
calendar: office
read: [agent]
start: {to: kept, by: [agent], needs: [summary]}
fields:
  summary: {type: text, required: true}
states:
  kept: {transitions: {leave: {to: over, by: [agent]}}}
  over: {final: true}
"""
TESTS = """
tests: {}
cases:
  - name: It begins
    at: 2026-03-06 10:00
    as: ann
    given: {}
    steps: [{{expect: {{state: kept}}}}]
"""
FRED = "  fred: {name: Fred Friend, email: fred@example.org, roles: [administrator], groups: []}"


class Ward(NamedTuple):
    """A record that is full; `kept` are the words that only agents see, `shared` those that its customer sees, too."""

    record: str
    vault: str
    kept: Mapping[str, str]
    shared: Mapping[str, str]
    digests: tuple[str, str]


async def prepare(portal: Portal) -> None:
    """Publish the processes, and let there be Fred, an administrator who sees records as a person in them only."""
    database = portal.office.services.database
    text = ORGANISATION.replace("people:", f"people:\n{FRED}", 1)
    around = read_organisation({"organisation.yaml": text})
    await organisations.apply(database, around.to_json(), by="test", at=time.time())
    for name, source, given in (("vault", VAULT, "{summary: x}"), ("ward", WARD, "{summary: x, customer: carl}")):
        await publish(database, source, TESTS.format(name, given), {}, {}, "test", time.time())


def canary(place: str) -> str:
    """Make a word that stands in one place only; it can be looked for by its beginning."""
    return f"zq{place}{uuid4().hex}"


async def a_ward(portal: Portal) -> Ward:
    """Make a record that holds a word in every place, and wait until everything has come of it that will."""
    office = portal.office
    kept = {name: canary(name) for name in ("hidden", "story", "rows", "tags", "pin", "note", "file", "bytes")}
    kept |= {"wage": "918273.64", "doubled": "1836547.28"}
    shared = {name: canary(name) for name in ("summary", "place", "comment", "shown", "seen")}
    fields = {
        "summary": shared["summary"],
        "customer": "carl",
        "hidden": kept["hidden"],
        "story": kept["story"],
        "wage": kept["wage"],
        "rows": [{"what": kept["rows"], "count": 1}],
        "tags": [kept["tags"]],
        "pin": kept["pin"],
        "day": "2026-01-05T10:00:00Z",
    }
    started = await office.post("ann", "/processes/ward/records", {"fields": fields})
    assert started.status_code == 201, started.text
    record = str(started.json()["id"])
    address = f"/records/{record}"
    hushed = await attached(portal, record, kept["file"], kept["bytes"], internal=True)
    shown = await attached(portal, record, shared["shown"], shared["seen"], internal=False)
    for body in ({"text": kept["note"], "internal": True}, {"text": shared["comment"]}):
        said = await office.post("ann", f"{address}/comments", body)
        assert said.is_success, said.text
    await office.ask("ann", "PATCH", address, {"fields": {"place": shared["place"]}})
    for who in ("carl", "fred"):
        await office.post("ann", f"{address}/watchers", {"person": who})
    poke = {"specversion": "1.0", "id": record, "source": "/x", "type": "poked", "subject": record}
    sent = await office.post("alarms", "/events", poke, Content_Type="application/cloudevents+json")
    assert sent.status_code == 202, sent.text
    found = await settled(portal, record)
    return Ward(record, found["children"][0]["id"], kept, shared, (hushed, shown))


async def attached(portal: Portal, record: str, name: str, text: str, *, internal: bool) -> str:
    """Attach a file and give its digest."""
    office = portal.office
    query = f"?name={name}.txt&internal={str(internal).lower()}"
    sent = {"Authorization": f"Bearer {office.secrets['ann']}", "Content-Type": "text/plain"}
    path = f"/api/v1/records/{record}/attachments{query}"
    answer = await office.http.post(path, content=text.encode(), headers=sent)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["digest"])


async def settled(portal: Portal, record: str) -> dict[str, Any]:
    """Wait until its timer is blocked, it stands still, its child is there and the event is in its journal."""
    seq = 0
    while True:
        address = f"/records/{record}"
        found = (await portal.office.get("ann", f"{address}?wait=60&seq={seq}")).json()
        lines = (await portal.office.get("ann", f"{address}/journal")).text
        blocked = [each for each in found["timers"] if each["blocked"]]
        if found["faults"] and found["children"] and blocked and "not_awaited" in lines:
            return found  # type: ignore[no-any-return]  # JSON
        seq = found["seq"]
