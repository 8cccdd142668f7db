"""Signing in and out: the page that says how, links that are good once, and the end of a session."""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response

from api import sessions
from api.csrf import demand_own_origin
from api.problems import NotFoundError, RefusalError, UnauthenticatedError
from api.services import Provided, Services
from engine.record import Reason
from portal import oidc
from portal.leading import SIGN_IN, local
from portal.pages import page_router
from portal.rendering import bare_page, gone_to
from portal.visiting import Visitor
from store import sign_in_links
from store.facts import organisation
from store.sessions import begun

NOT_GOOD = "This link is not good: it was used, it is older than 10 minutes, or it is not complete."
ANOTHER = "`steward sign-in`, on the machine that Steward runs on, writes a new one."

Wanted = Annotated[str, Query(alias="next")]

router = page_router()
router.include_router(oidc.router)


@router.get(SIGN_IN)
async def how(request: Request, services: Provided, wanted: Wanted = "/") -> Response:
    """Say how to sign in; who is signed in goes on."""
    try:
        known = await sessions.signed_in(request, services)
    except UnauthenticatedError:
        known = None
    if known is not None:
        return gone_to(local(wanted))
    begin = f"{oidc.START}?next={quote(local(wanted))}" if services.provider is not None else None
    return bare_page(request, "sign_in/how.html", nearby=services.nearby, begin=begin)


@router.get(SIGN_IN + "/{secret}")
async def ask(secret: str, request: Request, services: Provided) -> Response:
    """Ask whether to sign in: looking at a link uses nothing, so that programs which look ahead do no harm."""
    _demand_nearby(request, services)
    person = await sign_in_links.find(services.database, secret, services.clock())
    if person is None:
        raise NotFoundError(NOT_GOOD, ANOTHER)
    label = (await organisation(services.database)).label("user", person) or person
    return bare_page(request, "sign_in/link.html", label=label)


@router.post(SIGN_IN + "/{secret}")
async def enter(secret: str, request: Request, services: Provided) -> Response:
    """Sign in by a link, which is good no more."""
    _demand_nearby(request, services)
    demand_own_origin(request, services.base_url)
    person = await sign_in_links.use(services.database, secret, services.clock())
    if person is None:
        raise NotFoundError(NOT_GOOD, ANOTHER)
    session = begun(person, services.clock())
    actor = sessions.person_of(session, await organisation(services.database))
    response = gone_to("/", f"You are signed in as {actor.label}.")
    await sessions.begin(request, services, response, session)
    return response


@router.post("/sign-out")
async def leave(visit: Visitor) -> Response:
    """End the session."""
    response = gone_to("/signed-out")
    await sessions.end(visit.request, visit.services, response)
    return response


@router.get("/signed-out")
async def gone(request: Request, services: Provided) -> Response:
    """Say that the session is over, and where the one at the provider is ended."""
    provider = services.provider
    elsewhere = None if provider is None else await provider.way_out(services.base_url)
    return bare_page(request, "sign_in/out.html", elsewhere=elsewhere)


def _demand_nearby(request: Request, services: Services) -> None:
    """Raise RefusalError unless only this machine reaches us, and the request comes from it."""
    client = request.client.host if request.client else ""
    if not services.nearby or not _is_loopback(client):
        text = "links sign in on the machine that Steward runs on only, and only while it listens nowhere else"
        raise RefusalError([Reason("who", "not-nearby", text)])


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
