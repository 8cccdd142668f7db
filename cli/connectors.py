"""The actions that definitions may `call` here: our own, and those of the connectors that the settings name."""

from activities.actions import AnyAction
from activities.connectors.reading import ConnectorsError
from activities.registry import with_connectors
from cli.errors import UsageError
from settings import Settings


def actions(chosen: Settings) -> tuple[AnyAction, ...]:
    """Give all actions; raise UsageError with everything that is wrong in the file of connectors."""
    try:
        return with_connectors(chosen.connectors)
    except ConnectorsError as wrong:
        raise UsageError("the connectors cannot be used (STEWARD_CONNECTORS)", wrong.lines) from wrong
