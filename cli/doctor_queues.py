"""What `steward doctor` looks at on task queues: whether somebody carries out each class of action, or calls wait."""

import json
from datetime import UTC, datetime
from typing import Any

from cli.checkup import Checked, fine, note, wrong
from cli.doctor_servers import IDLE, ask_temporal, moment_of
from settings import Settings
from workflows.queues import Queue

OTHERS = tuple(queue for queue in Queue if queue is not Queue.RECORDS)
"""The queues of actions; whoever serves records is looked at as the worker."""


def queues(chosen: Settings) -> Checked:
    """Ask Temporal who asks for the work of each class of action, and how many calls wait where nobody does."""
    waiting: dict[Queue, int] = {}
    for queue in OTHERS:
        options = ("--task-queue", queue.task_queue, "--task-queue-type", "activity", "--output", "json")
        code, out, said = ask_temporal(chosen, "task-queue", "describe", *options)
        if code != 0:
            return wrong(said, "Mend Temporal first.")
        told = json.loads(out)
        if not _is_served(told):
            waiting[queue] = sum(int(each.get("approximateBacklogCount", 0)) for each in told.get("stats") or ())
    if not waiting:
        return fine(f"{' and '.join(OTHERS)} are served")
    remedy = f"`steward worker --queues {','.join(waiting)}` serves them."
    text = "; ".join(f"nobody serves {queue} ({count} calls wait)" for queue, count in waiting.items())
    return wrong(text, remedy) if any(waiting.values()) else note(text, remedy)


def _is_served(told: dict[str, Any]) -> bool:
    now = datetime.now(UTC)
    return any((now - moment_of(each)).total_seconds() < IDLE for each in told["pollers"] or ())


LOOKS = (("queues", queues),)
