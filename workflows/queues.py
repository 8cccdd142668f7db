"""The task queues there are, one for each class of action: who serves which decides where an action is carried out.

A record's call waits in the queue of its action until a worker that serves it has time. A replay does not compare
queues, so that an action may change its class: what waits already stays where it is.
"""

from collections.abc import Mapping
from enum import StrEnum


class Queue(StrEnum):
    """A class of work: records themselves and actions on the store, calls of other systems, what deploys."""

    RECORDS = "records"
    CALLS = "calls"
    DEPLOYMENTS = "deployments"

    @property
    def task_queue(self) -> str:
        """Its name at Temporal."""
        return f"steward-{self}"


CLASSES: Mapping[str, Queue] = {
    "routing.suggest_group": Queue.RECORDS,
    "journals.timeline": Queue.RECORDS,
    "approvals.record": Queue.RECORDS,
    "cmdb.set_version": Queue.RECORDS,
    "deployment.deploy": Queue.DEPLOYMENTS,
    "deployment.restore": Queue.DEPLOYMENTS,
    "health.gate": Queue.DEPLOYMENTS,
}
"""The class of each action of our own; those of connectors call other systems."""


def queue_of(action: str) -> Queue:
    """Give the class of an action."""
    return CLASSES.get(action, Queue.CALLS)
