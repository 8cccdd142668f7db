"""Processes and records are drawn: as a picture or as text, with where a record is and has been."""

import time
from xml.etree import ElementTree as ET

import pytest

from api import diagrams
from language.reading import read_definition
from store.publishing import publish
from tests.api.office import Office
from tests.api.repairs import REPAIR

NS = "{http://www.w3.org/2000/svg}"
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def test_a_process_is_drawn_as_a_picture_that_runs_nothing(office: Office) -> None:
    answer = await office.get("dora", "/processes/repair/diagram")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    states = [each.get("data-state") for each in ET.fromstring(answer.text).iter(f"{NS}g") if each.get("data-state")]
    assert states == list(read_definition(REPAIR).states)


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("?format=mermaid", "image/svg+xml", "text/vnd.mermaid; charset=utf-8"),
        ("", "text/vnd.mermaid, image/svg+xml;q=0.5", "text/vnd.mermaid; charset=utf-8"),
        ("", "image/svg+xml, text/vnd.mermaid", "image/svg+xml"),
        ("?format=svg", "text/vnd.mermaid", "image/svg+xml"),
    ],
)
async def test_the_query_and_what_is_accepted_choose_the_form(
    office: Office, query: str, accept: str, kind: str
) -> None:
    answer = await office.get("dora", f"/processes/repair/diagram{query}", Accept=accept)
    assert answer.headers["content-type"] == kind
    assert answer.text.startswith("<svg" if "svg" in kind else "stateDiagram-v2\n")


async def test_the_diagram_of_a_record_shows_where_it_is_and_what_it_has_taken(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.act("ann", record, "begin", assignee="ann")
    text = (await office.get("ann", f"/records/{record}/diagram?format=mermaid")).text
    ticked = [line.strip() for line in text.split("\n") if "✓" in line]
    assert [line.partition(" (")[0] for line in ticked] == ["[*] --> new : ✓ Start", "new --> working : ✓ Begin"]
    assert "    class working current\n" in text
    picture = ET.fromstring((await office.get("carl", f"/records/{record}/diagram")).text)
    here = [each.get("data-state") for each in picture.iter(f"{NS}g") if "current" in each.get("class", "")]
    assert here == ["working"]


async def test_the_diagram_of_a_record_is_only_for_those_who_see_it(office: Office) -> None:
    record = (await office.repair())["id"]
    assert (await office.get("dora", f"/records/{record}/diagram")).status_code == 404
    assert (await office.get("ann", "/records/REP9999999/diagram")).status_code == 404
    assert (await office.get("ann", "/processes/repare/diagram")).status_code == 404


async def test_a_process_too_large_to_be_drawn_is_refused_as_a_picture_only(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = [*(f"s{number}" for number in range(1, 300)), "done"]
    states = "\n".join(
        f"  s{number}: {{transitions: {{next: {{to: {to}, by: [agent]}}}}}}" for number, to in enumerate(following)
    )
    names = ", ".join(["new", *following[:-1]])
    ways = "\n".join(f"  jump_{number}: {{from: [{names}], to: s{number}, by: [agent]}}" for number in range(20))
    large = REPAIR.replace("process: repair", "process: crowd").replace("number: REP", "number: CRO")
    large = large.replace("states:", f"states:\n{states}", 1) + ways + "\n"
    monkeypatch.setattr(diagrams, "DRAWING", 0.5)
    await publish(office.services.database, large, "", {}, {}, "test", time.time())
    refused = await office.get("ann", "/processes/crowd/diagram")
    assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (409, "too-much")
    assert (await office.get("ann", "/processes/crowd/diagram?format=mermaid")).status_code == 200
