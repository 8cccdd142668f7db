"""Deciding by a link from a mail, without signing in: a page that shows what is asked, and a form that decides it.

Looking never decides, so that programs which follow links in mail do no harm. The link itself is what the form proves:
nobody else can send it.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from fastapi import Request, Response

from api.commanding import carry_out
from api.forms import titled
from api.origins import origin_of
from api.pinned import pinned
from api.services import Provided, Services
from api.showing import summary
from api.times import moment
from engine.journal import shown
from language.definition import Definition
from language.values import FieldType
from language.votes import read_votes
from portal import links
from portal.links import Asked, Over
from portal.pages import page_router
from portal.posting import Sent
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import bare_page
from store.queries import RecordRow
from workflows.client import RefusedError

CHANNEL = "mail link"
"""What the journal says of from where a vote came."""
GONE = 410
PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
"""Headers of every answer here: the address is a secret."""

router = page_router()


@router.get("/decide/{link}")
async def ask(link: str, request: Request, services: Provided) -> Response:
    """Show what is asked; nothing is decided and nothing used up."""
    try:
        asked = await links.opened(services, link)
    except Over as over:
        return _over(request, over)
    return _private(await _page(request, services, asked))


@router.post("/decide/{link}")
async def decide(link: str, request: Request, services: Provided, sent: Sent) -> Response:
    """Vote as the person of the link; the same form sent again has the same outcome, and no second effect."""
    choice, comment = sent.text("choice"), sent.text("comment")
    try:
        asked = await links.opened(services, link, again=True)
    except Over as over:
        return _over(request, over)
    digest = hashlib.sha256(link.encode()).hexdigest()[:12]
    actor = asked.actor._replace(origin=origin_of(request, digest)._replace(channel=CHANNEL))
    try:
        event = asked._replace(actor=actor).vote(choice, comment)
        await carry_out(services, asked.row.id, event, services.command_wait)
    except RefusedError as refused:
        if not asked.approval:
            return _over(request, links.used(asked.row.id))
        refusal = beside(refusal_of(refused), ("comment",))
        return _private(await _page(request, services, asked, refusal, comment))
    voted = "approved" if choice == "yes" else "rejected"
    return _private(bare_page(request, "decide/done.html", voted=voted, record=asked.row.id, title=asked.row.title))


async def _page(
    request: Request, services: Services, asked: Asked, refusal: Refusal | None = None, comment: str = ""
) -> Response:
    definition = await pinned(services.database, asked.row.digest)
    data = asked.approval
    return bare_page(
        request,
        "decide/ask.html",
        200 if refusal is None else 422,
        row=asked.row,
        label=asked.actor.label,
        process=definition.title,
        asks=data["title"],
        votes=str(read_votes(data["votes"])),
        seats=data["seats"],
        due=None if data["due"] is None else moment(data["due"]),
        now=services.clock(),
        fields=tuple(_fields(definition, asked.row)),
        refusal=refusal,
        comment=comment,
    )


def _fields(definition: Definition, row: RecordRow) -> Iterator[tuple[str, str]]:
    """Give what the person may read of the record, with titles; what is empty or sensitive is left out."""
    for name, value in summary(definition, row).fields.items():
        field = definition.fields[name]
        if value in (None, "", []) or field.shape.sealed:
            continue
        yield titled(name, field.title), _text(field.shape.type, value)


def _text(kind: FieldType, value: Any) -> str:  # noqa: ANN401  # JSON
    return str(value) if kind is FieldType.DATETIME else shown(value)


def _over(request: Request, over: Over) -> Response:
    return _private(bare_page(request, "decide/over.html", GONE, why=str(over), record=over.record))


def _private(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response
