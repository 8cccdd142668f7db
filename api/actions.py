"""What people do to a record: take a transition, say something, mend a fault."""

from fastapi import APIRouter, Response
from pydantic import Field

from api.bulk import MOST, Asked, Results, SentTogether, perform_each
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


class ActOn(Act):
    """A transition of a record."""

    record: Text
    transition: Text


class Acts(Body):
    """Transitions of several records."""

    actions: list[ActOn] = Field(min_length=1, max_length=MOST)


class Comment(Body):
    """Something to say; internal: only agents see it."""

    text: Text
    internal: bool = False


@router.post("/records/{record}/actions/{transition}", operation_id="act", response_model=RecordView, responses=UNSEEN)
async def act(record: str, transition: str, sender: Sent, body: Act | None = None) -> RecordView | Response:
    """Take a transition; refused, the answer holds every reason and who could."""
    return await command(sender, record, _taken(transition, body or Act()))


@router.post("/records/actions", operation_id="act_on_each")
async def act_on_each(body: Acts, sender: SentTogether) -> Results:
    """Take transitions of several records, each as if alone: there is a result for each."""
    asked = [Asked(each.record, each.record, _taken(each.transition, each), "with") for each in body.actions]
    return await perform_each(sender, asked, "actions")


def _taken(transition: str, body: Act) -> Event:
    said = {} if body.comment is None else {"comment": body.comment}
    return Event(Kind.ACT, transition, data={**body.with_, **said})


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
