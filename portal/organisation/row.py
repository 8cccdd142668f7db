"""A row of the organisation on its page: what it says, which rows name it, and what the visitor may do about it."""

from fastapi import Response

from api.organisation_rights import demand_some
from api.organisation_views import kind_of
from api.problems import NotFoundError, RefusalError
from language.organisation import Organisation
from language.problems import did_you_mean
from portal.calendar.asking import home
from portal.organisation.absences import Absence, absences, may_be_sent_away
from portal.organisation.telling import named_by, page_of, titles, told
from portal.pages import page_router
from portal.refusals import Refusal
from portal.rendering import page
from portal.visiting import Visit, Visitor
from store.facts import organisation

router = page_router()


@router.get("/organisation/{noun}/{row}")
async def show(noun: str, row: str, visit: Visitor) -> Response:
    """Show a row."""
    return await row_page(visit, noun, row)


async def row_page(visit: Visit, noun: str, row: str, refusal: Refusal | None = None, **given: str) -> Response:
    """Make the page of a row; `given` are texts of the form of an absence that was refused."""
    around, kind = await organisation(visit.services.database), kind_of(noun)
    found = around.find(kind, row)
    if found is None:
        raise NotFoundError(f"there is no {row} in {noun}.", did_you_mean(row, around.of(kind)))
    away = _away(visit, around, row) if kind == "user" else ()
    return page(
        visit,
        "organisation/row.html",
        200 if refusal is None else refusal.status,
        noun=noun,
        row=row,
        kind=titles()[noun.replace("_", "-")],
        title=around.label(kind, row) or row,
        told=told(around, kind, found),
        naming=tuple(named_by(around, kind, row)),
        why_not=_why_not(visit, around, kind, row),
        person=kind == "user",
        own=kind == "user" and row == visit.actor.id,
        away=away,
        may_go=kind == "user" and may_be_sent_away(visit.actor, around, row),
        people=tuple(sorted(_people(around, row), key=lambda each: each[1].casefold())),
        refusal=refusal,
        given=given,
        zone=home(around),
        here=page_of(kind, row),
        now=visit.services.clock(),
    )


def _why_not(visit: Visit, around: Organisation, kind: str, row: str) -> tuple[str, ...]:
    """Say why the visitor may not change anything of a row; empty where they may."""
    try:
        demand_some(visit.actor, around, kind, around.find(kind, row))
    except RefusalError as refused:
        return tuple(f"{each.text[:1].upper()}{each.text[1:]}." for each in refused.reasons)
    return ()


def _away(visit: Visit, around: Organisation, person: str) -> tuple[Absence, ...]:
    return tuple(each for each in absences(around, person) if each.until.timestamp() > visit.services.clock())


def _people(around: Organisation, person: str) -> list[tuple[str, str]]:
    """Give who could decide for somebody: those who are active, first of all their own groups."""
    groups = set((around.find("user", person) or {}).get("groups", ()))
    active = [(name, row) for name, row in around.of("user").items() if row["active"] and name != person]
    near = [each for each in active if groups.intersection(each[1]["groups"])]
    chosen = near if len(active) > 200 else active
    return [(name, around.label("user", name) or name) for name, _ in chosen]
