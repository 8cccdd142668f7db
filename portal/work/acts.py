"""What people do to one piece of work without leaving My work: vote, complete a task, take it, give it back."""

from fastapi import Response

from api.commanding import performed
from api.problems import NotFoundError
from api.showing import visible
from engine.record import Event, Kind
from portal.forms import MORE, PREFIX
from portal.pages import ERRORS, page_router
from portal.posting import Posted, Sent
from portal.refusals import beside, refusal_of
from portal.rendering import gone_to, part
from portal.visiting import Visit, Visitor
from portal.work.deeds import DEEDS, Deed, split
from portal.work.items import task_form
from portal.work.page import News, Place, frame, place_at, shown

router = page_router()


@router.post("/work/approvals/{approval}")
async def vote(approval: str, visit: Visitor, sent: Sent) -> Response:
    """Vote on an approval."""
    deed = DEEDS["no" if sent.text("do") == "no" else "yes"]
    return await _done(visit, approval, deed, sent, deed.event(split(approval)[1], sent.text("comment")))


@router.post("/work/tasks/{task:path}")
async def work_on(task: str, visit: Visitor, sent: Sent) -> Response:
    """Complete a task with its form, take it, or give it back."""
    record, path = split(task)
    if sent.text("do") in ("claim", "give_back"):
        deed = DEEDS[sent.text("do")]
        return await _done(visit, task, deed, sent, deed.event(path, ""))
    row = await visible(visit.services, record, visit.actor)
    if path not in row.body["tokens"]:
        raise NotFoundError(f"{record} has no open task {path}. Perhaps somebody has completed it.")
    filled, form = await task_form(visit, row, path, sent)
    if visit.part:
        return part("form/controls.html", form=form, refusal=None)
    if sent.text(MORE):
        return await shown(visit, _back(sent)._replace(opened=task), News(about=task, sent=sent))
    event = Event(Kind.COMPLETE, path, data=filled.given())
    return await _done(visit, task, DEEDS["complete"], sent, event)


async def _done(visit: Visit, work: str, deed: Deed, sent: Posted, event: Event) -> Response:
    """Carry it out and lead back to where it was done; refused, the page says why there, and keeps what was entered."""
    record, _ = split(work)
    place = _back(sent)
    try:
        await performed(visit.sender(sent.key), record, event)
    except ERRORS as error:
        names = (name.removeprefix(PREFIX) for name in sent.values)
        refusal = beside(refusal_of(error), tuple(names))
        return await shown(visit, place, News(refusal, work, sent))
    if visit.part:
        return part("work/done.html", deed=deed, record=record, title=sent.text("title"), **await frame(visit, place))
    return gone_to(place._replace(opened="").address(), f"{deed.said}: {sent.text('title') or record}.")


def _back(sent: Posted) -> Place:
    return place_at(sent.text("back"))
