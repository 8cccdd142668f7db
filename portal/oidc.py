"""Signing in at the provider: the way there, and what becomes of who comes back."""

import secrets
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import quote, unquote

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from api import sessions
from api.newcomers import newcomer
from api.problems import NotFoundError
from api.provider import RETURN, Provider, ProviderAwayError, SignInError
from api.services import Provided, Services
from portal.leading import local
from portal.rendering import SEE_OTHER, bare_page, gone_to
from store.facts import organisation

START = "/oidc/start"
"""The page that leads to the provider; `next` says where people go then."""
COOKIE = "steward_way"
"""What a browser keeps until it comes back: the secret of its way, and where it wants to go."""
WITHIN = 600
"""Seconds that the way there and back may take."""

log = structlog.get_logger("steward.portal")

Wanted = Annotated[str, Query(alias="next")]


class SignInRoute(APIRoute):
    """A route that tells on a page why somebody is not signed in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the handler, with its errors told on a page."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except SignInError as error:
                log.warning("nobody is signed in", why=str(error))
                away = isinstance(error, ProviderAwayError)
                return bare_page(request, "sign_in/failed.html", 503 if away else 403, why=str(error), away=away)

        return told


router = APIRouter(route_class=SignInRoute)


@router.get(START)
async def start(services: Provided, wanted: Wanted = "/") -> Response:
    """Lead to the provider."""
    provider, secret = _provider(services), secrets.token_urlsafe(32)
    response = RedirectResponse(await provider.way_there(services.base_url, secret), SEE_OTHER)
    secure = services.base_url.startswith("https:")
    kept = f"{secret}.{quote(local(wanted), safe='')}"
    response.set_cookie(COOKIE, kept, max_age=WITHIN, path="/oidc", secure=secure, httponly=True, samesite="lax")
    return response


@router.get(RETURN)
async def come_back(request: Request, services: Provided) -> Response:
    """Begin the session of who comes back, and lead them to the page that they wanted."""
    provider = _provider(services)
    secret, _, wanted = request.cookies.get(COOKIE, "").partition(".")
    if not secret:
        raise SignInError("This browser has not begun to sign in, or 10 minutes ago. Begin again.")
    claims = await provider.who_comes_back(services.base_url, secret, dict(request.query_params))
    session = newcomer(provider, claims, await organisation(services.database), services.clock())
    response = gone_to(local(unquote(wanted)))
    await sessions.begin(request, services, response, session)
    response.delete_cookie(COOKIE, path="/oidc")
    log.info("signed in", person=session.person, roles=session.roles)
    return response


def _provider(services: Services) -> Provider:
    if services.provider is None:
        raise NotFoundError("Nobody signs in here with a provider: STEWARD_OIDC_ISSUER names none.")
    return services.provider
