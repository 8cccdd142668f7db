"""Who visits a page, and what their browser brings along: the theme they chose and what was last said to them."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request, Response

from api.commanding import Sender
from api.identity import Caller
from api.inputs import RequestKey
from api.services import Provided, Services
from api.sessions import token_for_forms
from engine.record import Actor

THEMES = ("auto", "light", "dark")
THEME, SAID = "steward_theme", "steward_said"
"""The cookies: a choice that stays, and a sentence for the next page."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to a page: who asks, with what, whether htmx wants a part of it only, and the token of their forms."""

    request: Request
    services: Services
    actor: Actor
    part: bool
    csrf_token: str

    def sender(self, key: RequestKey, revision: int | None = None) -> Sender:
        """Give the sender of a command under a key, having seen a revision of its record."""
        return Sender(self.services, self.actor, key, revision, Response())


async def _visit(request: Request, services: Provided, actor: Caller) -> Visit:
    return Visit(request, services, actor, asks_for_part(request), token_for_forms(request, services))


Visitor = Annotated[Visit, Depends(_visit)]
"""The visit, as a parameter of a handler; who is not known gets no further."""


def asks_for_part(request: Request) -> bool:
    """Whether htmx asks, to replace a part of a page that is there."""
    return "hx-request" in request.headers


def theme_of(request: Request) -> str:
    """Give the theme that was chosen; `auto` is as the system of the visitor has it."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in THEMES else THEMES[0]


def said_to(request: Request) -> str:
    """Give what the page before wanted to be said on this one."""
    return unquote(request.cookies.get(SAID, ""))
