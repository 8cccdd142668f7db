"""Sessions at the edge: the cookie that holds one, and the person it stands for."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from api.csrf import SAFE, csrf_token, demand_meant
from api.origins import origin_of
from api.problems import UnauthenticatedError
from api.services import Provided, Services
from engine.record import Actor
from language.organisation import Organisation
from store import sessions
from store.facts import organisation
from store.sessions import LONGEST, Session

COOKIE = "steward_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""What the cookie is called where people reach us by https: a browser then takes it from nobody but us."""
SIGN_IN = "/sign-in"
"""The page that signs people in; `next` says where they go then."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, and the token that their forms send along (as `csrf_token` or `X-CSRF-Token`)."""

    actor: Actor
    csrf_token: str


async def visitor_of(request: Request, services: Services) -> Visitor | None:
    """Give who is signed in; None where a browser brings no session.

    Raises UnauthenticatedError for a session that is over, and RefusalError for a request that changes something and
    does not show that it was meant.
    """
    secret = _presented(request, services)
    if not secret:
        return None
    found = await sessions.find(services.database, secret, services.clock())
    if found is None:
        raise UnauthenticatedError("You are not signed in any more. Sign in again.")
    actor = person_of(found, await organisation(services.database))
    origin = origin_of(request, found.id)._replace(channel="portal")
    await demand_meant(request, services.base_url, secret)
    return Visitor(actor._replace(origin=origin), csrf_token(secret))


class SignInNeeded(Exception):
    """A page was asked for by somebody who is not signed in; they are led to where they can."""


async def _signed_in(request: Request, services: Provided) -> Visitor:
    try:
        visitor = await visitor_of(request, services)
    except UnauthenticatedError as over:
        raise SignInNeeded from over
    if visitor is None:
        raise SignInNeeded
    return visitor


SignedIn = Annotated[Visitor, Depends(_signed_in)]
"""Who is signed in, as a parameter of a page's handler; anybody else is led to the sign-in page."""


def install(app: FastAPI) -> None:
    """Lead those who must sign in to where they can."""
    app.add_exception_handler(SignInNeeded, lambda request, _needed: to_sign_in(request))


def to_sign_in(request: Request) -> Response:
    """Lead to the sign-in page, and from there back to the page that was asked for."""
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = f"{request.url.path}{query}" if request.method in SAFE else "/"
    address = f"{SIGN_IN}?next={quote(wanted)}"
    if "hx-request" in request.headers:  # htmx follows redirects itself, and would show a part of a page
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def local(address: str) -> str:
    """Give an address if it leads to a page of ours, else the first page."""
    leaves = address.startswith("//") or "\\" in address or not address.isprintable()
    return address if address.startswith("/") and not leaves else "/"


def person_of(session: Session, around: Organisation) -> Actor:
    """Give whom a session stands for, with the roles and groups that count now.

    People of the organisation have those it gives them, and the roles that came with their sign-in; others have only
    these. Raises UnauthenticatedError for who is not active, or not in the organisation, any more.
    """
    row = around.find("user", session.person)
    if row is None and session.name:
        return Actor(session.person, session.name, session.roles, ())
    if row is None or not row["active"]:
        raise UnauthenticatedError(f"{session.person} is not active any more")
    roles = (*row["roles"], *(role for role in session.roles if role not in row["roles"]))
    label = around.label("user", session.person) or session.person
    return Actor(session.person, label, roles, tuple(row["groups"]))


async def begin(request: Request, services: Services, response: Response, session: Session) -> None:
    """Begin a session, whose cookie the answer carries; the one that the browser had ends."""
    await sessions.end(services.database, _presented(request, services))
    secret = await sessions.create(services.database, session)
    name, secure = _cookie(services)
    response.set_cookie(name, secret, max_age=int(LONGEST), secure=secure, httponly=True, samesite="lax")


async def end(request: Request, services: Services, response: Response) -> None:
    """End the session that a browser brings along; the answer lets it forget the cookie."""
    await sessions.end(services.database, _presented(request, services))
    name, secure = _cookie(services)
    response.delete_cookie(name, secure=secure, httponly=True, samesite="lax")


def _presented(request: Request, services: Services) -> str:
    return request.cookies.get(_cookie(services)[0], "")


def _cookie(services: Services) -> tuple[str, bool]:
    secure = services.base_url.startswith("https:")
    return SECURE_COOKIE if secure else COOKIE, secure
