"""The sandbox that workflow code runs in: what is deterministic by itself is passed through, so that it loads once."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy

PASSED_THROUGH = (
    "engine",
    "language",
    "workflows.calling",
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


def workflow_runner() -> SandboxedWorkflowRunner:
    """Give the runner of workers and replays."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions.with_import_notification_policy(NOTIFIED))
