"""Signing in at a provider that is a process of its own, and what people are told when that does not work."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import pytest_asyncio
from temporalio.client import Client

from api.app import create_app
from api.provider import Provider
from portal.app import install
from tests.api.office import Office, an_office
from tests.cli.stewards import wait_for
from tests.portal.visits import Seen
from tests.temporal import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "http://steward.test"
USERS = (
    {"sub": "1", "email": "carl@example.org", "email_verified": True, "groups": ["itsm"], "name": "Carl"},
    {"sub": "2", "email": "zoe@example.com", "email_verified": True, "name": "Zoe New"},
    {"sub": "3", "email": "bob@example.org", "name": "Bob"},
)


class Running(NamedTuple):
    """The provider that runs, and how we are registered there."""

    provider: Provider
    office: Office

    def portal(self, **otherwise: Any) -> httpx2.AsyncClient:
        """A browser at the portal."""
        provider = dataclasses.replace(self.provider, **otherwise)
        app = create_app(dataclasses.replace(self.office.services, provider=provider))
        install(app)
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app, raise_app_exceptions=False), base_url=HOME)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider, as a process."""
    port = free_port()
    known = [word for user in USERS for word in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *known]
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    wait_for(lambda: process.poll() is not None or _answers(address))
    yield address
    process.kill()
    process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, trust_env=False).is_success
    except httpx2.TransportError:
        return False


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """An office whose people sign in at the provider."""
    nobody = await Client.connect("127.0.0.1:9", lazy=True)
    async with an_office(tmp_path_factory.mktemp("oidc") / "steward.db", nobody, worker=False) as office:
        yield Running(Provider(issuer, "steward", "secret", roles={"itsm": "agent"}), office)


async def let_through(address: str, sub: str = "1", **fields: str) -> str:
    """Sign in at the provider, and give where it leads back to."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.post(address, data={"sub": sub, **fields})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"].removeprefix(HOME)


async def begin(http: httpx2.AsyncClient, wanted: str = "/work") -> str:
    """Begin to sign in, and give where that leads."""
    page = Seen(await http.get("/sign-in", params={"next": wanted}))
    return (await http.get(page.one("main a.button").attributes["href"] or "")).headers["location"]


async def test_somebody_signs_in_at_the_provider_and_comes_back_to_the_page_they_wanted(running: Running) -> None:
    async with running.portal() as http:
        address = await begin(http, "/work?a=1")
        sent = parse_qs(urlsplit(address).query)
        assert (sent["response_type"], sent["code_challenge_method"], sent["redirect_uri"]) == (
            ["code"], ["S256"], [f"{HOME}/oidc/return"]
        )  # fmt: skip
        assert len(sent["code_challenge"][0]) == 43
        assert {"state", "nonce", "scope"} <= sent.keys()
        back = await http.get(await let_through(address))
        assert (back.status_code, back.headers["location"]) == (303, "/work?a=1")
        assert "steward_way" not in http.cookies
        assert Seen(await http.get("/work")).texts(".who") == ["You are Carl Customer"]


async def test_the_same_answer_is_good_once_and_for_the_browser_that_began(running: Running) -> None:
    async with running.portal() as http, running.portal() as other:
        back = await let_through(await begin(http))
        await begin(other)
        for browser, why in ((other, "does not belong to a sign-in"), (running.portal(), "has not begun to sign in")):
            stolen = Seen(await browser.get(back))
            assert (stolen.status, why in stolen.main) == (403, True)
        kept = http.cookies["steward_way"]
        assert (await http.get(back)).status_code == 303
        again = Seen(await http.get(back, headers={"Cookie": f"steward_way={kept}"}))
        assert (again.status, "does not confirm the sign-in" in again.main) == (503, True)


async def test_a_code_of_another_way_is_not_believed(running: Running) -> None:
    async with running.portal() as http, running.portal() as other:
        code = parse_qs(urlsplit(await let_through(await begin(other))).query)["code"][0]
        state = parse_qs(urlsplit(await begin(http)).query)["state"][0]
        injected = Seen(await http.get("/oidc/return", params={"code": code, "state": state}))
        assert (injected.status, "cannot be believed" in injected.main) == (403, True)
        assert "steward_session" not in http.cookies


@pytest.mark.parametrize(
    ("sub", "fields", "why"),
    [
        ("1", {"action": "deny"}, "you were not let through"),
        ("2", {}, "zoe@example.com is not known in this organisation"),
        ("3", {}, "has not verified that bob@example.org is yours"),
    ],
)
async def test_who_does_not_get_in_is_told_why(running: Running, sub: str, fields: dict[str, str], why: str) -> None:
    async with running.portal() as http:
        address = await begin(http)
        back = await let_through(address, sub, **fields)
        if "state=" not in back:  # this provider forgets it when it refuses
            back += f"&state={parse_qs(urlsplit(address).query)['state'][0]}"
        page = Seen(await http.get(back))
        assert (page.status, page.texts("h1"), why in page.main) == (403, ["You are not signed in"], True)
        assert "steward_session" not in http.cookies


async def test_a_guest_gets_in_where_guests_have_a_role(running: Running) -> None:
    async with running.portal(guest_role="customer") as http:
        await http.get(await let_through(await begin(http), "2"))
        assert Seen(await http.get("/work")).texts(".who") == ["You are Zoe New"]


async def test_a_provider_that_is_away_or_is_another_one_is_said(running: Running, issuer: str) -> None:
    elsewhere = f"http://127.0.0.1:{free_port()}"
    for wrong, why in ((elsewhere, "does not answer"), (f"{issuer}/", "STEWARD_OIDC_ISSUER is wrong")):
        async with running.portal(issuer=wrong) as http:
            page = Seen(await http.get("/oidc/start"))
            assert (page.status, why in page.main) == (503, True)
            assert Seen(await http.get("/signed-out")).texts("main a") == ["Sign in again"]


async def test_who_is_signed_out_can_sign_out_at_the_provider_too(running: Running, issuer: str) -> None:
    async with running.portal() as http:
        out = Seen(await http.get("/signed-out"))
    address = urlsplit(out.tree.css("main a")[0].attributes["href"] or "")
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{issuer}/oauth2/end_session"
    assert parse_qs(address.query)["post_logout_redirect_uri"] == [f"{HOME}/signed-out"]


async def test_without_a_provider_there_is_no_way_to_one(running: Running) -> None:
    app = create_app(running.office.services)
    install(app)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HOME) as http:
        assert [(await http.get(path)).status_code for path in ("/oidc/start", "/oidc/return")] == [404, 404]
