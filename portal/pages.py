"""Routes of pages: what goes wrong on one is told on a page, in the words and with the status of the API's problems."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from api.problems import TOLD, UnauthenticatedError, problem_of
from api.refusals_told import tell
from portal.leading import to_sign_in
from portal.refusals import refusal_of
from portal.rendering import bare_page
from portal.visiting import asks_for_part

ERRORS = tuple(TOLD)


class PageRoute(APIRoute):
    """A route that answers errors with a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the handler, with its errors told on a page."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except UnauthenticatedError as error:
                tell(error.status, ())
                return problem_page(request, error) if "authorization" in request.headers else to_sign_in(request)
            except ERRORS as error:
                return problem_page(request, error)

        return told


def page_router() -> APIRouter:
    """Make the router of a page's module."""
    return APIRouter(route_class=PageRoute)


def problem_page(request: Request, error: Exception) -> Response:
    """Tell an error on a page of its own; htmx is to show it in place of the whole page."""
    problem = problem_of(error)
    response = bare_page(request, "problem.html", problem.status, refusal=refusal_of(problem))
    response.headers.update(problem.headers or {})
    if asks_for_part(request):
        response.headers["HX-Retarget"] = "body"
    return response
