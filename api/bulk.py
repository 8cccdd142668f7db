"""Many commands in one request: each as if it were sent alone with the same key, and with a result of its own."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import structlog
from fastapi import Depends, Response
from pydantic import BaseModel, Field

from api.commanding import Sender, performed
from api.identity import Caller
from api.inputs import Key
from api.pinned import pinned
from api.problems import TOLD, UNFORESEEN, Problem, ProblemError, RefusalError, problem_of, said
from api.refusals_told import tell
from api.services import Provided
from api.showing import RecordSummary, summary
from engine.record import Event, Reason

MOST = 100
"""Commands of one request."""
AT_ONCE = 8
"""Commands that are carried out at the same time."""

log = structlog.get_logger("steward.api")


class ResultView(BaseModel):
    """What came of one command: the status it would have been answered with alone, and the record or the problem."""

    id: str = Field(description="what it was for, as it was sent")
    status: int = Field(description="200, 204 (done; the record is not for you to see any more), or the problem's")
    record: RecordSummary | None = Field(None, description="the record as it is now")
    problem: Problem | None = None


class Results(BaseModel):
    """What came of each command, in the order in which they were sent."""

    results: list[ResultView]


class Asked(NamedTuple):
    """A command for a record; `id` says what it was sent for, `root` where its values stand in it."""

    id: str
    record: str
    event: Event
    root: str = ""


async def _sender(services: Provided, caller: Caller, key: Key, response: Response) -> Sender:
    return Sender(services, caller, key, None, response)


SentTogether = Annotated[Sender, Depends(_sender)]
"""The sender of many commands, as a parameter of a handler; they have no `If-Match`."""


async def perform_each(sender: Sender, asked: Sequence[Asked], path: str) -> Results:
    """Have each command carried out, some at the same time, whatever becomes of the others.

    `path` names the list in the request. Raises RefusalError, before anything is carried out, where the same is asked
    twice: under one key it would be the same command.
    """
    _refuse_twice(asked, path)
    places = asyncio.Semaphore(AT_ONCE)

    async def result(command: Asked) -> ResultView:
        async with places:
            return await _result(sender, command)

    return Results(results=await asyncio.gather(*map(result, asked)))


def _refuse_twice(asked: Sequence[Asked], path: str) -> None:
    first: dict[tuple[str, str, str], int] = {}
    reasons = []
    for place, (name, record, event, _root) in enumerate(asked):
        before = first.setdefault((record, event.kind, event.name), place)
        if before != place:
            text = f"{name} is asked for twice, at {before} and {place}: ask once, or in two requests"
            reasons.append(Reason("input", "asked-twice", text, f"{path}.{place}"))
    if reasons:
        raise RefusalError(reasons)


async def _result(sender: Sender, asked: Asked) -> ResultView:
    try:
        row = await performed(sender, asked.record, asked.event, asked.root)
        if row is None:
            return ResultView(id=asked.id, status=204)
        definition = await pinned(sender.services.database, row.digest)
    except Exception as error:  # noqa: BLE001 - whatever becomes of one, the others have their results
        problem = _problem_of(asked, error)
        tell(problem.status, [reason.code for reason in problem.reasons], asked.id)
        return ResultView(id=asked.id, status=problem.status, problem=said(problem))
    return ResultView(id=asked.id, status=200, record=summary(definition, row))


def _problem_of(asked: Asked, error: Exception) -> ProblemError:
    if isinstance(error, tuple(TOLD)):
        return problem_of(error)
    log.error("request failed", of=asked.id, exc_info=error)
    return ProblemError(500, UNFORESEEN)
