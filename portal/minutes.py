"""Votes from minutes: whose votes the visitor may record for them, as the secretary of a group that was asked."""

from api.showing import ApprovalView, SeatView
from engine.judging import judge
from engine.record import Event, Kind, Record, Refused
from language.definition import Definition
from language.organisation import Organisation
from portal.visiting import Visit
from store.asking import ask


async def to_record(
    visit: Visit, definition: Definition, record: Record, view: ApprovalView, around: Organisation
) -> tuple[SeatView, ...]:
    """Give the seats of an approval that have not voted and whose votes the visitor may record."""
    services, actor = visit.services, visit.actor
    others = tuple(seat for seat in view.seats if seat.vote is None and whose(seat) != actor.id)
    if not others or not any(row.get("secretary") == actor.id for row in around.of("group").values()):
        return ()
    now, name = services.clock(), view.id.removeprefix(f"{record.id}.")
    given = {"choice": "yes", "comment": None, "for": whose(others[0])}
    event = Event(Kind.VOTE, name, actor, given, id="look", now=now)
    outcome, _ = await ask(
        services.database,
        now,
        lambda known, asked: judge(definition, record, event._replace(facts=known, asked=asked)),
    )
    refused = isinstance(outcome, Refused) and any(each.kind == "who" for each in outcome.reasons)
    return () if refused else others


def whose(seat: SeatView) -> str:
    """Name whose vote a seat is: of whom it stands in for, else of who sits there."""
    return seat.for_.id if seat.for_ else seat.id
