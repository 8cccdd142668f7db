"""What the portal refuses is noted in the log of refusals as what the API refuses is: who, what, with which codes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from store.sealing import Seals, new_key
from tests.api.office import a_token, an_office
from tests.portal.visits import Portal
from tests.temporal import TemporalServer

KEY = new_key()
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """The portal of an office in which nothing is carried out."""
    file, client, seals = (
        tmp_path_factory.mktemp("office") / "steward.db",
        await temporal.connect(),
        Seals(lambda: [KEY]),
    )
    async with an_office(file, client, worker=False, seals=seals) as office:
        office.secrets["auditor"] = await a_token(office.services.database, "auditor-robot", "auditor")
        opened = Portal(office)
        yield opened
        await opened.http.aclose()


async def noted(portal: Portal, **wanted: Any) -> list[dict[str, Any]]:
    refused = (await portal.office.get("auditor", "/audit/refusals")).json()["refusals"]
    return [each for each in refused if wanted.items() <= each.items()]


async def test_a_page_that_is_not_for_somebody_is_noted_with_its_record(portal: Portal) -> None:
    assert (await portal.see("dora", "/records/REP7654321/edit")).status == 404
    [refused] = await noted(portal, subject="REP7654321")
    assert (refused["person"], refused["path"], refused["status"]) == ("dora", "/records/{record}/edit", 404)
    assert len(refused["credential"]) > 0


async def test_a_form_that_was_not_meant_is_noted_with_its_code(portal: Portal) -> None:
    sent = await portal.send("carl", "/records/REP7654322/comments", {"text": "x", "csrf_token": "wrong"})
    assert sent.status == 403
    [refused] = await noted(portal, subject="REP7654322")
    assert (refused["person"], refused["status"], refused["codes"]) == ("carl", 403, ["not-meant"])


async def test_who_is_not_signed_in_is_noted_though_they_are_led_to_where_they_can(portal: Portal) -> None:
    portal.http.cookies.clear()
    answer = await portal.http.post("/records/REP7654323/comments", data={"text": "x"})
    assert answer.status_code == 303
    [refused] = await noted(portal, subject="REP7654323")
    assert (refused["person"], refused["status"]) == ("", 401)


async def test_a_link_that_is_not_good_is_noted_without_its_secret(portal: Portal) -> None:
    assert (await portal.http.get("/decide/WyJhbm4")).status_code == 410
    [refused] = await noted(portal, status=410)
    assert (refused["path"], "WyJhbm4" in str(refused)) == ("/decide/{link}", False)
