"""Definitions as pages: listed, told in words, drawn, with their texts for whom they concern, and compared."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from store import definitions
from store.retiring import retire
from tests.api.repairs import REPAIR, TESTS
from tests.portal.library import HOUSE, a_library
from tests.portal.visits import Portal

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """A portal with definitions, and without Temporal."""
    async with a_library(tmp_path_factory.mktemp("library")) as opened:
        yield opened


async def test_processes_are_listed_with_owner_version_and_open_records(portal: Portal) -> None:
    page = await portal.see("dora", "/definitions")
    assert page.texts("nav.wide a[aria-current=page]") == ["Definitions"]
    house = page.texts("tbody tr:first-child td")
    assert (house[:3], house[4]) == (["House", "Manager", "2"], "1 on version 2, 2 on version 1")
    assert house[3].endswith("by Bob Boss")


async def test_a_retired_process_says_so_and_comes_last(portal: Portal) -> None:
    database, source = portal.office.services.database, HOUSE.replace("house", "attic")
    await definitions.publish(database, "attic", 1, source, title="Attic", messages={}, by="x", at=0.0)
    await retire(database, "attic", None, by="bob", at=0.0)
    assert (await portal.see("ann", "/definitions")).texts("tbody td.main")[-1] == "Attic retired"
    assert "retired" in (await portal.see("ann", "/definitions/attic")).texts("header .badge")


async def test_a_definition_is_told_in_words_and_drawn(portal: Portal) -> None:
    page = await portal.see("dora", "/definitions/repair")
    assert (page.status, page.one("h1").text()) == (200, "Repair")
    assert "It is taken by Workshop." in page.texts("#states-new li li")
    assert page.texts("svg.processmap .title")[0] == "New"
    assert page.texts("#tables-priority td") == ["large", "P1", "small", "P2"]
    assert "It holds a service." in page.texts("#fields-device li")


async def test_versions_are_told_with_what_changed_between_them(portal: Portal) -> None:
    page = await portal.see("dora", "/definitions/house")
    assert page.texts(".versions li p:nth-child(3)") == ["1 open record", "2 open records"]
    before = await portal.see("dora", "/definitions/house/versions/1")
    link = before.one(".note a:nth-of-type(2)").attributes["href"] or ""
    changed = await portal.see("dora", link)
    assert changed.texts(".changes strong") == ["Open"]
    assert changed.texts(".changes .told li") == ["Close › It is taken by Agent.", "Close › It is taken by anyone."]
    assert changed.tree.css(".differing") == []


async def test_the_newest_version_is_compared_with_the_one_before_it(portal: Portal) -> None:
    assert (await portal.see("dora", "/definitions/house/difference")).one("h1").text() == "From version 1 to 2"
    same = await portal.see("bob", "/definitions/repair/difference")
    assert (same.one("h1").text(), same.texts(".changes"), same.texts(".empty-title")) == (
        "From version 1 to 1",
        [],
        ["The texts are the same"],
    )


async def test_who_may_publish_reads_texts_and_others_do_not(portal: Portal) -> None:
    page = await portal.see("bob", "/definitions/repair/versions/1/text")
    source = [each.text() for each in page.tree.css("#definition-title ~ .source li")]
    assert (source, page.one("#tests-2").text()) == (REPAIR.splitlines(), TESTS.splitlines()[1])
    assert "Hello" in (await portal.see("bob", "/definitions/house/versions/1/text")).texts("#message-hello-2")[0]
    assert (await portal.see("ann", "/definitions/repair/versions/1/text")).status == 403
    lines = await portal.see("bob", "/definitions/house/difference?before=1&after=2")
    assert [len(lines.texts(f".differing tr.{how}")) for how in ("removed", "added")] == [2, 3]
    assert (await portal.see("ann", "/definitions/repair")).tree.css("header a.button") == []


@pytest.mark.parametrize("path", ["/definitions/hous", "/definitions/house/versions/9"])
async def test_what_is_not_published_is_nowhere(portal: Portal, path: str) -> None:
    assert (await portal.see("bob", path)).status == 404
