"""The calendar on a page: a month, a week, or a list of what comes."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Response

from api.problems import RefusalError
from portal.calendar.asking import Asked, View, asked, home, zones
from portal.calendar.entries import Time, conflicting, entries, midnight
from portal.calendar.free import LENGTH, next_free
from portal.calendar.laying import FEW, days, told, weeks
from portal.pages import page_router
from portal.refusals import Refusal, refusal_of
from portal.rendering import page
from portal.visiting import Visit, Visitor
from store.facts import organisation

router = page_router()


@router.get("/calendar")
async def show(visit: Visitor) -> Response:
    """Show the calendar."""
    services, given = visit.services, visit.request.query_params
    around, now = await organisation(services.database), services.clock()
    refusal: Refusal | None = None
    try:
        wanted = asked(given, around, now)
    except RefusalError as refused:
        refusal, wanted = refusal_of(refused), asked({}, around, now)
    zone = ZoneInfo(wanted.zone)
    first, after = wanted.days
    time = Time(midnight(first, zone), midnight(after, zone))
    shown = await entries(services, visit.actor, time, wanted.zone, wanted.narrowed)
    free = await _free(visit, wanted, given)
    laid = days(shown.entries, first, after, zone)
    return page(
        visit,
        "calendar/page.html",
        200 if refusal is None else refusal.status,
        refusal=refusal,
        asked=wanted,
        views=tuple(View),
        heading=_heading(wanted),
        laid=laid,
        weeks=weeks(laid) if wanted.view is View.MONTH else (),
        few=FEW,
        cut=shown.cut,
        empty=not shown.entries,
        conflicts=conflicting(shown.entries),
        told=lambda each: told(each, zone),
        today=asked({"zone": wanted.zone}, around, now).on,
        zones=tuple((each, each) for each in zones(around)),
        home=home(around),
        services=_choices(around.of("service")),
        groups=_choices(around.of("group")),
        free=free,
    )


async def _free(visit: Visit, wanted: Asked, given: Mapping[str, str]) -> Mapping[str, Any]:
    """Look for the next free time of the service that the calendar is narrowed to, if somebody asks."""
    length = given.get("length", "")
    looked: dict[str, Any] = {"length": length or LENGTH, "found": None, "errors": ()}
    if not (length and wanted.narrowed.service):
        return looked
    around = await organisation(visit.services.database)
    try:
        looked["found"] = await next_free(visit.services, visit.actor, around, wanted.narrowed.service, length)
    except RefusalError as refused:
        looked["errors"] = refusal_of(refused).beside["length"]
    return looked


def _choices(rows: Mapping[str, Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((name, str(row["title"])) for name, row in rows.items()), key=lambda each: each[1].casefold()))


def _heading(wanted: Asked) -> str:
    """Name the time that is shown."""
    if wanted.view is View.MONTH:
        return f"{wanted.on:%B %Y}"
    first, after = wanted.days
    last = after.fromordinal(after.toordinal() - 1)
    return f"{first.day} {first:%B %Y} – {last.day} {last:%B %Y}"
