"""Reports as pages: what they count, for whom, for which days, and as files."""

import csv
import time
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client

from portal.reports.periods import number
from store.definitions import digest_of
from store.projections import Index, Projection, project
from store.reporting.keeping import DAY
from tests.api.office import an_office
from tests.api.repairs import REPAIR
from tests.portal.visits import Portal
from tests.store.builders import a_projection

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = "127.0.0.1:1"
"""Where no Temporal is: these pages need none."""
TODAY = date(2026, 3, 6)
NOON = (number(TODAY) + 0.5) * DAY
CLOCK = {"status": "met", "late": False, "due": None, "wall": 0.0}


def _moved(name: str, seq: int, way: tuple[str, str], ago: float, **given: Any) -> Projection:
    """Project a move of a repair, so many days ago."""
    at = NOON - ago * DAY
    clock = {"response": {**CLOCK, "started": at - 3_600, "since": at, **given.pop("clock", {})}}
    told: dict[str, Any] = {
        "process": "repair",
        "digest": digest_of(REPAIR),
        "state": way[1],
        "final": way[1] == "done",
    }
    seen = Index(title=name, readers=[("name:agent", True)], indexed=given.pop("indexed", {"group": "workshop"}))
    made = a_projection(name, seq, **told, created_at=at, entered_at=at, targets=clock, index=seen)
    lines = [{"what": "transition", "name": "go", "data": {"from": way[0], "to": way[1]}, "internal": False}]
    return Projection(made.record, {**made.event, "now": at}, lines, [], seq, made.previous_head, seen)


LIVES = (
    _moved("REP1", 1, ("", "new"), 20.0, clock={"status": "running"}),
    _moved("REP1", 2, ("new", "working"), 19.0),
    _moved("REP1", 3, ("working", "done"), 9.0),
    _moved("REP2", 1, ("", "new"), 8.0, clock={"status": "running"}),
    _moved("REP2", 2, ("new", "working"), 5.0, clock={"late": True, "due": NOON - 6 * DAY}),
    _moved("REP3", 1, ("", "new"), 1.0, clock={"status": "running"}, indexed={"group": "other"}),
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """The portal of an office with three repairs; it is noon of a day in March."""
    client = await Client.connect(NOBODY, lazy=True)
    folder = tmp_path_factory.mktemp("office")
    async with an_office(folder / "steward.db", client, worker=False) as office:
        office.clock.ahead = NOON - time.time()
        for projection in LIVES:
            await project(office.services.database, projection)
        opened = Portal(office)
        yield opened
        await opened.http.aclose()


async def test_targets_are_told_with_the_records_behind_them(portal: Portal) -> None:
    page = await portal.see("bob", "/reports/targets")
    assert page.texts("h1") == ["Reports"]
    assert page.texts("nav.tabs a[aria-current]") == ["Targets"]
    assert page.texts("#part-targets ~ .charted td")[:5] == ["Response", "1", "1", "50.0 %", "1"]
    behind = page.tree.css("#part-targets ~ .charted td a")[1].attributes["href"] or ""
    assert (await portal.see("bob", behind)).texts("td .number") == ["REP2"]
    running = await portal.see("bob", behind.replace("which=missed", "which=running"))
    assert running.texts("td .number") == ["REP3"]
    assert "none that you may read" in (await portal.see("bob", "/reports/targets/records?target=x")).main


async def test_volumes_go_back_from_what_is_open_now(portal: Portal) -> None:
    page = await portal.see("bob", "/reports/volumes?from=2026-02-09&by=week")
    weeks = ["2026 week 07", "2026 week 08", "2026 week 09", "2026 week 10"]
    cells = page.texts("#part-started-and-ended ~ .charted td")
    assert [tuple(cells[place : place + 3]) for place in range(0, len(cells), 3)] == [
        *((week, *told) for week, told in zip(weeks, (("1", "0"), ("0", "0"), ("1", "1"), ("1", "0")), strict=True)),
    ]
    assert page.texts("#part-open ~ .charted td.number") == ["1", "1", "1", "2"]
    assert page.texts("#part-open-by-state ~ .charted td") == ["New", "1", "50.0 %", "Working", "1", "50.0 %"]
    assert page.texts("#part-open-by-group ~ .charted td")[:2] in (["Workshop", "1"], ["other", "1"])


async def test_durations_stand_in_a_table_and_on_the_map(portal: Portal) -> None:
    page = await portal.see("bob", "/reports/durations")
    assert page.texts("td") == ["New", "2", "1 day", "3 days", "Working", "1", "10 days", "10 days"]
    assert page.texts(".processmap .lasted") == ["1 day · 2×", "10 days · 1×"]
    assert page.one(".processmap [data-state=working]").attributes["class"] == "state heat-3"


async def test_success_is_the_first_outcome_that_the_definition_names(portal: Portal) -> None:
    page = await portal.see("bob", "/reports/success?by=month")
    assert page.texts("#part-endings ~ .charted td")[-4:] == ["All", "1", "0", "100 %"]
    assert "“Done”" in page.main
    assert page.texts("#part-outcomes-by-group ~ .charted td") == ["Workshop", "1", "0", "100 %"]


async def test_a_report_is_narrowed_by_a_group(portal: Portal) -> None:
    page = await portal.see("bob", "/reports/targets?where.group=workshop")
    assert page.texts("#part-targets ~ .charted td")[:5] == ["Response", "1", "1", "50.0 %", "0"]
    assert "where.group=workshop" in (page.tree.css(".tabs a")[1].attributes["href"] or "")
    assert page.one("#where-group option[selected]").text() == "Workshop"
    everything = await portal.see("bob", "/reports/targets?where.group=nonsense")
    assert everything.texts("#part-targets ~ .charted td")[:5] == ["Response", "1", "1", "50.0 %", "1"]


async def test_who_may_not_read_every_record_sees_no_report(portal: Portal) -> None:
    page = await portal.see("carl", "/reports/volumes")
    assert (page.status, page.texts(".empty-title")) == (200, ["There is nothing to report to you"])
    for path in ("/reports/volumes/open.csv", "/reports/targets/records?target=response"):
        assert (await portal.see("carl", path)).status == 404
    refused = await portal.see("bob", "/reports/volumes?process=secret")
    assert (refused.status, "no reports on secret" in refused.main) == (404, True)


async def test_tables_are_files_for_spreadsheets(portal: Portal) -> None:
    page = await portal.see("bob", "/reports/volumes")
    address = page.tree.css("a[download]")[0].attributes["href"] or ""
    answer = (await portal.see("bob", address)).answer
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="repair-started-and-ended.csv"'
    rows = list(csv.reader(answer.text.splitlines()))
    assert (rows[0], rows[-1]) == (["Week", "Started", "Ended"], ["2026 week 10", "1", "0"])
    for path in ("/reports/volumes/nothing.csv", "/reports/nothing/open.csv"):
        assert (await portal.see("bob", path)).status == 404


async def test_reports_lead_to_the_first(portal: Portal) -> None:
    answer = await portal.see("bob", "/reports")
    assert (answer.status, answer.answer.headers["location"]) == (303, "/reports/targets")
