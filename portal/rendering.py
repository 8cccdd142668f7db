"""Makes HTML of templates: everything is escaped, and a name that no handler gives is an error."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.explain import share
from engine.journal import size_in_words
from engine.record import Actor
from language.durations import in_words
from portal import words
from portal.assets import ASSETS
from portal.navigation import ways
from portal.visiting import SAID, THEMES, Visit, said_to, theme_of

SEE_OTHER = 303
SAY_WITHIN = 60
"""Seconds after which a sentence for the next page is not said any more."""

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.globals.update(
    asset=ASSETS.address,
    fresh_key=lambda: secrets.token_hex(16),
    themes=THEMES,
    instant=words.instant,
    apart=words.apart,
    counted=words.counted,
    lasting=in_words,
    share=share,
    size_in_words=size_in_words,
)


def page(visit: Visit, template: str, status: int = 200, **given: Any) -> Response:  # noqa: ANN401 - for the template
    """Make a page for a visitor; `given` are the names of the template, besides `visit`."""
    return bare_page(visit.request, template, status, actor=visit.actor, visit=visit, **given)


def bare_page(
    request: Request,
    template: str,
    status: int = 200,
    *,
    actor: Actor | None = None,
    **given: Any,  # noqa: ANN401 - for the template
) -> Response:
    """Make a page for anybody, also for who is not known."""
    said = said_to(request)
    path = request.url.path
    text = templates.get_template(template).render(
        actor=actor, path=path, said=said, theme=theme_of(request), ways=ways(actor, path), **given
    )
    response = HTMLResponse(text, status, {"Cache-Control": "no-store", "Vary": "HX-Request"})
    if said:
        response.delete_cookie(SAID)
    return response


def part(template: str, **given: Any) -> Response:  # noqa: ANN401 - for the template
    """Make a part of a page, for htmx."""
    return HTMLResponse(templates.get_template(template).render(**given), headers={"Cache-Control": "no-store"})


def gone_to(address: str, say: str = "") -> Response:
    """Lead on after a form was sent, and say a sentence there."""
    response = RedirectResponse(address, SEE_OTHER)
    if say:
        response.set_cookie(SAID, quote(say), max_age=SAY_WITHIN, httponly=True, samesite="lax")
    return response
