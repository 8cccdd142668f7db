"""Sessions at the edge: the cookie that holds one, and the person it stands for."""

from fastapi import Request, Response

from api.csrf import csrf_token, demand_meant
from api.origins import known, origin_of
from api.problems import UnauthenticatedError
from api.services import Services
from engine.record import Actor
from language.organisation import Organisation
from store import sessions
from store.facts import organisation
from store.sessions import LONGEST, Session

COOKIE = "steward_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""What the cookie is called where people reach us by https: a browser then takes it from nobody but us."""


async def signed_in(request: Request, services: Services) -> Actor | None:
    """Give who is signed in, and from where they ask; None where a browser brings no session.

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
    actor = known(request, actor, origin_of(request, found.id)._replace(channel="portal"))
    await demand_meant(request, services.base_url, secret)
    return actor


def token_for_forms(request: Request, services: Services) -> str:
    """Give what the forms of this session send along, as `csrf_token`; empty where a browser brings no session."""
    secret = _presented(request, services)
    return csrf_token(secret) if secret else ""


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
