"""How workflows are run: one thing after the other, as loaded once; the SDK's sandbox looks on where they are replayed.

The sandbox would load this room again for every record, and stand between each task and its workflow: an eighth of what
a worker does. It refuses what is not deterministic, which lint rules and the replays of the tests (under the sandbox,
with nothing passed through that is ours) refuse before: docs/decisions/0050-workflows-run-outside-the-sandbox.md.
"""

import threading  # noqa: TID251 - around workflows, not in them
from typing import Any

from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails
from temporalio.workflow import Info

NOWHERE = StorageDriverStoreContext(target=None)
"""For what a value would be stored elsewhere."""


class InTurn(WorkflowInstance):
    """A workflow that does one thing after the other and is never interrupted.

    The SDK takes a task of over two seconds for a deadlock: it fails the task, to be tried again. It also raises an
    error in the thread that is at work, wherever that is (a half-loaded module, a garbage collector's callback that
    swallows it), and without waiting for that thread it takes the workflow apart in another. On a machine that stood
    still for a moment, the record was out of reach until the worker ended. What the engine does is bounded, so the
    thread is left to end by itself (`get_thread_id` names none), and only then is the workflow taken apart.
    """

    def __init__(self, instance: WorkflowInstance) -> None:
        self._instance = instance
        self._turn = threading.Lock()

    def activate(self, act: Any) -> Any:  # noqa: ANN401 - the SDK's messages
        """Do what has come, when what came before is done."""
        with self._turn:
            return self._instance.activate(act)

    def get_info(self) -> Info:
        """Say which workflow this is."""
        return self._instance.get_info()

    def get_serialization_context(self, command_info: Any) -> None:  # noqa: ANN401
        """Say nothing of what a value is converted for: no converter here asks, and it is asked for each value."""

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:  # noqa: ARG002, ANN401
        """Say nothing of what a value is stored elsewhere for: none is."""
        return NOWHERE


class RunnerInTurn(UnsandboxedWorkflowRunner):
    """The SDK's own runner, whose workflows do one thing after the other."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Make a workflow."""
        return InTurn(super().create_instance(det))
