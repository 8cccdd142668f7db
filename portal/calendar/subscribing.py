"""The page on which somebody makes, replaces and ends the secret address of their calendar."""

from fastapi import Response

from api.identity import person_of
from api.problems import RefusalError, UnauthenticatedError
from api.times import moment
from engine.record import Reason
from portal.calendar.feed import FEEDS
from portal.pages import page_router
from portal.posting import Sent
from portal.rendering import gone_to, page
from portal.visiting import Visit, Visitor
from store import calendar_feeds
from store.facts import organisation

HERE = "/calendar/feed"

router = page_router()


@router.get(HERE)
async def show(visit: Visitor) -> Response:
    """Show whether there is an address, and what can be done about it; the address itself is kept nowhere."""
    return await _page(visit, "")


@router.post(HERE)
async def make(visit: Visitor, _sent: Sent) -> Response:
    """Make an address, and show it this once."""
    try:
        person_of(await organisation(visit.services.database), visit.actor.id)
    except UnauthenticatedError as stranger:
        text = "only people of the organisation can have an address of their own; programs send their token"
        raise RefusalError([Reason("who", "not-allowed", text)]) from stranger
    secret = await calendar_feeds.create(visit.services.database, visit.actor.id, visit.services.clock())
    return await _page(visit, f"{visit.services.base_url.rstrip('/')}{FEEDS}{secret}.ics")


@router.post(f"{HERE}/end")
async def end(visit: Visitor, _sent: Sent) -> Response:
    """End the address: whoever knows it reads nothing any more."""
    await calendar_feeds.end(visit.services.database, visit.actor.id)
    return gone_to(HERE, say="The address is good no more.")


async def _page(visit: Visit, address: str) -> Response:
    feed = await calendar_feeds.of(visit.services.database, visit.actor.id)
    made_at = None if feed is None else moment(feed.created_at)
    now = visit.services.clock()
    return page(visit, "calendar/feed.html", address=address, feed=feed, made_at=made_at, now=now)
