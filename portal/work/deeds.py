"""What can be done to a piece of work, alone or many at once: each in words, and as an event of its record."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from engine.record import Event, Kind


class Deed(NamedTuple):
    """Something to do to one kind of work; `said` says that it was done, `event` makes it of a name and a comment."""

    name: str
    title: str
    kind: str
    said: str
    event: Callable[[str, str], Event]


def _vote(choice: str) -> Callable[[str, str], Event]:
    return lambda name, comment: Event(
        Kind.VOTE, name, data={"choice": choice, "comment": comment or None, "for": None}
    )


DEEDS: Mapping[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed("yes", "Approve", "approval", "Approved", _vote("yes")),
        Deed("no", "Reject", "approval", "Rejected", _vote("no")),
        Deed("claim", "Take", "task", "Taken", lambda name, _: Event(Kind.CLAIM, name)),
        Deed("give_back", "Give back", "task", "Given back", lambda name, _: Event(Kind.RELEASE, name)),
        Deed("complete", "Complete", "task", "Completed", lambda name, _: Event(Kind.COMPLETE, name)),
    )
}


def split(work: str) -> tuple[str, str]:
    """Split the id of a piece of work: its record's, and its name there."""
    record, _dot, name = work.partition(".")
    return record, name
