"""Who asks: a bearer token or a session leads to a person or a robot, with the roles and groups that count now."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.origins import known, origin_of
from api.problems import RefusalError, UnauthenticatedError
from api.services import Provided, Services
from api.sessions import signed_in
from engine.record import Actor, Reason
from language.organisation import Organisation
from store.facts import with_organisation
from store.tokens import PREFIX as TOKEN
from store.tokens import Token, good, id_of, note_use

AUTOMATION = "automation"
"""The role of those who may bring events from outside."""

HOW = "Send a token: Authorization: Bearer stw_… (`steward token create` makes one)."

_bearer = HTTPBearer(scheme_name="token", bearerFormat="stw_…", auto_error=False, description=HOW)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def authenticated(request: Request, services: Provided, credentials: Credentials) -> Actor:
    """Give who asks and from where, by a token or, without one, by a session.

    Raises UnauthenticatedError where both are missing or not good (any more), RefusalError where a request with a
    session would change something and does not show that it was meant, and ProblemError (429) for who asks too often.
    """
    try:
        actor = await _known(request, services, credentials)
    except UnauthenticatedError:
        services.throttle.take_stranger(request, services.clock())
        raise
    services.throttle.take(actor.id, request, services.clock())
    return actor


async def _known(request: Request, services: Services, credentials: HTTPAuthorizationCredentials | None) -> Actor:
    if credentials is None:
        actor = await signed_in(request, services)
        if actor is None:
            raise UnauthenticatedError(HOW)
        return actor
    if credentials.credentials.startswith(TOKEN):  # anything else may be the secret of something else
        request.state.credential = id_of(credentials.credentials)
    found = partial(good, secret=credentials.credentials, now=services.clock())
    token, around = await with_organisation(services.database, found)
    if token is None:
        raise UnauthenticatedError(f"The token is not known, has expired or was revoked. {HOW}")
    actor = actor_of(token, around)
    await note_use(services.database, token, services.clock())
    return known(request, actor, origin_of(request, token.id))


Caller = Annotated[Actor, Depends(authenticated)]
"""Who asks, as a parameter of a handler."""


def actor_of(token: Token, around: Organisation) -> Actor:
    """Give whom a token stands for.

    Somebody the organisation knows has the roles and groups that it gives them now, of a token that names some only
    those, and never another. A robot has those of its token. Raises UnauthenticatedError for a person who is not
    active, or not in the organisation, any more.
    """
    if token.of_robot and around.find("user", token.person) is None:
        return Actor(token.person, token.name, token.roles, token.groups)
    known = person_of(around, token.person)
    if not (token.roles or token.groups):
        return known
    roles = tuple(role for role in known.roles if role in token.roles)
    groups = tuple(group for group in known.groups if group in token.groups)
    return known._replace(roles=roles, groups=groups)


def person_of(around: Organisation, name: str) -> Actor:
    """Give somebody with the roles and groups they have now; raise UnauthenticatedError for who is not active."""
    row = around.find("user", name)
    if row is None or not row["active"]:
        raise UnauthenticatedError(f"{name} is not active any more")
    return Actor(name, around.label("user", name) or name, tuple(row["roles"]), tuple(row["groups"]))


def demand_role(actor: Actor, *roles: str, to: str) -> None:
    """Raise RefusalError unless the actor has one of the roles."""
    if not any(role in actor.roles for role in roles):
        raise RefusalError([Reason("who", "not-allowed", f"only {' or '.join(roles)} may {to}", who=roles)])
