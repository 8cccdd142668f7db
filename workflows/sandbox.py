"""The sandbox that workflow code runs in: what is deterministic by itself is passed through, so that it loads once."""

import threading  # noqa: TID251 - around workflows, not in them
from typing import Any

from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info, SandboxImportNotificationPolicy

PASSED_THROUGH = (
    "engine",
    "language",
    "workflows.calling",
    "workflows.card",
    "workflows.causes",
    "workflows.messages",
    "workflows.pinned",
    "workflows.reaching",
    "jinja2",
    "markupsafe",
    "yaml",
)
"""What workflows use as it is loaded once: without this every record would load it again."""


NOTIFIED = (
    SandboxImportNotificationPolicy.WARN_ON_DYNAMIC_IMPORT
    | SandboxImportNotificationPolicy.WARN_ON_UNINTENTIONAL_PASSTHROUGH
)
"""What is loaded for every record all the same is warned of; tests make errors of warnings."""


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
        """Say nothing of what a value is converted for: no converter here asks, and the sandbox takes long to say."""

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:  # noqa: ARG002, ANN401
        """Say nothing of what a value is stored elsewhere for: none is."""
        return NOWHERE


class RunnerInTurn(SandboxedWorkflowRunner):
    """The SDK's sandbox, whose workflows do one thing after the other."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Make a workflow."""
        return InTurn(super().create_instance(det))


def workflow_runner() -> RunnerInTurn:
    """Give the runner of workers and replays."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return RunnerInTurn(restrictions=restrictions.with_import_notification_policy(NOTIFIED))
