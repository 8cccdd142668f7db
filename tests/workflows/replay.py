"""Replays recorded histories in a process of its own: `python -m … DIRECTORY [changed]`; exits 1 where one differs.

It writes what they show, a line each: `step Task` (a step of this kind begins), `at once Set`, `event vote`,
`process incident 2`, `engine 2`, `under the sandbox`. With `changed` a rule of the engine is changed on purpose
(targets no longer follow): the heads must give it away.
"""

import asyncio
import gzip
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import engine.advance
import engine.steps
import engine.targets
from engine.turn import Turn
from language.definition import Step
from workflows.pinned import compiled
from workflows.process import ProcessWorkflow

Begin = Callable[..., Any]

PURE = ("engine", "language", "jinja2", "markupsafe", "yaml")
"""What is deterministic by rules of its own, and loads once; the sandbox watches over all that is in `workflows`."""


def follow_nothing(turn: Turn) -> None:
    """A rule that was changed: targets stand still."""


WATCHED = "under the sandbox"
NOTED: dict[str, None] = {}
"""What was shown since it was cleared last."""


def note_what_happens() -> None:
    """Have the engine note which steps begin and what happens."""
    engine.steps.BEGIN = _of_steps("step", engine.steps.BEGIN)
    engine.steps.AT_ONCE = _of_steps("at once", engine.steps.AT_ONCE)
    engine.steps._go = _noted("step Go", engine.steps._go)
    engine.advance.HAPPENS = {kind: _noted(f"event {kind}", does) for kind, does in engine.advance.HAPPENS.items()}


def _of_steps(word: str, table: Mapping[type[Step], Begin]) -> Mapping[type[Step], Begin]:
    return {kind: _noted(f"{word} {kind.__name__}", does) for kind, does in table.items()}


def _noted(what: str, does: Begin) -> Begin:
    def does_it(*given: Any) -> Any:
        NOTED[what] = None
        NOTED[WATCHED if workflow.unsafe.in_sandbox() else "not under the sandbox"] = None
        return does(*given)

    return does_it


def history_in(file: Path) -> WorkflowHistory:
    """Read a history from a file that is called like its record, perhaps with a number behind."""
    text = gzip.decompress(file.read_bytes()).decode() if file.suffix == ".gz" else file.read_text()
    return WorkflowHistory.from_json(file.name.partition(".")[0], text)


async def replayed(replayer: Replayer, file: Path) -> Exception | None:
    """Replay a history, noting what it shows; give why it differs, if it does."""
    history = history_in(file)
    begun = history.events[0].workflow_execution_started_event_attributes
    given = json.loads(begun.input.payloads[0].data)
    NOTED[f"process {begun.workflow_type.name} {compiled(given['definition'], given['digest']).version}"] = None
    NOTED[f"engine {(given['record'] or given)['engine']}"] = None
    return (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure


async def replay(directory: Path) -> int:
    """Replay every history of a directory; say which differ, and count them."""
    replayer = a_replayer()
    differing = 0
    for file in sorted((*directory.rglob("*.json"), *directory.rglob("*.json.gz"))):
        failure = await replayed(replayer, file)
        if failure is not None:
            differing += 1
            print(f"{file.stem}: {failure}")
    return differing


def a_replayer() -> Replayer:
    """Give what replays one history after the other, each from nothing, however slow the machine is (`debug_mode`).

    Workers do without the SDK's sandbox; here it refuses what is not deterministic in the workflows.
    """
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PURE)
    return Replayer(
        workflows=[ProcessWorkflow], workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions), debug_mode=True
    )


if __name__ == "__main__":
    if "changed" in sys.argv:
        engine.targets.follow = follow_nothing
    note_what_happens()
    failed = asyncio.run(replay(Path(sys.argv[1])))
    print("\n".join(sorted(NOTED)))
    sys.stdout.flush()
    os._exit(1 if failed else 0)
