"""The theme: light, dark, or as the visitor's system has it; a cookie remembers it."""

from urllib.parse import urlsplit, urlunsplit

from fastapi import Request, Response

from portal.pages import page_router
from portal.posting import Sent
from portal.rendering import gone_to
from portal.visiting import THEME, THEMES, Visitor

YEAR = 365 * 24 * 3_600

router = page_router()


@router.post("/theme")
async def choose(request: Request, _visit: Visitor, sent: Sent) -> Response:
    """Keep the choice, and lead back."""
    chosen = sent.text("theme")
    response = gone_to(_back(request))
    if chosen in THEMES:
        response.set_cookie(THEME, chosen, max_age=YEAR, httponly=True, samesite="lax")
    return response


def _back(request: Request) -> str:
    """Give the address of the page that the visitor comes from, here."""
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.url.netloc:
        return "/"
    return urlunsplit(("", "", f"/{before.path.lstrip('/')}", before.query, ""))
