"""Changing rows of the organisation: a form of what a row can say, with what the files could say, and nothing else."""

from zoneinfo import ZoneInfo

from fastapi import Response

from api.organisation import delete_row, put_row, tag_of
from api.organisation_rights import demand_some
from api.organisation_views import kind_of
from api.problems import NotFoundError
from language.organisation import Organisation, Row
from language.problems import did_you_mean
from portal.calendar.asking import home
from portal.organisation.asking_rows import asked, given
from portal.organisation.telling import page_of, titles
from portal.pages import ERRORS, page_router
from portal.posting import Posted, Sent
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import gone_to, page
from portal.visiting import Visit, Visitor
from store.facts import organisation

NEW = "/organisation/add/{noun}"

router = page_router()


@router.get(NEW)
async def add(noun: str, visit: Visitor) -> Response:
    """Show the form of a row that there is not yet."""
    around, kind = await organisation(visit.services.database), kind_of(noun)
    demand_some(visit.actor, around, kind, None)
    return await _form(visit, around, noun, "", {})


@router.post(NEW)
async def put_new(noun: str, visit: Visitor, sent: Sent) -> Response:
    """Add a row."""
    return await _put(visit, noun, sent.text("id"), sent, new=True)


@router.get("/organisation/{noun}/{row}/edit")
async def edit(noun: str, row: str, visit: Visitor) -> Response:
    """Show the form of a row."""
    around, kind = await organisation(visit.services.database), kind_of(noun)
    found = _found(around, noun, kind, row)
    demand_some(visit.actor, around, kind, found)
    return await _form(visit, around, noun, row, found)


@router.post("/organisation/{noun}/{row}/edit")
async def put(noun: str, row: str, visit: Visitor, sent: Sent) -> Response:
    """Write a row, unless it has changed since the form was shown."""
    return await _put(visit, noun, row, sent, new=False)


@router.post("/organisation/{noun}/{row}/delete")
async def delete(noun: str, row: str, visit: Visitor, sent: Sent) -> Response:
    """Take a row out."""
    try:
        await delete_row(noun, row, visit.services, visit.actor, if_match=sent.text("tag") or None)
    except ERRORS as error:
        around = await organisation(visit.services.database)
        found = _found(around, noun, kind_of(noun), row)
        return await _form(visit, around, noun, row, found, refusal=beside(refusal_of(error), ()))
    return gone_to(f"/organisation/{noun}", say=f"{row} was taken out.")


async def _put(visit: Visit, noun: str, row: str, sent: Posted, *, new: bool) -> Response:
    around, kind = await organisation(visit.services.database), kind_of(noun)
    before: Row = {} if new else _found(around, noun, kind, row)
    zone = ZoneInfo(home(around))
    tags = {"if_none_match": "*"} if new else {"if_match": sent.text("tag") or None}
    try:
        body = given(kind, sent, zone)
        await put_row(noun, row or "?", body, visit.services, visit.actor, response=Response(), **tags)
    except ERRORS as error:
        return await _form(visit, around, noun, row, before, posted=sent, refusal=refusal_of(error))
    return gone_to(page_of(kind, row), say="Saved.")


async def _form(
    visit: Visit,
    around: Organisation,
    noun: str,
    row: str,
    found: Row,
    *,
    posted: Posted | None = None,
    refusal: Refusal | None = None,
) -> Response:
    kind, zone = kind_of(noun), home(around)
    lines = await asked(visit, kind, found, ZoneInfo(zone), posted)
    names = ("id", *(each.name for each in lines))
    return page(
        visit,
        "organisation/form.html",
        200 if refusal is None else refusal.status,
        noun=noun,
        row=row if found else "",
        id=row,
        kind=titles()[noun.replace("_", "-")],
        title=around.label(kind, row) or row,
        lines=lines,
        zone=zone,
        timed=any(each.control.kind == "datetime" for each in lines),
        tag=posted.text("tag") if posted else tag_of(found) if found else "",
        refusal=None if refusal is None else beside(refusal, names),
    )


def _found(around: Organisation, noun: str, kind: str, row: str) -> Row:
    found = around.find(kind, row)
    if found is None:
        raise NotFoundError(f"there is no {row} in {noun}.", did_you_mean(row, around.of(kind)))
    return found
