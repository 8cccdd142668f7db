"""The actions there are: what a worker carries out, and what the checker lets a definition `call`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from activities.actions import AnyAction
from activities.approvals import RECORD_VOTE
from activities.connectors.acting import action_of
from activities.connectors.reading import read_connectors
from activities.journals import TIMELINE
from activities.routing import SUGGEST_GROUP
from language.surroundings import ActionShape

ACTIONS: tuple[AnyAction, ...] = (SUGGEST_GROUP, TIMELINE, RECORD_VOTE)


def with_connectors(file: Path) -> tuple[AnyAction, ...]:
    """Give our own actions, and those of the connectors in a file. Raises ConnectorsError."""
    return (*ACTIONS, *(action_of(each) for each in read_connectors(file)))


def shapes(actions: Iterable[AnyAction] = ACTIONS) -> Mapping[str, ActionShape]:
    """Give what the checker knows of every action, by its name."""
    return {action.name: action.shape for action in actions}
