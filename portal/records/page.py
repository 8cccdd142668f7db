"""The page of Records: the list that its address asks for, with filters, an order and the next page."""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import Response
from fastapi.responses import RedirectResponse

from api.filtering import NAMED, listed
from api.forms import titled
from api.times import moment
from engine.visibility import viewer
from portal.catalogue.offers import offer
from portal.pages import ERRORS, page_router
from portal.records.choices import controls
from portal.records.shown import Listed, definitions_of, listed_row, ways_on
from portal.records.wanted import ADDRESS, Wanted, wanted_at
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import page
from portal.results import Result
from portal.visiting import Visit, Visitor
from store.facts import organisation
from store.listing import Page
from store.queries import RecordRow, get_record
from store.reading import newest
from store.saved_views import View, views_for

MOST = 50
"""Records on a page."""

router = page_router()


class Filter(NamedTuple):
    """A filter of the page: its name in the address, and what people read."""

    name: str
    title: str


FILTERS = (
    Filter("process", "Process"),
    Filter("state", "State"),
    *(Filter(name, titled(name)) for name in NAMED),
    Filter("show", "Show"),
    Filter("sort", "Order"),
)
"""The filters that are chosen from a list, in their order on the page."""


@router.get(ADDRESS)
async def show(visit: Visitor) -> Response:
    """Show the records that are asked for; who writes the number of one into the search of the header is led to it."""
    wanted = wanted_at(str(visit.request.url))
    if wanted.value("go") and (row := await _meant(visit, wanted.value("q"))):
        return RedirectResponse(f"{ADDRESS}/{row.id}", 303)
    return await shown(visit, wanted)


async def _meant(visit: Visit, text: str) -> RecordRow | None:
    """Give the record of a number, however it is written, if the visitor may see it."""
    for name in dict.fromkeys((text, text.upper())):
        if row := await get_record(visit.services.database, name, viewer(visit.actor)):
            return row
    return None


class News(NamedTuple):
    """What is told above the list of what was sent: why not, or what came of each; `picked` stay ticked."""

    told: Refusal | None = None
    results: Sequence[Result] = ()
    picked: Sequence[str] = ()


NONE, WELL = News(), Refusal("", 200, (), {})


async def shown(visit: Visit, wanted: Wanted, news: News = NONE) -> Response:
    """Show the list that is asked for; filters that are refused are told above it."""
    refusal: Refusal | None = None
    found = Page((), None)
    try:
        found = await listed(visit.services, visit.actor, wanted.filters(MOST))
    except ERRORS as error:
        refusal = beside(refusal_of(error), ())
    rows = await lines(visit, found.rows)
    return page(
        visit,
        "records/page.html",
        (news.told or refusal or WELL).status,
        wanted=wanted,
        rows=rows,
        refusal=news.told or refusal,
        results=news.results,
        picked=news.picked,
        following=wanted.address(cursor=found.next) if found.next else "",
        filters=FILTERS,
        controls=await controls(visit.services.database, wanted),
        begin=await _begin(visit, wanted.value("process")),
        transitions=ways_on(await definitions_of(visit.services.database, found.rows), found.rows),
        views=await _views(visit),
        now=visit.services.clock(),
        moment=moment,
    )


async def lines(visit: Visit, rows: Sequence[RecordRow]) -> tuple[Listed, ...]:
    """Show records as lines of the list."""
    known = await definitions_of(visit.services.database, rows)
    return tuple(listed_row(known[row.digest], row) for row in rows)


async def _views(visit: Visit) -> list[tuple[View, str]]:
    """Give the views that the visitor is shown, each with who shares it; nobody for their own."""
    found, around = (
        await views_for(visit.services.database, visit.actor.id),
        await organisation(visit.services.database),
    )
    return [
        (each, "" if each.person == visit.actor.id else around.label("user", each.person) or each.person)
        for each in found
    ]


async def _begin(visit: Visit, process: str) -> tuple[str, str]:
    """Give where a record can be begun, and what the link says: of the process that is shown, if the visitor may."""
    definition = await newest(visit.services.database, process) if process else None
    if definition is not None and await offer(visit, definition, {}):
        return f"/catalogue/{process}", f"New {definition.title.lower()}"
    return "/catalogue", "New record"
