"""Composes what runs beside Temporal: workflows, activities, and the loops (relay, reconciler, scheduler …)."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from activities.actions import AnyAction
from activities.announcing import Announcing
from activities.archiving import Archiving
from activities.calling import BEAT, as_activity
from activities.connectors.declaring import Network
from activities.mail import MailOptions
from activities.observing import Observing
from activities.pausing import pause
from activities.post import Post
from activities.projection import StoreActivities
from activities.reconciler import Reconciler
from activities.registry import ACTIONS
from activities.relay import Carry, Relay
from activities.scheduled import ScheduledStarts
from activities.scheduler import Scheduler
from activities.sending import Sending
from activities.starting import Starting
from activities.tidying import Tidying
from activities.webhooks.courier import Courier, CourierOptions
from engine.children import BEGIN
from engine.messages import MESSAGE
from engine.parting import ANSWER, LEAVE
from engine.sending import SEND
from store.archiving import Rule
from store.database import Database
from store.facts import facts
from store.reliance import ORGANISATION
from store.sealing import Seals
from store.signing import Signing
from workflows.client import RecordClient
from workflows.in_turn import RunnerInTurn
from workflows.process import ProcessWorkflow
from workflows.queues import Queue, queue_of
from workflows.scheduled import ScheduledStart
from workflows.timetables import Timetables

log = structlog.get_logger(__name__)

TASKS_AT_ONCE = 16
"""How many records decide at the same time: they share one processor, and a task that takes too long is tried again."""
DRAIN = timedelta(seconds=5)
"""How long activities may go on after the worker was told to stop."""
STICKY = timedelta(seconds=3)
"""How long a record's next task waits for the worker that has it in memory, before any other worker may take it."""
POLLERS = PollerBehaviorAutoscaling(minimum=2, initial=4, maximum=32)
"""How many requests for work wait at Temporal: as many as there is work, by what it answers."""
AGAIN = 1.0
"""Seconds after which a loop that failed is begun again."""
GRACE = 0.8
"""Seconds in which the loops may end what they have begun."""


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker runs.

    `base_url` is where people reach the application, for links. `clock` gives seconds since the epoch, UTC. Without
    `mail`, messages stay in the inboxes. `max_cached_workflows` is how many records stay in memory. `seals` open what
    actions take opened; their keys sign what mail carries. Webhooks reach the encrypted internet and
    `webhook_networks`. `queues` are those it serves; who serves records also sends messages, keeps schedules,
    and moves closed records to the `archive`.
    """

    base_url: str
    clock: Callable[[], float]
    mail: MailOptions | None = None
    actions: tuple[AnyAction, ...] = ACTIONS
    max_cached_workflows: int = 1_000
    seals: Seals = field(default_factory=Seals)
    webhook_networks: tuple[Network, ...] = ()
    queues: tuple[Queue, ...] = tuple(Queue)
    archive: Rule | None = None


async def run(temporal: Client, database: Database, options: WorkerOptions, stop: asyncio.Event) -> None:
    """Work until `stop` is set, then end what has begun. The database is the caller's to close.

    An error in here is meant to end the process: whoever started it starts it again. Only a loop that fails ends
    nothing else, because records go on without it.
    """
    records = RecordClient(temporal, options.clock)
    served = {Queue.RECORDS, *(queue_of(action.name) for action in options.actions)}.intersection(options.queues)
    serving = [_worker(temporal, database, options, records, queue) for queue in sorted(served)]
    async with AsyncExitStack() as working, asyncio.TaskGroup() as group:
        for worker in serving:
            await working.enter_async_context(worker)
        of_records = _loops(temporal, database, options, records) if Queue.RECORDS in options.queues else ()
        loops = [group.create_task(kept(each, stop)) for each in of_records]
        await stop.wait()
        if loops:
            _, late = await asyncio.wait(loops, timeout=GRACE)
            for each in late:
                each.cancel()
        await asyncio.gather(*(worker.shutdown() for worker in serving))


class _Loop(Protocol):
    async def run(self, stop: asyncio.Event) -> None: ...


def _loops(temporal: Client, database: Database, options: WorkerOptions, records: RecordClient) -> tuple[_Loop, ...]:
    """Give what is done for records beside them; whoever serves them does it."""
    told = CourierOptions(options.base_url, options.seals, options.clock, options.webhook_networks)
    archive = options.archive
    return (
        *(() if archive is None or not archive.is_any else (Archiving(database, archive, options.clock),)),
        Relay(database, records.head, _carriers(database, records, options), options.clock),
        Reconciler(database, records.head, records.snapshot, options.clock),
        Scheduler(database, Timetables(temporal), options.clock),
        Courier(database, records.head, told),
        Tidying(database, options.clock),
    )


async def kept(loop: _Loop, stop: asyncio.Event) -> None:
    """Run a loop until `stop` is set; one that fails is begun again."""
    while not stop.is_set():
        try:
            await loop.run(stop)
        except Exception as failed:  # noqa: BLE001 - whatever fails in a loop, the records are carried on
            _tell(loop, failed)
            await pause(stop, AGAIN)


def _tell(loop: _Loop, failed: Exception) -> None:
    log.error("a loop failed, and is begun again", loop=type(loop).__name__, exc_info=failed)


def _carriers(database: Database, records: RecordClient, options: WorkerOptions) -> dict[str, Carry]:
    post = Post(database, options.mail, options.base_url, options.clock, Signing(options.seals))
    starting, sending = Starting(database, records, options.clock), Sending(database, records)
    return {
        MESSAGE: post.carry,
        BEGIN: starting.start,
        ANSWER: starting.answer,
        LEAVE: starting.leave,
        SEND: sending.send,
        ORGANISATION: Announcing(records).tell,
    }


def _worker(
    temporal: Client, database: Database, options: WorkerOptions, records: RecordClient, queue: Queue
) -> Worker:
    """Serve a queue; that of records also what waits in it since before there were others."""
    ours = queue is Queue.RECORDS
    stored, scheduled = StoreActivities(database), ScheduledStarts(database, records, options.clock)
    send = partial(records.send, facts=partial(facts, database))
    wanted = options.queues if ours else (queue,)
    actions = (each for each in options.actions if queue_of(each.name) in wanted)
    return Worker(
        temporal,
        task_queue=queue.task_queue,
        workflows=[ProcessWorkflow, ScheduledStart] if ours else [],
        activities=[
            *((stored.project, stored.facts, scheduled.start) if ours else ()),
            *(as_activity(action, database, options.clock, send, options.seals) for action in actions),
        ],
        workflow_runner=RunnerInTurn(),
        interceptors=[Observing()],
        max_concurrent_workflow_tasks=TASKS_AT_ONCE,
        max_cached_workflows=options.max_cached_workflows if ours else 0,
        workflow_task_poller_behavior=POLLERS,
        activity_task_poller_behavior=POLLERS,
        sticky_queue_schedule_to_start_timeout=STICKY,
        max_heartbeat_throttle_interval=timedelta(seconds=BEAT),
        graceful_shutdown_timeout=DRAIN,
    )
