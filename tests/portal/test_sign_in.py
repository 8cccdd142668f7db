"""Signing in and out: links that are good once and never by looking, and the way back to the page one wanted."""

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from temporalio.client import Client

from api.app import create_app
from portal.app import install
from portal.leading import local
from store import sign_in_links
from store.sign_in_links import GOOD
from tests.api.office import Office, an_office
from tests.portal.visits import Seen

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "http://steward.test"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def quiet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office that asks Temporal nothing, and that only this machine reaches."""
    nobody = await Client.connect("127.0.0.1:9", lazy=True)
    file = tmp_path_factory.mktemp("quiet") / "steward.db"
    async with an_office(file, nobody, worker=False, nearby=True) as opened:
        yield opened


def portal_of(office: Office, **otherwise: Any) -> FastAPI:
    app = create_app(dataclasses.replace(office.services, **otherwise))
    install(app)
    return app


def browser(app: FastAPI, address: str = "127.0.0.1") -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=(address, 4711))
    return httpx2.AsyncClient(transport=transport, base_url=HOME)


async def a_link(office: Office, person: str = "ann", ago: float = 0.0) -> str:
    return f"/sign-in/{await sign_in_links.create(office.services.database, person, office.clock() - ago)}"


async def test_a_link_signs_in_when_its_button_is_pressed_and_only_once(quiet: Office) -> None:
    link = await a_link(quiet)
    async with browser(portal_of(quiet)) as http:
        await http.get(link)
        asked = Seen(await http.get(link))
        assert (asked.status, asked.texts("h1"), dict(http.cookies)) == (200, ["Sign in as Ann Agent?"], {})
        assert asked.one("main form").attributes == {"method": "post"}
        entered = Seen(await http.post(link, headers={"Origin": HOME}, follow_redirects=True))
        assert (entered.answer.url.path, entered.texts(".who")) == ("/work", ["You are Ann Agent"])
        assert entered.texts("[role=status]") == ["You are signed in as Ann Agent."]
    async with browser(portal_of(quiet)) as http:
        for answer in (await http.get(link), await http.post(link)):
            assert (answer.status_code, "steward sign-in" in answer.text) == (404, True)
        assert not http.cookies


@pytest.mark.parametrize(
    ("address", "nearby", "origin", "status"),
    [
        ("127.0.0.1", True, HOME, 303),
        ("127.0.0.9", True, None, 303),
        ("::1", True, HOME, 303),
        ("10.0.0.1", True, HOME, 403),
        ("::ffff:10.0.0.1", True, HOME, 403),
        ("", True, HOME, 403),
        ("127.0.0.1", False, HOME, 403),
        ("127.0.0.1", True, "http://evil.test", 403),
        ("127.0.0.1", True, "null", 403),
    ],
)
async def test_a_link_is_good_on_this_machine_and_from_its_own_page(
    quiet: Office, address: str, nearby: bool, origin: str | None, status: int
) -> None:
    link = await a_link(quiet)
    async with browser(portal_of(quiet, nearby=nearby), address) as http:
        answer = await http.post(link, headers={} if origin is None else {"Origin": origin})
        assert (answer.status_code, "steward_session" in http.cookies) == (status, status == 303)
    if status == 403:
        secret = link.rpartition("/")[2]
        assert await sign_in_links.find(quiet.services.database, secret, quiet.clock()) == "ann"


async def test_a_link_that_is_old_or_of_somebody_who_has_left_signs_nobody_in(quiet: Office) -> None:
    async with browser(portal_of(quiet)) as http:
        assert (await http.post(await a_link(quiet, ago=GOOD))).status_code == 404
        gone = await http.post(await a_link(quiet, "gone"))
        assert (gone.status_code, "steward_session" in http.cookies) == (303, False)


async def test_who_signs_out_is_signed_out_and_only_by_their_own_page(quiet: Office) -> None:
    async with browser(portal_of(quiet)) as http:
        page = Seen(await http.post(await a_link(quiet), follow_redirects=True))
        before = dict(http.cookies)
        assert (await http.post("/sign-out")).status_code == 403
        assert (await http.post("/sign-out", data={"csrf_token": "x"})).status_code == 403
        sent = page.form("form[action='/sign-out']")
        out = Seen(await http.post("/sign-out", data=sent, headers={"Origin": HOME}, follow_redirects=True))
        assert (out.texts("h1"), dict(http.cookies)) == (["You are signed out"], {})
        again = await http.get("/work", headers={"Cookie": f"steward_session={before['steward_session']}"})
        assert again.headers["location"] == "/sign-in?next=/work"


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/work", "/sign-in?next=/work"),
        ("/work?a=1&b=%2F", "/sign-in?next=/work%3Fa%3D1%26b%3D%252F"),
    ],
)
async def test_a_page_leads_who_is_not_signed_in_to_where_they_can(quiet: Office, asked: str, led: str) -> None:
    async with browser(portal_of(quiet)) as http:
        for headers in ({}, {"Cookie": f"steward_session={'A' * 43}"}):
            answer = await http.get(asked, headers=headers)
            assert (answer.status_code, answer.headers["location"]) == (303, led)
        part = await http.get(asked, headers={"HX-Request": "true"})
        assert (part.status_code, part.headers["hx-redirect"]) == (401, led)
        assert (await http.post("/theme")).headers["location"] == "/sign-in?next=/"


@pytest.mark.parametrize(("nearby", "said"), [(True, "steward sign-in"), (False, "Nobody can sign in here yet")])
async def test_the_sign_in_page_says_how_and_lets_who_is_signed_in_go_on(
    quiet: Office, nearby: bool, said: str
) -> None:
    async with browser(portal_of(quiet, nearby=nearby)) as http:
        page = Seen(await http.get("/sign-in?next=/work"))
        assert (page.status, said in page.main) == (200, True)
    async with browser(portal_of(quiet)) as http:
        await http.post(await a_link(quiet))
        for wanted, led in (("/work?a=1", "/work?a=1"), ("//evil.test", "/"), ("", "/")):
            answer = await http.get("/sign-in", params={"next": wanted})
            assert (answer.status_code, answer.headers["location"]) == (303, led)


@pytest.mark.parametrize("ours", ["/", "/work", "/records/INC1?tab=2#top", "/work?next=//evil.test"])
async def test_a_page_of_ours_is_where_people_go_after_they_signed_in(ours: str) -> None:
    assert local(ours) == ours


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "work",
        "//evil.test",
        "///evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "\\/evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "javascript:alert(1)",
        "//[",
        "/ \x00",
        " //evil.test",
    ],
)
async def test_nobody_is_led_anywhere_else(foreign: str) -> None:
    assert local(foreign) == "/"
