"""Being away: everybody says on their own page from when until when and who decides; so may their manager."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import Response

from api.organisation import delete_row, put_row
from api.problems import RefusalError
from engine.record import Reason
from portal.calendar.asking import home
from portal.organisation.absences import Absence, absences, free_id
from portal.organisation.row import row_page
from portal.organisation.telling import page_of
from portal.pages import ERRORS, page_router
from portal.posting import Posted, Sent
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import gone_to
from portal.visiting import Visit, Visitor
from store.facts import organisation

NOUN, PEOPLE = "absences", "people"
NAMES = ("from", "until", "delegate")

router = page_router()


@router.post("/organisation/people/{person}/away")
async def go(person: str, visit: Visitor, sent: Sent) -> Response:
    """Keep that somebody is away."""
    around = await organisation(visit.services.database)
    zone = ZoneInfo(home(around))
    body = {
        "person": person,
        "from": _instant(sent.text("from"), zone),
        "until": _instant(sent.text("until"), zone),
        "delegate": sent.text("delegate") or None,
    }
    name = free_id(around, person, sent.text("from")[:10])
    try:
        _demand_times(sent)
        await _put(visit, name, body, new=True)
    except ERRORS as error:
        given = {name: sent.text(name) for name in NAMES}
        return await row_page(visit, PEOPLE, person, beside(refusal_of(error), NAMES), **given)
    return gone_to(page_of("user", person), say="The absence is noted.")


@router.post("/organisation/people/{person}/back")
async def come_back(person: str, visit: Visitor, sent: Sent) -> Response:
    """End an absence now, or take one out that has not begun."""
    around = await organisation(visit.services.database)
    found = next((each for each in absences(around, person) if each.id == sent.text("absence")), None)
    try:
        if found is not None:
            await _end(visit, person, found)
    except ERRORS as error:
        return await row_page(visit, PEOPLE, person, _above(refusal_of(error)))
    return gone_to(page_of("user", person), say="The absence has ended.")


def _demand_times(sent: Posted) -> None:
    missing = [Reason("input", "required", "say when", name) for name in ("from", "until") if not sent.text(name)]
    if missing:
        raise RefusalError(missing)


async def _end(visit: Visit, person: str, found: Absence) -> None:
    now = datetime.fromtimestamp(visit.services.clock(), UTC).replace(microsecond=0)
    if found.since >= now:
        await delete_row(NOUN, found.id, visit.services, visit.actor)
    else:
        given = {"person": person, "from": found.since.isoformat(), "until": now.isoformat()}
        await _put(visit, found.id, {**given, "delegate": found.delegate or None})


async def _put(visit: Visit, name: str, body: dict[str, str | None], *, new: bool = False) -> None:
    tag = "*" if new else None
    await put_row(NOUN, name, body, visit.services, visit.actor, response=Response(), if_none_match=tag)


def _above(refusal: Refusal) -> Refusal:
    return beside(refusal, ())


def _instant(text: str, zone: ZoneInfo) -> str:
    """Write a time on the clocks of a zone with its offset; what is none stays, to be refused with the reason."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (local if local.tzinfo else local.replace(tzinfo=zone)).isoformat()
