"""Looks for the next time at which something is free, by the rule of `next_free(…)`."""

from typing import NamedTuple

from api.problems import RefusalError
from api.services import Services
from engine.planning import FURTHEST, Plan
from engine.plans import Booking
from engine.record import Actor, Reason
from engine.related import around as related
from engine.visibility import viewer
from language.durations import Duration, DurationError
from language.organisation import Organisation
from portal.calendar.entries import Time
from store.plans import Status, planned

LENGTH = "2 hours"


class Free(NamedTuple):
    """How long a time was looked for, and which is free; None where there is none within 90 days."""

    length: str
    time: Time | None


async def next_free(services: Services, actor: Actor, around: Organisation, service: str, length: str) -> Free:
    """Find so long a time at which nothing that the actor may see speaks against a plan for a service.

    Raises RefusalError for a length of time that is none.
    """
    seconds = _seconds(length)
    now = services.clock()
    rows = await planned(
        services.database, now, now + FURTHEST + seconds, viewer=viewer(actor), status=(Status.BOOKED,)
    )
    beside = related(around, service)
    booked = [Booking(row.record, what, row.since, row.until) for row in rows for what in row.things if what in beside]
    since = Plan(around, (service,), booked).first_free(now, seconds)
    return Free(length, None if since is None else Time(since, since + seconds))


def _seconds(length: str) -> float:
    try:
        seconds = Duration.parse(length).seconds
    except DurationError as wrong:
        raise RefusalError([Reason("input", "bad-value", str(wrong), "length")]) from wrong
    if not seconds:
        text = "a free time is looked for by minutes, hours, days or weeks: write 2 hours"
        raise RefusalError([Reason("input", "bad-value", text, "length")])
    return seconds
