"""The operator's file of deployments, at the place that the settings name."""

from activities.deployments import Deployments, DeploymentsError
from cli.errors import UsageError
from settings import Settings

LOCKS = "locks"
"""The folder in the data directory that keeps deployments of one target apart."""


def deployments(chosen: Settings) -> Deployments:
    """Give the file, which is read once so that a wrong one is told at the start. Raises UsageError."""
    found = Deployments(chosen.deployments, chosen.data / LOCKS)
    try:
        found.read()
    except DeploymentsError as wrong:
        raise UsageError(f"the file of deployments cannot be used (STEWARD_DEPLOYMENTS): {wrong}") from wrong
    return found
