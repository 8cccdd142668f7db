"""A worker process that is measured: `python -m bench.carrying ADDRESS DATABASE_URL READY_FILE KIND [CACHE]`.

All kinds have the settings of Steward's worker. What is written by hand runs in the SDK's sandbox, as the SDK has it,
and, as another kind, without it, as Steward's own workflow does. The loops beside it (relay, reconciler …) stand still
for all: what they do is asked of Temporal and the store beside the commands.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.observing import Observing
from activities.projection import StoreActivities
from bench.by_hand import ErrandByHand
from bench.by_hand_store import ByHandStore
from store.database import Database
from worker import DRAIN, STICKY, TASKS_AT_ONCE
from workflows.in_turn import RunnerInTurn
from workflows.messages import TASK_QUEUE
from workflows.process import ProcessWorkflow
from workflows.tracing import Tracing

OURS, BY_HAND, UNWATCHED = "ours", "by_hand", "by_hand_unwatched"
QUEUES = {OURS: TASK_QUEUE, BY_HAND: "errands-by-hand", UNWATCHED: "errands-by-hand-unwatched"}


def carrier(temporal: Client, database: Database, kind: str, cache: int = 1_000) -> Worker:
    """Make a worker of a kind, which keeps so many workflows in memory."""
    stored, by_hand = StoreActivities(database), ByHandStore(database)
    workflow: type = ProcessWorkflow if kind == OURS else ErrandByHand
    activities: Sequence[Callable[..., Any]] = [stored.project, stored.facts] if kind == OURS else [by_hand.write]
    return Worker(
        temporal,
        task_queue=QUEUES[kind],
        workflows=[workflow],
        activities=activities,
        interceptors=[Observing()] if kind == OURS else [],
        workflow_runner=SandboxedWorkflowRunner() if kind == BY_HAND else RunnerInTurn(),
        max_concurrent_workflow_tasks=TASKS_AT_ONCE,
        max_cached_workflows=cache,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=DRAIN,
    )


async def main(address: str, url: str, ready: Path, kind: str, cache: int = 1_000) -> None:
    """Work until killed."""
    temporal = await Client.connect(address, interceptors=[Tracing()] if kind == OURS else [])
    async with carrier(temporal, Database(url), kind, cache):
        ready.touch()  # noqa: ASYNC240 - once
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4], *map(int, sys.argv[5:])))
    os._exit(0)
