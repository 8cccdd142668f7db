"""What travels between client, workflow and activities: one model a message, so that fields can be added.

Everything in them is plain JSON; `event_json` and `event_from` lead from and to the engine's events.
"""

from dataclasses import dataclass, field
from typing import Any, TypedDict

from engine.actors import actor_from, actor_json
from engine.record import Event, Kind, Reason
from workflows.queues import Queue

PROJECT = "project"
FACTS = "facts"
START_SCHEDULED = "start_scheduled"
HEAD = "head"
SNAPSHOT = "snapshot"
ASK = "ask"
COMMAND = "command"
OCCUR = "occur"
TASK_QUEUE = Queue.RECORDS.task_queue

BUSY = "Busy"
LATE = "Late"
ANSWERED = "Answered"
TOLD = "Told"
NEEDS = "Needs"
REFUSED = "Refused"
NOT_HAPPENED = "nothing has happened"
"""A detail of the error of a call that was refused at its first try, so that there is nothing to undo."""

FOR_GOOD = ("DataError", "NotPublishedError")
"""Types of failure of a projection that repeating does not mend, unless somebody mends the store."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a workflow continues as new: history events, signals, updates. Tests make them small."""

    events: int = 400
    signals: int = 2_000
    updates: int = 1_000


@dataclass(frozen=True, slots=True)
class RecordInput:
    """The input of a record's workflow: the definition itself, the start, and, continued as new, the record so far.

    `engine` is the number of the rules under which it began.
    """

    definition: str
    digest: str
    start: dict[str, Any]
    record: dict[str, Any] | None = None
    limits: Limits = field(default_factory=Limits)
    engine: int = 1


class ProjectionInput(TypedDict):
    """One event of a record for the store: see `store.projections.Projection`, whose fields these are.

    It travels with every event. The SDK writes this without copying it, and reads it without a look at every part: a
    dataclass with types of its own took six times as long.
    """

    record: Any
    event: Any
    lines: Any
    outbox: Any
    fence: float
    previous_head: str
    index: Any


@dataclass(frozen=True, slots=True)
class FactsInput:
    """Facts to be answered, by their keys, as of `now` (seconds)."""

    keys: list[str]
    now: float


@dataclass(frozen=True, slots=True)
class CallInput:
    """A call of an action: `key` is the Idempotency-Key; `input` as the definition's `with` gave it."""

    key: str
    record: str
    process: str
    input: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScheduledInput:
    """A record that the schedule of a process starts; `due` is the time it is for, in seconds."""

    process: str
    due: float


@dataclass(frozen=True, slots=True)
class Head:
    """Where a record's workflow stands: what the relay and the reconciler compare the store with."""

    seq: int
    head: str


def event_json(event: Event) -> dict[str, Any]:
    """Give an event as plain JSON."""
    actor = event.actor
    return {**event._asdict(), "kind": str(event.kind), "actor": None if actor is None else actor_json(actor)}


def event_from(stored: dict[str, Any]) -> Event:
    """Read what `event_json` gave."""
    actor = stored.get("actor")
    known = {key: value for key, value in stored.items() if key in Event._fields}
    return Event(**{**known, "kind": Kind(stored["kind"]), "actor": None if actor is None else actor_from(actor)})


def reason_json(reason: Reason) -> dict[str, Any]:
    """Give a reason as plain JSON."""
    return {**reason._asdict(), "who": list(reason.who)}


def reason_from(stored: dict[str, Any]) -> Reason:
    """Read what `reason_json` gave."""
    return Reason(**{**stored, "who": tuple(stored["who"])})
