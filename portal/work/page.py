"""The page of My work: which part of it is shown, from where on, and what is told on it after something was sent."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Response

from api.inputs import cleaned
from api.paging import cursor_of, place_of
from api.problems import RefusalError
from api.times import moment
from engine.record import Reason
from portal.forms import Form
from portal.pages import page_router
from portal.posting import Posted
from portal.refusals import Refusal
from portal.rendering import page
from portal.results import Result
from portal.visiting import Visit, Visitor
from portal.work.items import Item, items_of, task_form
from store.queries import Urgency, get_record
from store.waiting_work import Which, work_counts, work_for

MOST = 25
"""Pieces of work on a page."""
ADDRESS = "/work"
PLACE: tuple[type[float] | type[str], ...] = (float, str, float, str)
"""The kinds of what the list is ordered by."""

router = page_router()


class Place(NamedTuple):
    """What is looked at: a part of the work, from a cursor on, with the form of one task open."""

    which: Which = Which.ALL
    cursor: str = ""
    opened: str = ""

    def address(self, **changed: str) -> str:
        """Give its address, or that of another place which differs by this much."""
        there = self._replace(**changed)  # type: ignore[arg-type]  # parts are texts
        told = {"show": str(there.which), "cursor": there.cursor, "open": there.opened}
        if there.which == Which.ALL:
            del told["show"]
        query = urlencode({name: value for name, value in told.items() if value})
        return f"{ADDRESS}?{query}" if query else ADDRESS


class News(NamedTuple):
    """What a page tells of what was sent: why not, of which piece of work, with what was entered; or many results."""

    refusal: Refusal | None = None
    about: str = ""
    sent: Posted | None = None
    results: Sequence[Result] = ()
    chosen: Sequence[str] = ()


NONE = News()


def place_at(address: str) -> Place:
    """Read a place of My work from an address."""
    try:
        given = {name: cleaned(value) for name, value in parse_qsl(urlsplit(address).query, max_num_fields=20)}
        return Place(Which(given.get("show", Which.ALL)), given.get("cursor", ""), given.get("open", ""))
    except ValueError as wrong:
        raise RefusalError([Reason("input", "bad-value", f"there is no such part of My work: {wrong}")]) from wrong


@router.get(ADDRESS)
async def show(visit: Visitor) -> Response:
    """Show what waits for the visitor."""
    return await shown(visit, place_at(str(visit.request.url)))


async def shown(visit: Visit, place: Place, news: News = NONE) -> Response:
    """Show My work at a place, with news of what was sent."""
    items, following = await _listed(visit, place)
    status = news.refusal.status if news.refusal else 200
    response = page(
        visit,
        "work/page.html",
        status,
        items=items,
        following=place.address(cursor=following, opened="") if following else "",
        results=news.results,
        form=await _open_form(visit, place, items, news),
        news=news,
        moment=moment,
        **await frame(visit, place),
    )
    if visit.part:
        response.headers.update({"HX-Retarget": "#work", "HX-Reselect": "#work", "HX-Reswap": "outerHTML"})
    return response


async def frame(visit: Visit, place: Place) -> dict[str, Any]:
    """Give what all of its pages and parts need."""
    counts = await work_counts(visit.services.database, visit.actor.id)
    return {"place": place, "tabs": PARTS, "counts": counts, "now": visit.services.clock()}


PARTS = (
    (Which.ALL, "All"),
    (Which.APPROVALS, "Approvals"),
    (Which.TASKS, "Tasks"),
    (Which.OTHERS, "Others are at it"),
)
"""The parts of My work, with their titles."""


async def _listed(visit: Visit, place: Place) -> tuple[tuple[Item, ...], str]:
    """Give the pieces of work of a page, and the cursor of the next one."""
    after: Urgency | None = place_of(place.cursor, *PLACE) if place.cursor else None
    found = await work_for(visit.services.database, visit.actor.id, place.which, limit=MOST + 1, after=after)
    following = cursor_of(found[MOST - 1].place) if len(found) > MOST else ""
    return await items_of(visit, found[:MOST]), following


async def _open_form(visit: Visit, place: Place, items: Sequence[Item], news: News) -> Form | None:
    """Give the form of the task that is open on the page, if it is on it and has one."""
    item = next((each for each in items if each.work.id == place.opened and each.form == "here"), None)
    row = None if item is None else await get_record(visit.services.database, item.work.record)
    if item is None or row is None:
        return None
    sent = news.sent if news.about == item.work.id else None
    _, form = await task_form(visit, row, item.work.path, sent)
    return form
