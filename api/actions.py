"""What people do to a record: take a transition, say something, mend a fault."""

from fastapi import APIRouter, Response
from pydantic import Field

from api.commanding import UNSEEN, Sent, command
from api.inputs import Body, Text, Values
from api.showing import RecordView
from engine.record import Event, Kind

router = APIRouter(tags=["records"])


class Filled(Body):
    """What is filled in, by the names of fields."""

    with_: Values = Field(default_factory=dict, alias="with")


class Act(Filled):
    """What a transition asks for, and perhaps a comment that everybody sees."""

    comment: Text | None = None


class Comment(Body):
    """Something to say; internal: only agents see it."""

    text: Text
    internal: bool = False


@router.post("/records/{record}/actions/{transition}", operation_id="act", response_model=RecordView, responses=UNSEEN)
async def act(record: str, transition: str, sender: Sent, body: Act | None = None) -> RecordView | Response:
    """Take a transition; refused, the answer holds every reason and who could."""
    given = body or Act()
    said = {} if given.comment is None else {"comment": given.comment}
    return await command(sender, record, Event(Kind.ACT, transition, data={**given.with_, **said}))


@router.post("/records/{record}/comments", operation_id="comment", response_model=RecordView, responses=UNSEEN)
async def comment(record: str, body: Comment, sender: Sent) -> RecordView | Response:
    """Say something on a record."""
    return await command(sender, record, Event(Kind.COMMENT, data=body.model_dump()), root="")


@router.post(
    "/records/{record}/faults/{number}/retry", operation_id="retry_fault", response_model=RecordView, responses=UNSEEN
)
async def retry(record: str, number: str, sender: Sent) -> RecordView | Response:
    """Carry out again what stands still."""
    return await command(sender, record, Event(Kind.RETRY, number))


@router.post(
    "/records/{record}/faults/{number}/skip", operation_id="skip_fault", response_model=RecordView, responses=UNSEEN
)
async def skip(record: str, number: str, sender: Sent, body: Filled | None = None) -> RecordView | Response:
    """Go on behind what stands still, with the values it should have brought."""
    return await command(sender, record, Event(Kind.SKIP, number, data=(body or Filled()).with_))
