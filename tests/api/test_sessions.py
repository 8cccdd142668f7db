"""Sessions at the edge: who is signed in has the API's calls, and nothing that they did not mean happens."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request, Response
from temporalio.client import Client

from api import sessions as edge
from api.app import create_app
from api.csrf import csrf_token
from api.identity import Caller
from api.problems import UnauthenticatedError
from api.security_headers import ALWAYS
from api.services import Provided
from api.sessions import person_of
from engine.record import Actor
from language.organisation_reading import read_organisation
from store import sessions
from store.sessions import LONGEST, SILENT, begun
from tests.api.office import Office, an_office
from tests.api.repairs import ORGANISATION

pytestmark = pytest.mark.asyncio(loop_scope="module")
AROUND = read_organisation({"organisation.yaml": ORGANISATION})
HOME = "http://steward.test"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def quiet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office that asks Temporal nothing."""
    nobody = await Client.connect("127.0.0.1:9", lazy=True)
    async with an_office(tmp_path_factory.mktemp("quiet") / "steward.db", nobody, worker=False) as opened:
        yield opened


async def signed_in(office: Office, person: str = "ann") -> str:
    return await sessions.create(office.services.database, begun(person, office.clock()))


def cookie(secret: str, name: str = "steward_session") -> dict[str, str]:
    return {"Cookie": f"{name}={secret}"}


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        (begun("ann", 0.0), Actor("ann", "Ann Agent", ("agent",), ("workshop",))),
        (begun("ann", 0.0, roles=("agent", "auditor")), Actor("ann", "Ann Agent", ("agent", "auditor"), ("workshop",))),
        (begun("ann", 0.0, name="Ann Other"), Actor("ann", "Ann Agent", ("agent",), ("workshop",))),
        (begun("zoe", 0.0, name="Zoe New", roles=("customer",)), Actor("zoe", "Zoe New", ("customer",), ())),
    ],
)
async def test_who_is_signed_in_has_the_roles_that_count_now(session: sessions.Session, expected: Actor) -> None:
    assert person_of(session, AROUND) == expected


@pytest.mark.parametrize("person", ["gone", "zoe"])
async def test_who_has_left_is_signed_in_no_more(person: str) -> None:
    with pytest.raises(UnauthenticatedError, match="not active"):
        person_of(begun(person, 0.0), AROUND)


async def test_the_journal_can_say_which_session_it_was(quiet: Office, pages: FastAPI) -> None:
    async with browser(pages) as http:
        told = (await http.get("/origin", headers=cookie(await signed_in(quiet)))).json()
    assert (told["channel"], told["address"], len(told["credential"])) == ("portal", "127.0.0.1", 12)


async def test_a_session_is_as_good_as_a_token_until_it_ends(quiet: Office) -> None:
    secret = await signed_in(quiet)
    assert (await quiet.http.get("/api/v1/processes", headers=cookie(secret))).status_code == 200
    await sessions.end(quiet.services.database, secret)
    over = await quiet.http.get("/api/v1/processes", headers=cookie(secret))
    assert (over.status_code, over.json()["detail"]) == (401, "You are not signed in any more. Sign in again.")


@pytest.mark.parametrize("ahead", [SILENT, LONGEST])
async def test_a_session_that_is_silent_or_old_is_over(quiet: Office, ahead: float) -> None:
    secret = await sessions.create(quiet.services.database, begun("ann", quiet.clock() - ahead))
    assert (await quiet.http.get("/api/v1/processes", headers=cookie(secret))).status_code == 401


GOOD, FOREIGN, NONE = "good", "of another session", "none"
COOKIE, BEARER, BOTH = "cookie", "bearer", "both"
ELSEWHERE = {"Origin": "https://evil.test"}
PROOFS = [
    # method, credential, from where, token, status; 404: let in, where nothing is
    ("GET", COOKIE, {}, NONE, 200),
    ("GET", COOKIE, ELSEWHERE, NONE, 200),
    ("GET", BEARER, ELSEWHERE, NONE, 200),
    ("GET", NONE, {}, NONE, 401),
    ("POST", COOKIE, {}, GOOD, 404),
    ("POST", COOKIE, {"Origin": HOME}, GOOD, 404),
    ("POST", COOKIE, {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}, GOOD, 404),
    ("POST", COOKIE, {}, NONE, 403),
    ("POST", COOKIE, {}, FOREIGN, 403),
    ("POST", COOKIE, {"Origin": HOME}, NONE, 403),
    ("POST", COOKIE, {"Origin": HOME}, "", 403),
    ("POST", COOKIE, {"Origin": HOME}, "\u00e9", 403),
    ("POST", COOKIE, ELSEWHERE, GOOD, 403),
    ("POST", COOKIE, {"Origin": "null"}, GOOD, 403),
    ("POST", COOKIE, {"Origin": "https://steward.test"}, GOOD, 403),
    ("POST", COOKIE, {"Origin": "http://steward.test:81"}, GOOD, 403),
    ("POST", COOKIE, {"Origin": "http://steward.test.evil.test"}, GOOD, 403),
    ("POST", COOKIE, {"Sec-Fetch-Site": "cross-site"}, GOOD, 403),
    ("POST", COOKIE, {"Sec-Fetch-Site": "same-site"}, GOOD, 403),
    ("POST", COOKIE, {"Origin": HOME, "Sec-Fetch-Site": "cross-site"}, GOOD, 403),
    ("POST", BEARER, {}, NONE, 404),
    ("POST", BEARER, ELSEWHERE, NONE, 404),
    ("POST", BOTH, {}, NONE, 404),
    ("POST", NONE, {}, GOOD, 401),
    ("DELETE", COOKIE, {}, GOOD, 404),
    ("DELETE", COOKIE, {}, NONE, 403),
    ("PATCH", COOKIE, {}, GOOD, 404),
    ("PATCH", COOKIE, {}, NONE, 403),
    ("PUT", COOKIE, {}, NONE, 403),
    ("DELETE", BEARER, {}, NONE, 404),
]
ADDRESSES: dict[str, tuple[str, Any]] = {
    "GET": ("/processes", None),
    "POST": ("/records/REP0000404/comments", {"text": "hello"}),
    "DELETE": ("/records/REP0000404/watchers/ann", None),
    "PATCH": ("/records/REP0000404", {"fields": {}}),
    "PUT": ("/organisation/role/nobody", {}),
}


@pytest.mark.parametrize("case", PROOFS)
async def test_what_changes_something_must_show_that_it_was_meant(
    quiet: Office, case: tuple[str, str, dict[str, str], str, int]
) -> None:
    method, credential, came, token, status = case
    secret, path, body = await signed_in(quiet), *ADDRESSES[method]
    sent = {GOOD: csrf_token(secret), FOREIGN: csrf_token(await signed_in(quiet))}.get(token, token)
    headers: dict[str, Any] = {**came, **({} if token == NONE else {"X-CSRF-Token": sent.encode("latin-1")})}
    if credential in {COOKIE, BOTH}:
        headers |= cookie(secret)
    if credential in {BEARER, BOTH}:
        headers["Authorization"] = f"Bearer {quiet.secrets['ann']}"
    answer = await quiet.http.request(method, f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert status != 403 or answer.json()["reasons"][0]["code"] == "not-meant"


async def test_a_wrong_token_is_refused_whoever_is_signed_in(quiet: Office) -> None:
    headers = {**cookie(await signed_in(quiet)), "Authorization": "Bearer stw_wrong"}
    assert (await quiet.http.get("/api/v1/processes", headers=headers)).status_code == 401


@pytest.fixture
def pages(quiet: Office) -> FastAPI:
    """The application with a page of its own, a call that fails, and one that is signed in by."""
    app = create_app(quiet.services)

    @app.get("/page")
    async def page(request: Request, actor: Caller, services: Provided) -> Response:
        shown = f"{actor.label} {edge.token_for_forms(request, services)}"
        return Response(shown, headers={"Cache-Control": "max-age=60"})

    @app.post("/page")
    async def form(actor: Caller) -> str:
        return actor.id

    @app.get("/origin")
    async def origin(actor: Caller) -> dict[str, str]:
        return actor.origin._asdict()

    @app.get("/fail")
    async def fail() -> None:
        raise ZeroDivisionError

    @app.get("/in")
    async def enter(request: Request, response: Response, services: Provided) -> None:
        await edge.begin(request, services, response, begun("ann", services.clock()))

    @app.get("/out")
    async def leave(request: Request, response: Response, services: Provided) -> None:
        await edge.end(request, services, response)

    return app


def browser(app: FastAPI, base_url: str = HOME) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app, raise_app_exceptions=False), base_url=base_url)


@pytest.mark.parametrize(
    ("body", "status"),
    [("csrf_token={}&x=1", 200), ("x=1&csrf_token=", 403), ("x=1", 403), ("", 403), ("&" * 3_000, 403), ("\xff", 403)],
)
async def test_a_form_sends_the_token_in_a_field(pages: FastAPI, quiet: Office, body: str, status: int) -> None:
    secret = await signed_in(quiet)
    headers = {**cookie(secret), "Content-Type": "application/x-www-form-urlencoded", "Origin": HOME}
    async with browser(pages) as http:
        shown = (await http.get("/page", headers=headers)).text
        assert shown == f"Ann Agent {csrf_token(secret)}"
        sent = body.format(csrf_token(secret)).encode("latin-1")
        assert (await http.post("/page", content=sent, headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("field", "status"),
    [('name="csrf_token"', 404), ('name="csrf_toke"', 403), ('name="csrf_token"; filename="x"', 403)],
)
async def test_a_form_with_a_file_sends_the_token_before_it(
    pages: FastAPI, quiet: Office, field: str, status: int
) -> None:
    secret = await signed_in(quiet)
    headers = {**cookie(secret), "Content-Type": "multipart/form-data; boundary=cut", "Origin": HOME}
    parts = (f"{field}\r\n\r\n{csrf_token(secret)}", 'name="file"; filename="x"\r\n\r\nx')
    sent = "".join(f"--cut\r\nContent-Disposition: form-data; {each}\r\n" for each in parts) + "--cut--\r\n"
    async with browser(pages) as http:
        for path in ("attachments", "faults/1/retry"):
            answer = await http.post(f"/api/v1/records/NONE/{path}", content=sent, headers=headers)
            assert answer.status_code == status


async def test_a_sign_in_has_a_new_secret_and_a_sign_out_ends_it(pages: FastAPI) -> None:
    async with browser(pages) as http:
        first = (await http.get("/in")).headers["set-cookie"]
        assert first.endswith("; HttpOnly; Max-Age=43200; Path=/; SameSite=lax")
        before = http.cookies["steward_session"]
        await http.get("/in")
        assert http.cookies["steward_session"] != before
        assert (await http.get("/page")).status_code == 200
        now = http.cookies["steward_session"]
        await http.get("/out")
        assert "steward_session" not in http.cookies
        assert [(await http.get("/page", headers=cookie(each))).status_code for each in (before, now)] == [401, 401]


async def test_by_https_the_cookie_is_bound_to_this_host_and_browsers_stay_with_https(
    tmp_path: Path, pages: FastAPI, quiet: Office
) -> None:
    pages.state.services = type(quiet.services)(
        quiet.services.database, quiet.services.client, quiet.clock, {}, base_url="https://steward.test"
    )
    async with browser(pages, "https://steward.test") as http:
        made = (await http.get("/in")).headers["set-cookie"]
        assert made.startswith("__Host-steward_session=")
        assert made.endswith("; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure")
        secret = await signed_in(quiet)
        assert (await http.get("/page", headers=cookie(secret))).status_code == 401
    async with browser(create_app(pages.state.services), "https://steward.test") as http:
        assert (await http.get("/healthz")).headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/processes", "/nothing", "/fail"])
async def test_every_answer_tells_browsers_to_be_careful(pages: FastAPI, path: str) -> None:
    async with browser(pages) as http:
        headers = (await http.get(path)).headers
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
    assert "strict-transport-security" not in headers


async def test_a_handler_may_say_otherwise_of_its_own_answer(pages: FastAPI, quiet: Office) -> None:
    async with browser(pages) as http:
        answer = await http.get("/page", headers=cookie(await signed_in(quiet)))
    assert answer.headers.get_list("cache-control") == ["max-age=60"]
