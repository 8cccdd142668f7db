"""Open records are moved on a page: what would come of each is shown first, and then what came of each."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from store import definitions
from tests.api.office import an_office
from tests.api.repairs import REPAIR
from tests.portal.library import a_library
from tests.portal.visits import Portal
from tests.temporal import TemporalServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """A portal with open records of two versions, and without Temporal."""
    async with a_library(tmp_path_factory.mktemp("library")) as opened:
        yield opened


async def test_what_cannot_be_is_refused_above_the_form(library: Portal) -> None:
    page = await library.see("bob", "/definitions/house/move")
    same = await library.fill("bob", page, "#preview", before="2")
    assert (same.status, "already" in same.texts("[role=alert]")[0]) == (422, True)
    none = await library.fill("bob", page, "#preview", do="move")
    assert "Tick at least one record" in none.texts("[role=alert]")[0]
    assert (await library.fill("ann", page, "#preview")).status == 403
    assert (await library.see("ann", "/definitions/house/move")).status == 403


async def test_without_another_version_there_is_nothing_to_move(library: Portal) -> None:
    page = await library.see("bob", "/definitions/repair/move")
    assert page.texts(".empty-title") == ["There is only one version"]
    assert "Move open records" in (await library.see("bob", "/definitions/repair")).main
    assert "Move open records" not in (await library.see("ann", "/definitions/repair")).main


@pytest.mark.server
async def test_what_would_come_of_each_record_is_shown_before_those_that_are_ticked_are_moved(
    temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with an_office(tmp_path_factory.mktemp("office") / "steward.db", await temporal.connect()) as office:
        portal, record = Portal(office), (await office.repair())["id"]
        newer = REPAIR.replace("version: 1", "version: 2")
        database = office.services.database
        await definitions.publish(database, "repair", 2, newer, title="Repair", messages={}, by="bob", at=0.0)
        page = await portal.see("bob", "/definitions/repair/move")
        tried = await portal.fill("bob", page, "#preview")
        assert (tried.one("#results").text(), tried.texts("tbody .badge")) == ("What would come of it", ["would move"])
        assert tried.texts("#move td.main .number") == [record]
        done = await portal.fill("bob", tried, "#move", do="move", record=record)
        assert (done.one("#results").text(), done.texts("tbody .badge")) == ("What came of it", ["moved"])
        assert done.texts("#preview #before option") == ["Version 2 (1 open record)", "Version 1 (no open records)"]
        await portal.http.aclose()
