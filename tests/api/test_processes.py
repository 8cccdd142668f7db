"""Processes are shown as forms, states and ways between them."""

import pytest

from tests.api.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_published_processes_are_listed(alone: Office) -> None:
    listed = (await alone.get("dora", "/processes")).json()
    repair = {"process": "repair", "title": "Repair", "version": 1, "retired": False}
    assert listed == {"processes": [repair], "next": None}


async def test_a_process_shows_its_fields_as_a_form(alone: Office) -> None:
    found = (await alone.get("dora", "/processes/repair")).json()
    fields = {field["name"]: field for field in found["fields"]}
    assert (fields["summary"]["type"], fields["summary"]["required"]) == ("text", True)
    assert (fields["size"]["options"], fields["size"]["default"]) == (["small", "large"], "small")
    assert (fields["device"]["type"], fields["device"]["of"]) == ("ref", "service")
    assert [name for name, field in fields.items() if field["kept"]] == ["priority"]
    assert [name for name, field in fields.items() if field["internal"]] == ["margin", "alarm", "link", "count"]


async def test_a_process_shows_what_is_asked_for_on_every_way(alone: Office) -> None:
    found = (await alone.get("dora", "/processes/repair")).json()
    assert [field["name"] for field in found["start"]["form"]["needs"]] == ["summary", "customer"]
    states = {state["name"]: state for state in found["states"]}
    ways = {way["name"]: way for way in states["new"]["transitions"]}
    assert list(ways) == ["begin", "cancel", "alarm_again", "alarm_over", "delivered"]
    assert states["done"]["final"] is True
    assert [(line["name"], line["help"]) for line in ways["cancel"]["form"]["needs"]] == [("reason", "why")]
    assert (ways["alarm_over"]["event"], ways["alarm_over"]["by"]) == ("alarm.over", [])
