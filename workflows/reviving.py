"""Begins the workflows of records again that Temporal does not know any more: each from the record as the store has it.

A record that goes on in another run carries the same (`ProcessWorkflow._carried`), so its timers, calls and steps that
wait are set up by the code that does it then.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from engine.record import ENGINE, Event, Kind
from engine.snapshot import restore, snapshot
from workflows import messages
from workflows.beginning import TASK_TIMEOUT, begun
from workflows.errors import BusyError
from workflows.messages import Limits, RecordInput
from workflows.scheduled import SCHEDULED_START

RUNNING = "ExecutionStatus = 'Running'"


class Standing(StrEnum):
    """What Temporal knows of a record: its workflow is there, was ended from outside or failed, or is not known."""

    THERE = "there"
    ENDED = "ended"
    GONE = "gone"


_THERE = (
    WorkflowExecutionStatus.RUNNING,
    WorkflowExecutionStatus.CONTINUED_AS_NEW,
    WorkflowExecutionStatus.COMPLETED,  # the record is settled: what the store has of it is old
)


class Reviving:
    """Looks for the workflows of records and begins them again, on one Temporal server."""

    def __init__(self, temporal: Client, limits: Limits | None = None) -> None:
        """Keep the connection; nothing is sent."""
        self._temporal = temporal
        self._limits = limits or Limits()

    async def standing(self, record: str) -> Standing:
        """Say what Temporal knows of a record. Raises BusyError."""
        try:
            described = await self._temporal.get_workflow_handle(record).describe(rpc_timeout=TASK_TIMEOUT)
        except RPCError as failed:
            if failed.status is RPCStatusCode.NOT_FOUND:
                return Standing.GONE
            raise _away(failed) from failed
        return Standing.THERE if described.status in _THERE else Standing.ENDED

    async def revive(self, stored: Mapping[str, Any], definition: str) -> bool:
        """Begin the workflow of a record as the store has it; False where there is one, or was. Raises BusyError.

        Of any number who try at once, one does it. The record comes under the newest rules, as in every new run.
        """
        record = restore(dict(stored))._replace(engine=ENGINE)
        never = messages.event_json(Event(Kind.START))  # it has started already
        given = RecordInput(definition, record.digest, never, snapshot(record), self._limits, ENGINE)
        try:
            return await begun(self._temporal, record.id, record.process, given)
        except RPCError as failed:
            raise _away(failed) from failed

    async def running(self) -> tuple[str, ...]:
        """Name the records whose workflows run; one that began or ended just now may be missing or still there."""
        found = [
            each.id
            async for each in self._temporal.list_workflows(RUNNING)
            if each.task_queue == messages.TASK_QUEUE and each.workflow_type != SCHEDULED_START
        ]
        return tuple(sorted(found))


def _away(failed: RPCError) -> BusyError:
    return BusyError(f"Temporal does not answer ({failed.message})")
