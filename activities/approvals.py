"""The action `approvals.record`: a vote that was given in a meeting is entered from its minutes."""

from datetime import datetime
from typing import Annotated

from activities.actions import Action, ActionModel, Context, Refusal, Text
from engine.approvals import name_of
from engine.record import Actor, Event, Kind, Record
from engine.requests import body_digest, scoped
from engine.snapshot import restore
from language.values import FieldType, Shape
from store.facts import organisation
from store.queries import get_record
from workflows.errors import ClosedError, RefusedError

Choice = Annotated[str, Shape(FieldType.CHOICE, options=("yes", "no"))]
LongTextOrEmpty = Annotated[str | None, Shape(FieldType.LONG_TEXT)]
Time = Annotated[str, Shape(FieldType.DATETIME)]
YesNo = Annotated[bool, Shape(FieldType.YES_NO)]


class Minuted(ActionModel):
    """Who voted how on which approval (its `id`) of a record, when it was looked at, and who writes it down."""

    record: Text
    approval: Text
    voter: Text
    choice: Choice
    recorded_by: Text
    seen_at: Time
    comment: LongTextOrEmpty = None


class Recorded(ActionModel):
    """Whether the approval is decided now."""

    decided: YesNo


async def record_vote(vote: Minuted, context: Context) -> Recorded:
    """Enter a vote for somebody, in the name of who recorded it and with the rights of that person, once.

    Refuses with `no-record`, `nobody`, `not-open`, `new-round` (the plan changed after it was looked at), `closed`, or
    `refused` and every reason.
    """
    stored = await _record(vote, context)
    key = scoped(vote.recorded_by, "approvals.record", context.key)
    if key not in stored.seen:
        recorder, name = await _recorder(vote, context), _open(stored, vote)
        data = {"choice": vote.choice, "comment": vote.comment, "for": vote.voter}
        event = Event(Kind.VOTE, name, recorder, data, key)
        await _send(vote.record, event._replace(body=body_digest(event)), context)
        stored = await _record(vote, context)
    return Recorded(decided=not _rounds(stored, vote))


async def _record(vote: Minuted, context: Context) -> Record:
    row = await get_record(context.database, vote.record)
    if row is None:
        raise Refusal("no-record", f"there is no record {vote.record}")
    return restore(dict(row.body))


async def _recorder(vote: Minuted, context: Context) -> Actor:
    around = await organisation(context.database)
    row = around.find("user", vote.recorded_by)
    if row is None:
        raise Refusal("nobody", f"there is no person {vote.recorded_by}")
    label = around.label("user", vote.recorded_by) or vote.recorded_by
    return Actor(vote.recorded_by, label, tuple(row["roles"]), tuple(row["groups"]))


def _rounds(stored: Record, vote: Minuted) -> list[tuple[str, float]]:
    """Give the names under which the approval is open, and since when."""
    open_ = ((path, token) for path, token in stored.tokens.items() if token.kind == "approval")
    return [(name_of(path, token.data), token.since) for path, token in open_ if token.data["name"] == vote.approval]


def _open(stored: Record, vote: Minuted) -> str:
    """Name the round that was looked at; another one was never talked about."""
    rounds = _rounds(stored, vote)
    if not rounds:
        raise Refusal("not-open", f"{vote.record} does not wait for votes on {vote.approval}: it is in {stored.state}")
    [(name, since)] = rounds
    if since > datetime.fromisoformat(vote.seen_at).timestamp():
        raise Refusal("new-round", f"the plan of {vote.record} changed after it was looked at, and it is asked anew")
    return name


async def _send(record: str, event: Event, context: Context) -> None:
    try:
        await context.send(record, event)
    except RefusedError as refused:
        raise Refusal("refused", str(refused)) from refused
    except ClosedError as closed:
        raise Refusal("closed", f"{record} is closed") from closed


RECORD_VOTE = Action("approvals.record", Minuted, Recorded, record_vote)
