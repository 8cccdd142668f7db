"""Whole lives of errands, carried by our generic workflow and by one written by hand: how many a second, how quickly.

Both are on the same server and store, each in a worker process of its own, and take turns, so that a busy machine
slows both. Processor time is what the worker process took; the server's and the client's are told beside.
"""

import asyncio
import time
from typing import Any, NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError

from bench.by_hand import Asked, ErrandByHand
from bench.carrying import BY_HAND, OURS, QUEUES
from bench.direct import WAIT, Direct, a_key, numbers, stored
from bench.errand import ERRAND, STEPS, Step
from bench.ground import Ground
from engine.record import Kind
from store.facts import organisation

SUMMARY = "Fetch the parcel"

Taken = dict[str, list[float]]
"""Seconds of each decision, by its name."""


class Run(NamedTuple):
    """Errands carried one after the other or at once: seconds on the clock, and of processors."""

    errands: int
    seconds: float
    worker: float
    server: float
    client: float


class Ours:
    """Carries errands as records."""

    kind = OURS

    def __init__(self, ground: Ground) -> None:
        """Keep the ground."""
        self._records = Direct(ground, ERRAND)

    async def create(self, name: str) -> None:
        """Start an errand, and wait until it is stored."""
        await self._records.start(name, {"summary": SUMMARY})

    async def decide(self, name: str, step: Step) -> None:
        """Have a step taken."""
        what = "2.may.1" if step.kind == "vote" else step.name
        await self._records.have(name, Kind(step.kind), what, step.who, step.data)


class ByHand:
    """Carries errands by the workflow that was written by hand."""

    def __init__(self, ground: Ground, kind: str = BY_HAND) -> None:
        """Keep the ground, and which worker it is for."""
        self._ground = ground
        self.kind = kind

    async def create(self, name: str) -> None:
        """Start an errand, and wait until it is stored."""
        asked = self._asked(Step("start", "", "ann", {"summary": SUMMARY}))
        queue = QUEUES[self.kind]
        await self._ground.temporal.start_workflow(ErrandByHand.run, asked, id=name, task_queue=queue)
        await stored(self._ground, name)

    async def decide(self, name: str, step: Step) -> None:
        """Have a step taken; who is named is looked up first."""
        if "assignee" in step.data:
            around = await organisation(self._ground.database)
            assert around.find("user", "bob") is not None
        asked = self._asked(step)
        try:
            handle: WorkflowHandle[Any, Any] = self._ground.temporal.get_workflow_handle(name)
            await handle.execute_update(ErrandByHand.decide, asked, id=asked.key)
        except WorkflowUpdateFailedError as failed:
            raise RuntimeError(f"{name}, {step.name}: {failed.cause}") from failed

    def _asked(self, step: Step) -> Asked:
        key = a_key(step.who, step.name)
        return Asked(step.kind, step.name, step.who, step.who.title(), key, dict(step.data), time.time() + WAIT)


async def live(ground: Ground, by: Ours | ByHand, taken: Taken) -> str:
    """Let one errand live from its creation to its end; give its name."""
    name = f"{by.kind}-{next(numbers)}"
    await by.create(name)
    for step in STEPS:
        began = time.perf_counter()
        await by.decide(name, step)
        taken.setdefault(step.name, []).append(time.perf_counter() - began)
    await ground.temporal.get_workflow_handle(name).result()
    return name


async def carried(ground: Ground, by: Ours | ByHand, errands: int, at_once: int, taken: Taken) -> Run:
    """Let so many errands live, so many at once."""
    left = iter(range(errands))

    async def one_after_the_other() -> None:
        for _ in left:
            await live(ground, by, taken)

    began = (time.perf_counter(), ground.spent(by.kind), ground.spent_by_server(), time.process_time())
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    ended = (time.perf_counter(), ground.spent(by.kind), ground.spent_by_server(), time.process_time())
    return Run(errands, *(after - before for before, after in zip(began, ended, strict=True)))


async def events(ground: Ground, name: str) -> list[str]:
    """Give the types of the events of a workflow's history."""
    handle = ground.temporal.get_workflow_handle(name)
    prefix = len("EVENT_TYPE_")
    return [EventType.Name(each.event_type)[prefix:].lower() async for each in handle.fetch_history_events()]
