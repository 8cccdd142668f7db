"""What people do on the page of a record: decide, comment, vote, do tasks, mend faults, watch; each form by its own."""

from typing import NamedTuple

from fastapi import Response

from api.commanding import performed
from api.showing import visible
from engine.record import Event, Kind
from portal.choices import meant
from portal.pages import ERRORS, page_router
from portal.posting import Posted, Sent
from portal.record import shown
from portal.refusals import beside, refusal_of
from portal.rendering import gone_to
from portal.visiting import Visit, Visitor

router = page_router()


class Told(NamedTuple):
    """What is said when it is done, and at which place of the page."""

    said: str
    place: str


@router.post("/records/{record}/comments")
async def comment(record: str, visit: Visitor, sent: Sent) -> Response:
    """Say something on a record."""
    data = {"text": sent.text("text"), "internal": sent.text("internal") == "yes"}
    return await done(
        visit, record, Event(Kind.COMMENT, data=data), sent, Told("Your comment is on the record.", "journal")
    )


@router.post("/records/{record}/watchers")
async def watch(record: str, visit: Visitor, sent: Sent) -> Response:
    """Follow a record, or no more; somebody else by who sees it in full."""
    kind, person = Kind.UNWATCH if sent.text("do") == "unwatch" else Kind.WATCH, meant(sent.text("person"))
    whom = (person or visit.actor.id) == visit.actor.id
    if kind is Kind.UNWATCH:
        said = "You follow this record no more." if whom else "They follow this record no more."
    else:
        said = f"{'You are' if whom else 'They are'} told of what is said on this record."
    return await done(visit, record, Event(kind, person), sent, Told(said, "people"))


@router.post("/records/{record}/votes/{approval}")
async def vote(record: str, approval: str, visit: Visitor, sent: Sent) -> Response:
    """Vote on an approval of a record; `approval` names visit, step and round."""
    data = {"choice": sent.text("choice"), "comment": sent.text("comment") or None, "for": sent.text("for") or None}
    said = "The vote is recorded." if data["for"] else "Your vote counts."
    return await done(visit, record, Event(Kind.VOTE, approval, data=data), sent, Told(said, "approvals"))


@router.post("/records/{record}/faults/{number}")
async def mend(record: str, number: str, visit: Visitor, sent: Sent) -> Response:
    """Retry or skip what stands still."""
    kind = Kind.SKIP if sent.text("do") == "skip" else Kind.RETRY
    said = "It was skipped." if kind is Kind.SKIP else "It is tried again."
    return await done(visit, record, Event(kind, number), sent, Told(said, "faults"))


@router.post("/records/{record}/claims/{path:path}")
async def claim(record: str, path: str, visit: Visitor, sent: Sent) -> Response:
    """Take a task, or give it back."""
    kind = Kind.RELEASE if sent.text("do") == "give_back" else Kind.CLAIM
    said = "The task is free again." if kind is Kind.RELEASE else "The task is yours."
    return await done(visit, record, Event(kind, path), sent, Told(said, "tasks"))


async def done(visit: Visit, record: str, event: Event, sent: Posted, told: Told) -> Response:
    """Carry an event out and lead back to the record; refused, its page says why and keeps what was entered."""
    try:
        row = await performed(visit.sender(sent.key), record, event)
    except ERRORS as error:
        return await refused(visit, record, error, sent, told.place)
    return gone_to(f"/records/{record}#{told.place}" if row else "/", told.said)


async def refused(visit: Visit, record: str, error: Exception, sent: Posted, place: str) -> Response:
    """Show the page of a record with why something was refused at a place of it, and with what was entered there."""
    refusal = beside(refusal_of(error), ())
    if refusal.status == 404:
        raise error
    given = {name: values[-1] for name, values in sent.values.items()}
    return await shown(visit, await visible(visit.services, record, visit.actor), refusal, {**given, "place": place})
