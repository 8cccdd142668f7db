"""What a test file says, as frozen data: its cases, their steps, and what they expect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.journal import shown
from engine.record import Json, Kind, Plain
from language.definition import Place
from language.durations import Duration
from language.organisation import Organisation


class Answers(NamedTuple):
    """What an action, or a record that is started, comes to: one for all times, or `in_turn` each of them once.

    Of an action it is `{"result": …}` or `{"error": …}`, of a record `{"state": …, "fields": …}` or `{"error": …}`.
    """

    each: tuple[Plain, ...]
    in_turn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every step has: its place, and the name that the case gives the record it is about."""

    place: Place
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Step):
    """Start a record of a process; `person` None: an outside event or the schedule does.

    `refused`: must be, with this in a reason.
    """

    process: str
    person: str | None
    given: Plain
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happen(Step):
    """Something happens to a record: `kind` says what, `name` which transition, task or event; `given` is filled in."""

    kind: Kind
    name: str = ""
    person: str | None = None
    given: Plain = field(default_factory=dict)
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass(Step):
    """Time passes: for a duration on the record's calendar, or until a time on its clocks."""

    duration: Duration | None
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Step):
    """From now on the organisation answers these facts so: function → answer."""

    facts: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent(Step):
    """From a time until another (as they are written) a person is away, and a delegate (None: nobody) stands in."""

    who: str
    since: str
    until: str
    delegate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorganise(Step):
    """From now on the organisation has these rows, too, or in place of those with the same id."""

    rows: Organisation


class WantedOpen(NamedTuple):
    """A task or approval that is to be open, by its id or title; None: does not matter. `due` is a time as written.

    `votes` maps those who have voted on an approval to `yes` or `no`; what is not of this `kind` is passed over.
    """

    name: str
    kind: str | None = None
    seats: tuple[str, ...] | None = None
    claimed_by: str | None = None
    due: str | None = None
    votes: Mapping[str, str] | None = None
    round: int | None = None


class WantedTarget(NamedTuple):
    """How a target is to stand: the word for it, when it is due, the calendar time spent and left."""

    word: str | None = None
    due: str | None = None
    spent: Duration | None = None
    left: Duration | None = None


class WantedCall(NamedTuple):
    """An action that is to have been called, or a process to have been started, with at least these values."""

    action: str
    given: Plain

    def __str__(self) -> str:
        """Write it as a person reads it: `routing.suggest_group (service: mail)`."""
        return f"{self.action} ({shown(self.given)})" if self.given else self.action


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect(Step):
    """What is to be seen of a record; None: does not matter.

    `fields`, `targets` and `actions` (person → transition → `yes`, `if`, `no` or part of a reason) name what is looked
    at; `open` (tasks and approvals) and `faults` are all there are. `sent` (`message to person`), `called`, `started`
    and `journal` (part of a line) are at least what has happened since the last look at them; an empty one says that
    nothing has.
    """

    state: str | None = None
    fields: Plain = field(default_factory=dict)
    open: tuple[WantedOpen, ...] | None = None
    targets: Mapping[str, WantedTarget] = field(default_factory=dict)
    sent: tuple[str, ...] | None = None
    faults: tuple[str, ...] | None = None
    called: tuple[WantedCall, ...] | None = None
    started: tuple[WantedCall, ...] | None = None
    actions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    journal: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One test: when it begins (a time on the process's clocks), what actions and facts answer, and its steps.

    `answers` are those of actions and, by the name of their process, of records that are started. `rules` are the
    numbers of those, in the page of the process, that it proves.
    """

    name: str
    place: Place
    at: str
    steps: tuple[Step, ...]
    answers: Mapping[str, Answers]
    facts: Mapping[str, Json]
    rules: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A whole test file: the process it is about, its organisation with what the test adds, and its cases."""

    process: str
    organisation: Organisation
    cases: tuple[Case, ...]
