"""The sandbox that workflow code runs in: what is deterministic by itself is passed through, so that it loads once."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("engine", "language", "workflows.messages", "jinja2", "markupsafe", "yaml")
"""What workflows use as it is loaded once: without this every record would load it again."""


def workflow_runner() -> SandboxedWorkflowRunner:
    """Give the runner of workers and replays."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
