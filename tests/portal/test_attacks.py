"""What other sites could have a browser do is refused at every address that changes something, pages and API alike."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from tests.api.office import an_office
from tests.portal.everywhere import Place, filled, places
from tests.portal.visits import BASE, Portal
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
BY_A_LINK = ("/decide/{link}", "/sign-in/{secret}")
"""Where the address itself is the secret: who knows it need not be signed in."""
GIVEN = {"record": ("REP7654321",), "kind": ("people",), "process": ("repair",)}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """The portal of an office in which nothing is carried out."""
    file = tmp_path_factory.mktemp("office") / "steward.db"
    async with an_office(file, await temporal.connect(), worker=False) as office:
        opened = Portal(office)
        yield opened
        await opened.http.aclose()


def changing(portal: Portal) -> list[Place]:
    """Give every place that changes something for who is signed in."""
    found = [each for each in places(portal.app.routes, *CHANGING) if each.path not in BY_A_LINK]
    assert len(found) > 40
    return found


async def sent(portal: Portal, place: Place, token: str, **headers: str) -> httpx2.Response:
    """Send what a page of another site would: a form, with the cookie that the browser adds."""
    [path] = filled(place.path, GIVEN)
    portal.http.cookies.clear()
    given = {**await portal.headers("ann"), **headers}
    return await portal.http.request(place.method, path, data={"csrf_token": token, "text": "x"}, headers=given)


async def refused(portal: Portal, token: str, **headers: str) -> list[Place]:
    """Give the places that do not refuse it because it was not meant."""
    answers = [(each, await sent(portal, each, token, **headers)) for each in changing(portal)]
    return [each for each, answer in answers if answer.status_code != 403 or "meant" not in answer.text]


async def test_nothing_is_done_without_the_token_of_the_session(portal: Portal) -> None:
    assert await refused(portal, "", Origin=BASE) == []


async def test_nothing_is_done_with_the_token_of_another_session(portal: Portal) -> None:
    assert await refused(portal, await portal.token("bob"), Origin=BASE) == []


@pytest.mark.parametrize("came", [{"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_nothing_is_done_that_another_site_has_sent(portal: Portal, came: dict[str, str]) -> None:
    answers = [(each, await sent(portal, each, await portal.token("ann"), **came)) for each in changing(portal)]
    assert [each for each, answer in answers if answer.status_code != 403] == []


async def test_another_site_signs_nobody_in(portal: Portal) -> None:
    elsewhere = {"Origin": "https://evil.test"}
    assert (await portal.http.post("/sign-in/WyJhbm4", headers=elsewhere)).status_code == 403


async def test_who_is_not_signed_in_changes_nothing_anywhere(portal: Portal) -> None:
    for place in changing(portal):
        [path] = filled(place.path, GIVEN)
        portal.http.cookies.clear()
        answer = await portal.http.request(place.method, path, data={"text": "x"})
        led = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
        assert led or answer.status_code == 401, place
