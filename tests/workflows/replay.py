"""Replays recorded histories in a process of its own: `python -m … DIRECTORY [changed]`; exits 1 where one differs.

With `changed` a rule of the engine is changed on purpose (targets no longer follow): the heads must give it away.
"""

import asyncio
import os
import sys
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

import engine.targets
from engine.turn import Turn
from workflows.process import ProcessWorkflow
from workflows.sandbox import workflow_runner


def follow_nothing(turn: Turn) -> None:
    """A rule that was changed: targets stand still."""


async def replay(directory: Path) -> int:
    """Replay every history of a directory; say which differ."""
    replayer = Replayer(workflows=[ProcessWorkflow], workflow_runner=workflow_runner())
    differing = 0
    for file in sorted(directory.rglob("*.json")):
        history = WorkflowHistory.from_json(file.stem, file.read_text())
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            differing += 1
            print(f"{file.stem}: {result.replay_failure}")
    return differing


if __name__ == "__main__":
    if "changed" in sys.argv:
        engine.targets.follow = follow_nothing
    failed = asyncio.run(replay(Path(sys.argv[1])))
    sys.stdout.flush()
    os._exit(1 if failed else 0)
