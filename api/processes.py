"""What processes there are: their fields as forms, their states and the ways between them."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from api.forms import FieldView, field_view, titled
from api.identity import Caller
from api.paging import Paged
from api.pinned import newest
from api.services import Provided, Services
from api.times import moment
from engine.paths import transitions_of
from language.definition import Definition, State, Transition, Who
from store import definitions
from store.retiring import all_retired, retired
from store.schedules import next_start

router = APIRouter(tags=["processes"])


class ProcessSummary(BaseModel):
    """A process, in a list; of one that is retired no record begins."""

    process: str
    title: str
    version: int
    retired: bool


class ProcessList(BaseModel):
    """A page of the published processes, and the address of the next one."""

    processes: list[ProcessSummary]
    next: str | None


class FormView(BaseModel):
    """What is to be filled in, and what may be."""

    needs: list[FieldView]
    ask: list[FieldView]


class TransitionView(BaseModel):
    """A way out of a state; `by` is empty where it happens by itself, `every` says how often that repeats."""

    name: str
    title: str
    to: list[str]
    by: list[str]
    event: str | None = None
    after: str | None = None
    every: str | None = None
    form: FormView


class StateView(BaseModel):
    """A state, with every transition that may be taken from it."""

    name: str
    title: str
    final: bool
    transitions: list[TransitionView]


class ScheduleView(BaseModel):
    """When records start by themselves: first `at` (as it is written), then `every` so often; `next` as it stands."""

    at: str
    every: str | None
    next: datetime | None


class ProcessView(ProcessSummary):
    """A process, whole, as its newest published version says."""

    digest: str
    number: str
    owner: str
    fields: list[FieldView]
    start: TransitionView
    schedule: ScheduleView | None = None
    states: list[StateView]


@router.get("/processes", operation_id="list_processes")
async def list_processes(services: Provided, _caller: Caller, page: Paged) -> ProcessList:
    """List the published processes."""
    published, gone = await definitions.newest_of_each(services.database), await all_retired(services.database)
    shown, address = page.part(published, lambda each: (each.process,), str)
    return ProcessList(
        processes=[
            ProcessSummary(
                process=each.process,
                title=each.title,
                version=each.version,
                retired=(each.process, each.version) in gone,
            )
            for each in shown
        ],
        next=address,
    )


@router.get("/processes/{process}", operation_id="show_process")
async def show_process(process: str, services: Provided, _caller: Caller) -> ProcessView:
    """Show what a process asks for and how it goes."""
    definition = await newest(services.database, process)
    gone = definition.version in await retired(services.database, process)
    return _process_view(definition, await _schedule_view(services, definition), retired=gone)


async def _schedule_view(services: Services, definition: Definition) -> ScheduleView | None:
    schedule = definition.start.schedule
    if schedule is None:
        return None
    due = await next_start(services.database, definition, services.clock())
    every = None if schedule.every is None else str(schedule.every)
    return ScheduleView(at=schedule.at, every=every, next=None if due is None else moment(due))


def _process_view(definition: Definition, schedule: ScheduleView | None, *, retired: bool) -> ProcessView:
    return ProcessView(
        process=definition.process,
        title=definition.title,
        version=definition.version,
        retired=retired,
        digest=definition.digest,
        number=definition.number,
        owner=_who(definition.owner),
        fields=[field_view(definition, name) for name in definition.fields],
        start=_transition_view(definition, definition.start),
        schedule=schedule,
        states=[_state_view(definition, state) for state in definition.states.values()],
    )


def _state_view(definition: Definition, state: State) -> StateView:
    ways = [_transition_view(definition, each) for each in transitions_of(definition, state.name)]
    return StateView(name=state.name, title=titled(state.name, state.title), final=state.final, transitions=ways)


def _transition_view(definition: Definition, transition: Transition) -> TransitionView:
    return TransitionView(
        name=transition.name,
        title=titled(transition.name, transition.title),
        to=[each.state for each in transition.to],
        by=[_who(each) for each in transition.by],
        event=transition.event,
        after=str(transition.after) if transition.after is not None else None,
        every=str(transition.every) if transition.every is not None else None,
        form=FormView(
            needs=[field_view(definition, name) for name in transition.needs],
            ask=[field_view(definition, name) for name in transition.ask],
        ),
    )


def _who(who: Who) -> str:
    return who if isinstance(who, str) else f"={who.text}"
