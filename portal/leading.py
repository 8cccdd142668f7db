"""Where visitors are led: to the sign-in page when they must, and back to the page of ours that they wanted."""

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.csrf import SAFE
from portal.visiting import asks_for_part

SIGN_IN = "/sign-in"
"""The page that signs people in; `next` says where they go then."""


def to_sign_in(request: Request) -> Response:
    """Lead to the sign-in page, and from there back to the page that was asked for."""
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = f"{request.url.path}{query}" if request.method in SAFE else "/"
    address = f"{SIGN_IN}?next={quote(wanted)}"
    if asks_for_part(request):  # htmx follows redirects itself, and would show a part of a page
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def local(address: str) -> str:
    """Give an address if it leads to a page of ours, else the first page."""
    leaves = address.startswith("//") or "\\" in address or not address.isprintable()
    return address if address.startswith("/") and not leaves else "/"
