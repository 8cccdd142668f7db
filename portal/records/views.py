"""Views of Records: a list that somebody has kept under a name, for themselves or for everybody who may see it."""

from fastapi import Response

from api.problems import RefusalError
from engine.record import Reason
from portal.pages import page_router
from portal.posting import Posted, Sent
from portal.records.page import News, shown
from portal.records.wanted import Wanted, wanted_at
from portal.refusals import refusal_of
from portal.rendering import gone_to
from portal.visiting import Visit, Visitor
from store.saved_views import MOST, View, forget, keep

LONGEST = 60
"""Characters of a name."""
LONGEST_ADDRESS = 2_000

router = page_router()


@router.post("/records/views")
async def change(visit: Visitor, sent: Sent) -> Response:
    """Keep the list that is shown under a name, or forget one."""
    wanted = wanted_at(sent.text("back"))
    if sent.text("do") == "forget":
        await forget(visit.services.database, visit.actor.id, sent.text("name"))
        return gone_to(wanted.address(), f"The view {sent.text('name')} is forgotten.")
    try:
        await _keep(visit, wanted, sent)
    except RefusalError as error:
        return await shown(visit, wanted, News(refusal_of(error)))
    return gone_to(wanted.address(cursor=""), f"The view {sent.text('name')} is kept.")


async def _keep(visit: Visit, wanted: Wanted, sent: Posted) -> None:
    name, address = sent.text("name"), wanted.address(cursor="")
    if not 0 < len(name) <= LONGEST:
        raise RefusalError([Reason("input", "required", f"a view needs a name of at most {LONGEST} characters")])
    if len(address) > LONGEST_ADDRESS:
        raise RefusalError([Reason("input", "too-long", "this list asks for too much to be kept: take out a filter")])
    shared, now = sent.text("shared") == "yes", visit.services.clock()
    if not await keep(visit.services.database, View(visit.actor.id, name, address, shared, now)):
        raise RefusalError([Reason("state", "too-many", f"you have {MOST} views: forget one before you keep another")])
