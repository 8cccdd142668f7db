"""Approvals: what waits for your vote, the most urgent first, and your vote."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.bulk import MOST, Asked, Results, SentTogether, perform_each
from api.commanding import UNSEEN, Sent, command
from api.identity import Caller
from api.inputs import Body, Text
from api.open_work import URGENCY, Mine, WorkSummary, place, summed_up
from api.paging import Paged
from api.services import Provided
from api.showing import RecordView
from engine.record import Event, Kind
from store.queries import approvals_for

router = APIRouter(tags=["approvals"])


class ApprovalSummary(WorkSummary):
    """An open approval, in a list; its id names record, visit, step and round."""


class ApprovalList(BaseModel):
    """A page of open approvals, the most urgent first, and the address of the next one."""

    approvals: list[ApprovalSummary]
    next: str | None


class Vote(Body):
    """A vote: final, and with a comment when it is no."""

    choice: Literal["yes", "no"]
    comment: Text | None = None
    for_: Text | None = Field(None, alias="for", description="whose vote it is, recorded from minutes by a secretary")


class VoteOn(Vote):
    """A vote, and on which approval."""

    approval: Text


class Votes(Body):
    """Votes on several approvals."""

    votes: list[VoteOn] = Field(min_length=1, max_length=MOST)


@router.get("/approvals", operation_id="list_approvals")
async def list_approvals(
    services: Provided,
    caller: Caller,
    page: Paged,
    whose: Mine = "me",  # noqa: ARG001 - the one value there is
) -> ApprovalList:
    """List the open approvals that wait for your vote."""
    found = await approvals_for(services.database, (f"user:{caller.id}",), page.enough, page.after(*URGENCY))
    shown, following = page.cut(found, place)
    return ApprovalList(approvals=[ApprovalSummary(**summed_up(each)) for each in shown], next=following)


@router.post("/approvals/{approval}/vote", operation_id="vote", response_model=RecordView, responses=UNSEEN)
async def vote(approval: str, body: Vote, sender: Sent) -> RecordView | Response:
    """Vote; a vote on a round that is over is refused (409), because what was asked has changed."""
    record, event = _cast(approval, body)
    return await command(sender, record, event, root="")


@router.post("/approvals/votes", operation_id="vote_on_each")
async def vote_on_each(body: Votes, sender: SentTogether) -> Results:
    """Vote on several approvals, each as if alone: there is a result for each."""
    return await perform_each(
        sender, [Asked(each.approval, *_cast(each.approval, each)) for each in body.votes], "votes"
    )


def _cast(approval: str, body: Vote) -> tuple[str, Event]:
    """Give the record of an approval's id, and the vote as an event of it."""
    record, _dot, name = approval.partition(".")
    return record, Event(Kind.VOTE, name, data=body.model_dump(by_alias=True, exclude={"approval"}))
