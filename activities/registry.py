"""The actions there are: what a worker carries out, and what the checker lets a definition `call`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from activities.actions import Action, AnyAction
from activities.approvals import RECORD_VOTE
from activities.configuration import SET_VERSION
from activities.connectors.acting import action_of
from activities.connectors.reading import read_connectors
from activities.deploying import Before, Deployed, Deploying, Log, Restored
from activities.deployments import Deployments
from activities.health import Gate, Judged, Watched
from activities.journals import TIMELINE
from activities.routing import SUGGEST_GROUP
from language.surroundings import ActionShape

NO_DEPLOYMENTS = Deployments(None, Path())
"""Without an operator's file nothing can be deployed."""


def ours(deployments: Deployments = NO_DEPLOYMENTS) -> tuple[AnyAction, ...]:
    """Give our own actions; those that act on services do what the operator's file allows."""
    deploying, gate = Deploying(deployments), Gate(deployments)
    return (
        SUGGEST_GROUP,
        TIMELINE,
        RECORD_VOTE,
        SET_VERSION,
        Action("deployment.deploy", Deployed, Before, deploying.deploy),
        Action("deployment.restore", Restored, Log, deploying.restore),
        Action("health.gate", Watched, Judged, gate.judge),
    )


ACTIONS = ours()


def with_connectors(file: Path, deployments: Deployments = NO_DEPLOYMENTS) -> tuple[AnyAction, ...]:
    """Give our own actions, and those of the connectors in a file. Raises ConnectorsError."""
    return (*ours(deployments), *(action_of(each) for each in read_connectors(file)))


def shapes(actions: Iterable[AnyAction] = ACTIONS) -> Mapping[str, ActionShape]:
    """Give what the checker knows of every action, by its name."""
    return {action.name: action.shape for action in actions}
