"""The calendar for programs: `/calendar.ics` with a token, or at the secret address that a person has made for it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.identity import Caller, person_of
from api.problems import NotFoundError, UnauthenticatedError
from api.services import Provided, Services
from engine.record import Actor
from portal.calendar import ical
from portal.calendar.asking import home, narrowed
from portal.calendar.entries import Time, entries
from store import calendar_feeds
from store.facts import organisation

DAY = 86_400.0
BEFORE, AFTER = 60 * DAY, 400 * DAY
"""How far a feed looks back and ahead, in seconds."""
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
NOWHERE = "There is no calendar at this address. It was replaced, ended, or never was: make one on the calendar's page."
NAME = "Steward"
FEEDS = "/calendar/feeds/"
"""Where secret addresses begin."""

router = APIRouter()


@router.get("/calendar.ics")
async def with_token(request: Request, services: Provided, caller: Caller) -> Response:
    """Give the calendar of who asks with a token, or signed in."""
    return await _calendar(request, services, caller)


@router.get(FEEDS + "{secret}.ics")
async def at_secret_address(
    secret: Annotated[str, Path(max_length=200)], request: Request, services: Provided
) -> Response:
    """Give the calendar of the person whose address this is; whatever is wrong with it, it is not there."""
    feed = await calendar_feeds.find(services.database, secret)
    try:
        if feed is None:
            raise NotFoundError(NOWHERE)
        actor = person_of(await organisation(services.database), feed.person)
    except (NotFoundError, UnauthenticatedError) as unknown:
        services.throttle.take_stranger(request, services.clock())
        raise NotFoundError(NOWHERE) from unknown
    services.throttle.take(actor.id, request, services.clock())
    return await _calendar(request, services, actor)


async def _calendar(request: Request, services: Services, actor: Actor) -> Response:
    around, now = await organisation(services.database), services.clock()
    wanted = narrowed(request.query_params, around)
    time = Time(now - BEFORE, now + AFTER)
    shown = await entries(services, actor, time, home(around), wanted, cancelled=True)
    text = ical.written(shown.entries, services.base_url, NAME, now)
    return Response(text, media_type="text/calendar; charset=utf-8", headers=PRIVATE)
