"""The only way in to a record's workflow, for api, portal, cli and activities: start, send, occur, ask where it is.

What it raises: workflows/errors.py.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import PendingWorkflowTaskState, TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from engine.record import ENGINE, Event, Json
from engine.turn import MOST_ROUNDS
from workflows import messages
from workflows.beginning import TASK_TIMEOUT, begun
from workflows.errors import BusyError, ClientError, ClosedError, CrowdedError, PendingError, RefusedError
from workflows.messages import Head, Limits, RecordInput
from workflows.queues import Queue

__all__ = [
    "BusyError",
    "ClientError",
    "ClosedError",
    "CrowdedError",
    "PendingError",
    "RecordClient",
    "RefusedError",
]

Facts = Callable[[Sequence[str], float], Awaitable[Mapping[str, Json]]]
"""Answers facts by their keys, as of a time: the store does, in the API and in the worker."""

AT_ONCE = 8
"""Commands in flight for one record; Temporal refuses the eleventh only after many seconds."""
ACCEPTED_WAIT = 30.0
"""Seconds for which the answer to an accepted command is waited for."""
SHORTLY = 0.1
"""Seconds after which a record that is busy is asked again."""
ASKED_AGAIN = 10
"""Times that a record is asked where it stands while it is busy."""
MARGIN = 0.5
"""Seconds waited after a command has expired, for an answer that is on its way and for clocks that differ a little."""


class RecordClient:
    """Reaches records through Temporal. `clock` gives seconds since the epoch; tests give the records' own."""

    def __init__(self, temporal: Client, clock: Callable[[], float], limits: Limits | None = None) -> None:
        """Keep the connection; nothing is sent."""
        self._temporal = temporal
        self._clock = clock
        self._limits = limits or Limits()
        self._in_flight: Counter[str] = Counter()

    async def start(self, record: str, process: str, definition: str, digest: str, event: Event) -> bool:
        """Start a record's workflow; False when there is one (or was) already. `event.id` must be filled."""
        given = RecordInput(definition, digest, messages.event_json(event), limits=self._limits, engine=ENGINE)
        try:
            return await begun(self._temporal, record, process, given)
        except RPCError as failed:
            raise PendingError(f"{record} was perhaps started ({failed.message}): repeat with the same key") from failed

    async def send(self, record: str, event: Event, facts: Facts, wait: float = 10.0) -> int:
        """Have a command carried out and give the `seq` it made; the same `event.id` has one effect.

        `wait` is for how many seconds it may still begin. Raises the errors above.
        """
        expires = self._clock() + wait
        with self._place(record):
            asked, rounds = event._replace(expires=expires), 0
            while True:
                try:
                    return await self._update(record, asked, rounds)
                except _NeedsError as needs:
                    rounds += 1
                    if rounds > MOST_ROUNDS:
                        raise BusyError("the facts it needs keep changing: repeat with the same key") from needs
                    keys = tuple(dict.fromkeys((*asked.facts, *needs.keys)))
                    asked = asked._replace(facts=await facts(keys, self._clock()), facts_at=needs.at, asked=rounds)
                except (BusyError, _LostError) as again:
                    if self._clock() <= expires and not isinstance(again, _LateError):
                        await asyncio.sleep(SHORTLY)
                    elif isinstance(again, _LostError):
                        raise PendingError(f"{again}: perhaps carried out, repeat with the same key") from again
                    else:
                        raise

    async def occur(self, record: str, event: Event) -> None:
        """Let an outside event reach a record; it is taken (or not awaited) when its turn comes."""
        try:
            await self._handle(record).signal(messages.OCCUR, messages.event_json(event))
        except RPCError as failed:
            raise _told(failed, record) from failed

    async def head(self, record: str) -> Head | None:
        """Ask where a record stands; None when its workflow is gone. The answer is durable."""
        try:
            return Head(**await self._ask(record, messages.HEAD))
        except ClosedError:
            return None

    async def snapshot(self, record: str) -> dict[str, Any]:
        """Ask for a whole record, as its workflow carries it."""
        return await self._ask(record, messages.SNAPSHOT)

    async def worker_asked(self, queue: Queue) -> float | None:
        """Say when a worker last asked for work of a class, in seconds since the epoch; None: not for minutes.

        For `records` these are records to work on, for the others actions. A worker that has nothing to do asks once a
        minute. Raises BusyError.
        """
        asked = DescribeTaskQueueRequest(
            namespace=self._temporal.namespace,
            task_queue=TaskQueue(name=queue.task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
            if queue is Queue.RECORDS
            else TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
        try:
            found = await self._temporal.workflow_service.describe_task_queue(asked, timeout=TASK_TIMEOUT)
        except RPCError as failed:
            raise BusyError(f"Temporal does not answer ({failed.message})") from failed
        times = (each.last_access_time for each in found.pollers)
        return max((each.seconds + each.nanos / 1e9 for each in times), default=None)

    async def _ask(self, record: str, what: str) -> dict[str, Any]:
        """Ask an open workflow by an update, which it refuses with the answer, and a closed one by a query."""
        for _ in range(ASKED_AGAIN):
            found = await self._asked(record, what)
            if found is not None:
                return found
            await asyncio.sleep(SHORTLY)
        raise BusyError(f"{record} is busy writing: ask again")

    async def _asked(self, record: str, what: str) -> dict[str, Any] | None:
        """Ask once; None when an event is being written."""
        try:
            await self._handle(record).execute_update(messages.ASK, what, rpc_timeout=TASK_TIMEOUT)
        except WorkflowUpdateFailedError as failed:
            cause = failed.cause
            if isinstance(cause, ApplicationError) and cause.type == messages.TOLD:
                return dict(cause.details[0])
            if isinstance(cause, ApplicationError) and cause.type == messages.BUSY:
                return None
            raise BusyError(f"{record} does not answer ({cause})") from failed
        except WorkflowUpdateRPCTimeoutOrCancelledError as late:
            _unless_cancelled(late)
            raise BusyError(f"{record} does not answer in time: repeat with the same key") from late
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise _told(failed, record) from failed
        return await self._query(record, what)

    async def _query(self, record: str, what: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = await self._handle(record).query(what, rpc_timeout=TASK_TIMEOUT)
        except RPCError as failed:
            raise _told(failed, record) from failed
        except WorkflowQueryFailedError as failed:
            raise BusyError(f"{record} does not answer ({failed})") from failed
        return found

    def _handle(self, record: str) -> WorkflowHandle[Any, Any]:
        return self._temporal.get_workflow_handle(record)

    @contextmanager
    def _place(self, record: str) -> Iterator[None]:
        if self._in_flight[record] >= AT_ONCE:
            raise CrowdedError(f"{AT_ONCE} commands for {record} are on their way: repeat when they are answered")
        self._in_flight[record] += 1
        try:
            yield
        finally:
            self._in_flight[record] -= 1
            if not self._in_flight[record]:
                del self._in_flight[record]

    async def _update(self, record: str, event: Event, attempt: int) -> int:
        """Send one update: wait until it is accepted or can no longer be, and, accepted, for its answer."""
        left = max(event.expires - self._clock(), 0.0) + MARGIN
        try:
            try:
                handle = await self._accepted(record, event, attempt, left)
            except WorkflowUpdateRPCTimeoutOrCancelledError as late:
                _unless_cancelled(late)
                if not await self._at_work(record):
                    raise
                handle = await self._accepted(record, event, attempt, TASK_TIMEOUT.total_seconds())
        except WorkflowUpdateRPCTimeoutOrCancelledError as late:
            _unless_cancelled(late)
            raise BusyError("no worker took it in time: repeat with the same key") from late
        except RPCError as failed:
            raise _lost(failed, record) from failed
        try:
            return await handle.result(rpc_timeout=timedelta(seconds=ACCEPTED_WAIT))
        except WorkflowUpdateRPCTimeoutOrCancelledError as late:
            _unless_cancelled(late)
            raise PendingError(
                f"{record} has accepted it and is still at it: repeat with the same key, which brings the answer"
            ) from late
        except WorkflowUpdateFailedError as failed:
            return _answer(failed)
        except RPCError as failed:
            raise _lost(failed, record) from failed

    async def _accepted(self, record: str, event: Event, attempt: int, seconds: float) -> WorkflowUpdateHandle[int]:
        return await self._handle(record).start_update(
            messages.COMMAND,
            messages.event_json(event),
            id=_update_id(event, attempt),
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
            result_type=int,
            rpc_timeout=timedelta(seconds=seconds),
        )

    async def _at_work(self, record: str) -> bool:
        """Say whether a worker has a task of the record in hand: it may have begun before the command expired."""
        described = await self._handle(record).describe(rpc_timeout=TASK_TIMEOUT)
        task = described.raw_description.pending_workflow_task
        return bool(task.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED)


class _LostError(Exception):
    """The connection was lost; whether the command was accepted is not known."""


class _LateError(BusyError):
    """It expired before the record's turn came; repeating it does not help."""


class _NeedsError(Exception):
    """Facts are needed; `at` is the record's time, which measures how fresh they are whatever our clock says."""

    def __init__(self, keys: Sequence[str], at: float) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys
        self.at = at


def _unless_cancelled(late: WorkflowUpdateRPCTimeoutOrCancelledError) -> None:
    """Let a cancellation be one: Temporal's client makes the same error of it as of a timeout."""
    if isinstance(late.__cause__, asyncio.CancelledError):
        raise late.__cause__


def _update_id(event: Event, attempt: int) -> str:
    """Give an id under which Temporal sees one attempt of one request of one sender."""
    return hashlib.sha256(f"{event.id}\n{event.expires}\n{attempt}".encode()).hexdigest()[:32]


def _answer(failed: WorkflowUpdateFailedError) -> int:
    """Read what the validator or the handler said: an earlier answer, or why not."""
    cause = failed.cause
    if not isinstance(cause, ApplicationError):
        raise BusyError(f"not carried out ({cause}): repeat with the same key") from failed
    match cause.type:
        case messages.ANSWERED:
            return int(cause.details[0])
        case messages.NEEDS:
            raise _NeedsError(cause.details[0], cause.details[1]) from failed
        case messages.LATE:
            raise _LateError(
                f"{cause.message}, as the record or its worker was busy: repeat with the same key. Where this goes "
                "on while there is little to do, the clocks of this computer and of Temporal's differ: set them by NTP"
            ) from failed
        case messages.REFUSED:
            raise RefusedError([messages.reason_from(each) for each in cause.details[0]]) from failed
        case _:
            raise BusyError(cause.message) from failed


def _lost(failed: RPCError, record: str) -> Exception:
    told = _told(failed, record)
    return told if isinstance(told, ClosedError) else _LostError(f"Temporal does not answer ({failed.message})")


def _told(failed: RPCError, record: str) -> ClientError:
    if failed.status is RPCStatusCode.NOT_FOUND:
        return ClosedError(f"{record} is closed")
    return BusyError(f"Temporal does not answer ({failed.message}): repeat with the same key")
