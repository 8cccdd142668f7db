"""The actions that definitions may `call` here: our own, and those of the connectors that the settings name."""

from activities.actions import AnyAction
from activities.connectors.reading import ConnectorsError
from activities.deployments import Deployments
from activities.registry import NO_DEPLOYMENTS, with_connectors
from cli.errors import UsageError
from settings import Settings


def actions(chosen: Settings, deployments: Deployments = NO_DEPLOYMENTS) -> tuple[AnyAction, ...]:
    """Give all actions; those that deploy do what is allowed.

    Raises UsageError with everything that is wrong in the file of connectors.
    """
    try:
        return with_connectors(chosen.connectors, deployments)
    except ConnectorsError as wrong:
        raise UsageError("the connectors cannot be used (STEWARD_CONNECTORS)", wrong.lines) from wrong
