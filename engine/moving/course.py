"""What becomes of all that is open in a record: the decision, before anything is done (`engine.moving.flows`)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from engine.record import Reason


class Change(NamedTuple):
    """A line for the journal: a flow goes on at another `step`, begins again or stays through.

    `flow` names it; `again` are the actions that are asked for a second time by that.
    """

    what: str
    flow: str
    step: str = ""
    again: tuple[str, ...] = ()


class Course(NamedTuple):
    """What becomes of the tokens: new paths by old ones, what is withdrawn (old paths), what begins (new paths).

    `through` are sequences (new paths) of which nothing is left to do, `undo` leads the steps that can be undone to
    their new paths. With `reasons` the record stays as it is.
    """

    places: Mapping[str, str]
    withdrawn: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    reasons: tuple[Reason, ...] = ()
    undo: Mapping[str, str] = {}

    @property
    def is_elsewhere(self) -> bool:
        """Say whether anything is no longer where it was, so that a path may come to stand for something else."""
        led = (*self.places.items(), *self.undo.items())
        return bool(self.withdrawn or self.begun or self.through) or any(old != new for old, new in led)


def together(courses: Iterable[Course]) -> Course:
    """Give one course of those of several flows."""
    every = tuple(courses)
    return Course(
        places={path: new for each in every for path, new in each.places.items()},
        withdrawn=tuple(path for each in every for path in each.withdrawn),
        begun=tuple(path for each in every for path in each.begun),
        through=tuple(path for each in every for path in each.through),
        changes=tuple(change for each in every for change in each.changes),
        reasons=tuple(reason for each in every for reason in each.reasons),
        undo={path: new for each in every for path, new in each.undo.items()},
    )
