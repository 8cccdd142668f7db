"""A record as somebody sees it: internal parts only in full sight; of every transition, whether they may or why not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from api.forms import FieldView, line_view, titled
from api.inputs import tag_of
from api.pinned import pinned
from api.problems import ArchivedError, NotFoundError, ReasonView, reason_view
from api.sealing import opened_fields
from api.services import PREFIX, Services
from api.targets import TargetView, target_views
from api.times import moment
from engine.actions import NO, Action, actions
from engine.approvals import name_of
from engine.masking import mask
from engine.paths import state_named, step_at
from engine.record import Actor, Record, Token
from engine.snapshot import restore
from engine.visibility import viewer
from language.definition import Definition, Task
from language.votes import read_votes
from store import archived
from store.asking import ask
from store.children import Child, children_of, family_of
from store.projections import task_id
from store.queries import RecordRow, get_record

MOST_CHILDREN = 100


class PersonView(BaseModel):
    """A person, by id and name."""

    id: str
    label: str


class TaskView(BaseModel):
    """An open task of a record."""

    id: str
    title: str
    seats: list[PersonView] = Field(description="who may do it")
    claimed_by: PersonView | None
    since: datetime
    due: datetime | None
    form: list[FieldView]


class VoteView(BaseModel):
    """A vote that was given."""

    choice: str
    comment: str | None
    at: datetime
    recorded_by: PersonView | None = Field(description="who recorded it from minutes")


class SeatView(PersonView):
    """Somebody who may vote, or has."""

    for_: PersonView | None = Field(serialization_alias="for", description="who is away, and whose vote this is")
    veto: bool
    alone: bool = Field(description="may decide alone, because the approval is overdue")
    vote: VoteView | None


class ApprovalView(BaseModel):
    """An open approval of a record; its id names record, visit, step and round."""

    id: str
    title: str
    votes: str = Field(description="how many yes it takes: `3`, `60% with 3 voting`, `all`, `each`")
    round: int
    seats: list[SeatView]
    since: datetime
    due: datetime | None


class FaultView(BaseModel):
    """Something that stands still until somebody retries or skips it."""

    number: str
    code: str
    text: str
    since: datetime
    step: str


class TimerView(BaseModel):
    """A transition that time will make happen; `blocked` says why it has not happened yet."""

    name: str
    due: datetime
    blocked: list[str]


class ActionView(BaseModel):
    """A transition as you see it: `yes`, `if` (what you fill in decides), or `no` with every reason."""

    name: str
    title: str
    to: list[str]
    possible: str
    needs: list[str]
    ask: list[str]
    reasons: list[ReasonView]


class RecordSummary(BaseModel):
    """A record, in a list; `due` is when something happens to it by itself."""

    id: str
    process: str
    version: int
    title: str
    state: str
    final: bool
    revision: int = Field(description="counts changes of fields and state; the `ETag`")
    seq: int = Field(description="counts everything that happened, comments and tasks included")
    created_at: datetime
    updated_at: datetime
    due: datetime | None
    fields: dict[str, Any] = Field(description='`{"sealed": true}`: sensitive, and not shown to you, or not here')


class ChildView(BaseModel):
    """A record that this one has started."""

    id: str
    process: str
    title: str
    state: str
    final: bool


class RecordView(RecordSummary):
    """A record, whole."""

    process_title: str
    state_title: str
    entered_at: datetime
    created_by: PersonView | None
    targets: dict[str, TargetView]
    tasks: list[TaskView]
    approvals: list[ApprovalView]
    timers: list[TimerView]
    faults: list[FaultView] = Field(description="only for those who see the record in full")
    actions: list[ActionView]
    watchers: list[PersonView] = Field(description="who follows it")
    parent: str | None = Field(description="the record that has started it")
    children: list[ChildView] = Field(description="those of its children that you may see, newest first, at most 100")


async def visible(services: Services, record: str, actor: Actor) -> RecordRow:
    """Give a record's row; raise NotFoundError where it is absent or not for this actor, ArchivedError where it was."""
    row = await get_record(services.database, record, viewer(actor))
    if row is not None:
        return row
    gone = await archived.find(services.database, record, viewer(actor))
    raise not_found(record) if gone is None else ArchivedError(record, gone.file)


def not_found(record: str) -> NotFoundError:
    """Say that there is no such record; the same words for one that is not for who asks."""
    return NotFoundError(f"There is no record {record}, or you may not see it.")


async def record_view(services: Services, row: RecordRow, actor: Actor) -> RecordView:
    """Show a record to an actor who may see it."""
    children = await children_of(services.database, row.id, viewer(actor), MOST_CHILDREN)
    return await _view(services, row, children, actor)


async def view_now(services: Services, record: str, actor: Actor) -> RecordView | None:
    """Show a record as it is by now; None where the actor does not see it any more."""
    found = await family_of(services.database, record, viewer(actor), MOST_CHILDREN)
    return None if found is None else await _view(services, *found, actor)


async def _view(services: Services, row: RecordRow, children: tuple[Child, ...], actor: Actor) -> RecordView:
    definition, record, now = await pinned(services.database, row.digest), restored(row), services.clock()
    creator, shown = record.created_by, summary(definition, row).model_dump()
    return RecordView(
        **{**shown, "fields": opened_fields(services, definition, record, actor, shown["fields"])},
        process_title=definition.title,
        state_title=titled(row.state, state_named(definition, row.state).title),
        entered_at=moment(record.entered_at),
        created_by=PersonView(**creator) if creator else None,
        targets=target_views(record, now),
        tasks=[
            _task_view(definition, record, path, token) for path, token in record.tokens.items() if token.kind == "task"
        ],
        approvals=[
            approval_view(record, path, token) for path, token in record.tokens.items() if token.kind == "approval"
        ],
        timers=[
            TimerView(name=name, due=moment(timer.due), blocked=[] if timer.retry is None else list(timer.because))
            for name, timer in record.timers.items()
        ],
        faults=[
            FaultView(number=number, code=fault.code, text=fault.text, since=moment(fault.since), step=fault.path)
            for number, fault in (record.faults.items() if row.full else ())
        ],
        actions=[_action_view(each) for each in await possible(services, definition, record, actor)],
        watchers=[PersonView(**each) for each in record.watchers],
        parent=record.parent or None,
        children=[ChildView(**child._asdict()) for child in children],
    )


async def possible(services: Services, definition: Definition, record: Record, actor: Actor) -> tuple[Action, ...]:
    """List what an actor may do to a record now, and why not."""
    now = services.clock()
    found, _ = await ask(services.database, now, lambda known, _: actions(definition, record, actor, now, known))
    return found


async def reachable(services: Services, row: RecordRow, actor: Actor) -> list[str]:
    """Name the transitions that an actor can take now."""
    definition = await pinned(services.database, row.digest)
    return [each.name for each in await possible(services, definition, restored(row), actor) if each.possible != NO]


def summary(definition: Definition, row: RecordRow) -> RecordSummary:
    """Show a record in a list; fields that are internal only to those who see it in full, sensitive ones to nobody."""
    fields: dict[str, Any] = row.body["fields"]
    return RecordSummary(
        id=row.id,
        process=row.process,
        version=row.version,
        title=row.title,
        state=row.state,
        final=row.final,
        revision=row.revision,
        seq=row.seq,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        due=moment(row.due),
        fields={
            name: mask(fields.get(name)) if field.shape.sealed else fields.get(name)
            for name, field in definition.fields.items()
            if row.full or not field.internal
        },
    )


def restored(row: RecordRow) -> Record:
    """Give the record that a row holds."""
    return restore(dict(row.body))


def address(record: str) -> str:
    """Give where a record is found."""
    return f"{PREFIX}/records/{record}"


def tagged(response: Response, view: RecordView) -> RecordView:
    """Put a record's entity tag on the answer that holds it."""
    response.headers["ETag"] = tag_of(view.revision)
    return view


def _task_view(definition: Definition, record: Record, path: str, token: Token) -> TaskView:
    step = step_at(definition, path)
    data = token.data
    return TaskView(
        id=task_id(record.id, path),
        title=data["title"],
        seats=[PersonView(**seat) for seat in data["seats"]],
        claimed_by=PersonView(**data["claimed_by"]) if data["claimed_by"] else None,
        since=moment(token.since),
        due=moment(data["due"]),
        form=[line_view(definition, line) for line in step.form] if isinstance(step, Task) else [],
    )


def approval_view(record: Record, path: str, token: Token) -> ApprovalView:
    """Show an open approval of a record, by the path of its token."""
    data = token.data
    return ApprovalView(
        id=task_id(record.id, name_of(path, data)),
        title=data["title"],
        votes=str(read_votes(data["votes"])),
        round=data["round"],
        seats=[_seat_view(seat) for seat in data["seats"]],
        since=moment(token.since),
        due=moment(data["due"]),
    )


def _seat_view(seat: Mapping[str, Any]) -> SeatView:
    vote, own = seat.get("vote"), seat.get("for")
    return SeatView(
        id=seat["id"],
        label=seat["label"],
        for_=PersonView(**own) if own else None,
        veto=seat.get("veto", False),
        alone=seat.get("alone", False),
        vote=None
        if vote is None
        else VoteView(
            choice=vote["choice"],
            comment=vote["comment"],
            at=moment(vote["at"]),
            recorded_by=PersonView(**vote["recorded_by"]) if vote.get("recorded_by") else None,
        ),
    )


def _action_view(action: Action) -> ActionView:
    return ActionView(
        name=action.name,
        title=action.title,
        to=list(action.to),
        possible=action.possible,
        needs=list(action.needs),
        ask=list(action.ask),
        reasons=[reason_view(reason) for reason in action.reasons],
    )
