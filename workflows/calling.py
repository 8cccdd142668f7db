"""Carries out one call of an action as a Temporal activity: its retries, its heartbeat, and how its end is told."""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError
from temporalio.exceptions import TimeoutError as TimedOut

from engine.record import Command, Record
from workflows.messages import NOT_HAPPENED, CallInput
from workflows.queues import queue_of

HEARTBEAT = timedelta(seconds=10)
"""After so long without a sign of life a call's worker is taken for dead, and the call is tried again."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=10)


async def called(command: Command, record: Record) -> dict[str, Any] | None:
    """Run a call to its end; give `{"result": …}`, `{"error": …}`, or None for one that was cancelled."""
    retry = RetryPolicy(
        initial_interval=FIRST_WAIT,
        maximum_interval=LONGEST_WAIT,
        maximum_attempts=command.attempts,
        non_retryable_error_types=["Refused", "BadInput"],
    )
    try:
        result = await workflow.execute_activity(
            command.action,
            CallInput(command.key, record.id, record.process, dict(command.input)),
            activity_id=command.key,
            task_queue=queue_of(command.action).task_queue,
            start_to_close_timeout=timedelta(seconds=command.timeout),
            heartbeat_timeout=HEARTBEAT,
            retry_policy=retry,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )
    except ActivityError as failed:
        return _error(failed)
    return {"result": result}


def _error(failed: ActivityError) -> dict[str, Any] | None:
    """Say how a call failed, for `on_error`; None when it was cancelled because nobody waits for it any more."""
    cause = failed.cause
    if isinstance(cause, CancelledError):
        return None
    if isinstance(cause, TimedOut):
        return {"error": {"code": "timeout", "text": "no answer in time"}}
    if isinstance(cause, ApplicationError):
        error = {"code": (cause.type or "failed").lower(), "text": cause.message}
        return {"error": {**error, "happened": False} if NOT_HAPPENED in cause.details else error}
    return {"error": {"code": "failed", "text": str(cause or failed)}}
