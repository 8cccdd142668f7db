"""Begins a record's workflow, new or as it was carried: one that is there, or was, is never begun again."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from workflows.messages import TASK_QUEUE, RecordInput

TASK_TIMEOUT = timedelta(seconds=5)
"""How long a worker may take over one task of a record, and Temporal over the answer to a question."""
START_TIMEOUT = timedelta(seconds=5)


async def begun(temporal: Client, record: str, process: str, given: RecordInput) -> bool:
    """Begin a record's workflow; False when there is one, or was. Raises temporalio's RPCError: perhaps begun."""
    try:
        await temporal.start_workflow(
            process,
            given,
            id=record,
            task_queue=TASK_QUEUE,
            task_timeout=TASK_TIMEOUT,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            rpc_timeout=START_TIMEOUT,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True
