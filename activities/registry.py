"""The actions there are: what a worker carries out, and what the checker lets a definition `call`."""

from collections.abc import Mapping

from activities.actions import AnyAction
from activities.approvals import RECORD_VOTE
from activities.journals import TIMELINE
from activities.routing import SUGGEST_GROUP
from language.surroundings import ActionShape

ACTIONS: tuple[AnyAction, ...] = (SUGGEST_GROUP, TIMELINE, RECORD_VOTE)


def shapes() -> Mapping[str, ActionShape]:
    """Give what the checker knows of every action, by its name."""
    return {action.name: action.shape for action in ACTIONS}
