"""Tasks: work that waits for people, the most urgent first."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.actions import Filled
from api.bulk import MOST, Asked, Results, SentTogether, perform_each
from api.commanding import UNSEEN, Sent, command
from api.identity import Caller
from api.inputs import Body, Text
from api.open_work import URGENCY, Mine, WorkSummary, place, summed_up
from api.paging import Paged
from api.services import Provided
from api.showing import RecordView
from engine.record import Event, Kind
from store.queries import tasks_for

router = APIRouter(tags=["tasks"])


class TaskSummary(WorkSummary):
    """An open task, in a list."""

    claimed_by: str | None


class TaskList(BaseModel):
    """A page of open tasks, the most urgent first, and the address of the next one."""

    tasks: list[TaskSummary]
    next: str | None


class Completion(Filled):
    """A task that is done, and what its form asks for."""

    task: Text


class Completions(Body):
    """Several tasks that are done."""

    completions: list[Completion] = Field(min_length=1, max_length=MOST)


@router.get("/tasks", operation_id="list_tasks")
async def list_tasks(
    services: Provided,
    caller: Caller,
    page: Paged,
    whose: Mine = "me",  # noqa: ARG001 - the one value there is
) -> TaskList:
    """List the open tasks that you may do."""
    found = await tasks_for(services.database, (f"user:{caller.id}",), page.enough, page.after(*URGENCY))
    shown, following = page.cut(found, place)
    return TaskList(
        tasks=[TaskSummary(**summed_up(each), claimed_by=each.claimed_by) for each in shown], next=following
    )


@router.post("/tasks/{task:path}/claim", operation_id="claim_task", response_model=RecordView, responses=UNSEEN)
async def claim(task: str, sender: Sent) -> RecordView | Response:
    """Take a task, so that the others see that you are at it."""
    record, path = _place(task)
    return await command(sender, record, Event(Kind.CLAIM, path))


@router.post("/tasks/{task:path}/release", operation_id="release_task", response_model=RecordView, responses=UNSEEN)
async def release(task: str, sender: Sent) -> RecordView | Response:
    """Give a task back to the others."""
    record, path = _place(task)
    return await command(sender, record, Event(Kind.RELEASE, path))


@router.post("/tasks/{task:path}/complete", operation_id="complete_task", response_model=RecordView, responses=UNSEEN)
async def complete(task: str, sender: Sent, body: Filled | None = None) -> RecordView | Response:
    """Complete a task with its form."""
    record, path = _place(task)
    return await command(sender, record, Event(Kind.COMPLETE, path, data=(body or Filled()).with_))


@router.post("/tasks/completions", operation_id="complete_each")
async def complete_each(body: Completions, sender: SentTogether) -> Results:
    """Complete several tasks, each as if alone: there is a result for each."""
    places = [(each, *_place(each.task)) for each in body.completions]
    asked = [
        Asked(each.task, record, Event(Kind.COMPLETE, path, data=each.with_), "with") for each, record, path in places
    ]
    return await perform_each(sender, asked, "completions")


def _place(task: str) -> tuple[str, str]:
    """Split a task's id: the record's, a dot, and the path of the step."""
    record, _dot, path = task.partition(".")
    return record, path
