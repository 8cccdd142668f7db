"""The page of a record: what it is, where it stands, what may be done, who decides, and everything that happened."""

from typing import Annotated, Any

from fastapi import Query, Response

from api.attachments import attachments_of
from api.diagrams import laid_out, where
from api.journal import journal_view
from api.pinned import pinned
from api.problems import RefusalError
from api.showing import record_view, restored, visible
from api.waiting import changed
from language.drawing import in_words, svg
from portal.minutes import to_record, whose
from portal.outlook import outlook
from portal.pages import page_router
from portal.refusals import Refusal
from portal.rendering import page, part
from portal.showing import fields_shown, reasons_told, state_tone, tallies
from portal.telling import told
from portal.visiting import Visit, Visitor
from store.facts import organisation
from store.queries import RecordRow

WAIT = 25.0
"""Seconds that a page waits for news before it asks again."""
NOTHING = {"place": "", "text": "", "internal": "", "comment": "", "person": ""}
"""What stands in the forms of a page to begin with."""

router = page_router()


@router.get("/records/{record}")
async def show(record: str, visit: Visitor) -> Response:
    """Show a record."""
    return await shown(visit, await visible(visit.services, record, visit.actor))


@router.get("/records/{record}/live")
async def live(record: str, visit: Visitor, seq: Annotated[int, Query(ge=0)]) -> Response:
    """Wait until something has happened to a record after `seq`, and give the parts of its page that change."""
    row = await changed(visit.services, record, visit.actor, lambda now: now.seq == seq, WAIT)
    news = row.seq != seq
    return part(
        "record/live.html", visit=visit, news=news, given=NOTHING, **(await parts(visit, row) if news else bare(row))
    )


async def shown(
    visit: Visit, row: RecordRow, refusal: Refusal | None = None, given: dict[str, str] | None = None
) -> Response:
    """Show the page of a record; with a refusal, what was `given` to its forms stands in them again."""
    status = 200 if refusal is None else refusal.status
    return page(
        visit,
        "record/page.html",
        status,
        refusal=refusal,
        given={**NOTHING, **(given or {})},
        **await parts(visit, row),
    )


def bare(row: RecordRow) -> dict[str, Any]:
    """Give what the part that waits needs."""
    return {"record": row.id, "seq": row.seq, "final": row.final}


async def parts(visit: Visit, row: RecordRow) -> dict[str, Any]:
    """Give everything that the page of a record shows."""
    services, actor = visit.services, visit.actor
    definition = await pinned(services.database, row.digest)
    view, stored = await record_view(services, row, actor), restored(row)
    around = await organisation(services.database)
    journal = await journal_view(services, row, actor)
    return {
        **bare(row),
        "view": view,
        "full": row.full,
        "fields": fields_shown(definition, view),
        "tone": state_tone(definition, view),
        "outlook": outlook(definition, stored, around),
        "tallies": tallies(stored, view, actor.id),
        "minutes": {
            each.id: [(whose(seat), seat.label) for seat in await to_record(visit, definition, stored, each, around)]
            for each in view.approvals
        },
        "tasks": [(task, actor.id in [seat.id for seat in task.seats]) for task in view.tasks],
        "actions": [(each, reasons_told(around, each.reasons)) for each in view.actions],
        "files": await attachments_of(services, row.id, actor),
        "watches": any(each.id == actor.id for each in view.watchers),
        "told": told(definition, journal.entries),
        "broken": journal.broken,
        "map": await _map(visit, row),
        "now": services.clock(),
    }


async def _map(visit: Visit, row: RecordRow) -> tuple[str, str]:
    """Draw the process with the way of the record, as a picture and in words; the picture may be too large."""
    definition, drawn = await where(visit.services, row)
    try:
        return svg(drawn, await laid_out(definition), style=""), in_words(drawn)
    except RefusalError:
        return "", in_words(drawn)
