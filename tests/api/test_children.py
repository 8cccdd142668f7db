"""Records that belong together, as the API shows them."""

import pytest

from store.publishing import publish
from tests.api.office import Office

pytestmark = [pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]

ERRAND = """
process: errand
version: 1
title: Errand
number: ERR
owner: ann
read: [agent]
start: {to: going, by: [agent], ask: [name]}
fields: {name: text, repair: {type: ref, of: repair}}
states:
  going:
    do:
      - {run: repair, with: {summary: =name, customer: carl}, save: {repair: =result.id}}
      - {go: done}
    transitions: {stop: {to: done, by: [agent]}}
  done: {final: true}
"""


async def test_a_parent_shows_its_children_and_they_are_withdrawn_when_it_is_left(office: Office) -> None:
    await publish(office.services.database, ERRAND, "", {}, {}, "test", office.clock())
    answer = await office.post("ann", "/processes/errand/records", {"fields": {"name": "The lamp"}})
    errand = answer.json()["id"]
    child = await child_of(office, errand)
    shown = (await office.get("ann", f"/records/{child}")).json()
    assert (shown["parent"], shown["fields"]["summary"]) == (errand, "The lamp")
    found = (await office.get("ann", f"/records?parent={errand}")).json()
    assert [each["id"] for each in found["records"]] == [child]
    await office.act("ann", errand, "stop")
    withdrawn = await office.seen(child, "withdrawn")
    assert (withdrawn["final"], withdrawn["state_title"]) == (True, "Withdrawn")
    journal = (await office.get("ann", f"/records/{child}/journal")).json()
    assert f"{errand} does not wait for this any more" in str(journal)


async def child_of(office: Office, errand: str) -> str:
    """Wait until a record has a child."""
    while True:
        shown = (await office.get("ann", f"/records/{errand}")).json()
        if shown["children"]:
            (child,) = shown["children"]
            assert (child["process"], child["title"]) == ("repair", "The lamp")
            return str(child["id"])
