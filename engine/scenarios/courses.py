"""The course of one record in a case: how it stands, and everything that has happened to it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.record import Line, Record
from engine.scenarios.script import WantedCall
from language.definition import Definition


class Told(NamedTuple):
    """A line of the journal with its time and who did it (empty: the process itself)."""

    at: float
    who: str
    line: Line


@dataclass(slots=True)
class Course:
    """The course of one record: how it stands, and everything that has happened to it.

    `sent` holds `message to person`, `called` every call with its input, `started` every process with what its record
    was given. `looked` says how much of `sent`, `called`, `started` and `journal` a case has looked at.
    """

    definition: Definition
    record: Record
    journal: list[Told] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    called: list[WantedCall] = field(default_factory=list)
    started: list[WantedCall] = field(default_factory=list)
    looked: dict[str, int] = field(default_factory=dict)
    asked: dict[tuple[str, int], None] = field(default_factory=dict)  # calls that have been answered or left open
