"""The page of Records: the list that its address asks for, with filters, an order and the next page."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastapi import Response
from fastapi.responses import RedirectResponse

from api.filtering import NAMED, listed
from api.forms import titled
from api.times import moment
from engine.visibility import viewer
from portal.catalogue.offers import offer
from portal.pages import ERRORS, page_router
from portal.records.choices import controls
from portal.records.shown import Listed, definitions_of, listed_row
from portal.records.wanted import ADDRESS, Wanted, wanted_at
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import page
from portal.visiting import Visit, Visitor
from store.listing import Page
from store.queries import RecordRow, get_record
from store.reading import newest

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


async def shown(visit: Visit, wanted: Wanted, **news: Any) -> Response:  # noqa: ANN401 - for the template
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
        200 if refusal is None else refusal.status,
        wanted=wanted,
        rows=rows,
        refusal=refusal,
        following=wanted.address(cursor=found.next) if found.next else "",
        filters=FILTERS,
        controls=await controls(visit.services.database, wanted),
        begin=await _begin(visit, wanted.value("process")),
        now=visit.services.clock(),
        moment=moment,
        **news,
    )


async def lines(visit: Visit, rows: Sequence[RecordRow]) -> tuple[Listed, ...]:
    """Show records as lines of the list."""
    known = await definitions_of(visit.services.database, rows)
    return tuple(listed_row(known[row.digest], row) for row in rows)


async def _begin(visit: Visit, process: str) -> tuple[str, str]:
    """Give where a record can be begun, and what the link says: of the process that is shown, if the visitor may."""
    definition = await newest(visit.services.database, process) if process else None
    if definition is not None and await offer(visit, definition, {}):
        return f"/catalogue/{process}", f"New {definition.title.lower()}"
    return "/catalogue", "New record"
