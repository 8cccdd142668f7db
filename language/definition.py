"""What a definition says, as frozen data: the meeting point of all that reads YAML and all that acts on it.

`language.reading` makes a `Definition` of the text a process owner wrote, `language.checker` looks for mistakes in it,
`engine` carries it out. Every part keeps its `Place`, so that a finding or a fault can say where it was written.

A value is written in one of three ways (`Written`): a literal, `=expression`, or `"Text with {{ expression }}"`.
People are written as `Who`: a name (role, group, person or people field, also dotted: `group.lead`) or an expression.
Step kinds are classes, one a kind; a sequence of them is a tuple, its place in the tree a path of `engine.paths`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from language.durations import Duration
from language.expressions import Expression, Text
from language.values import Shape
from language.votes import ONE, Votes

ANYONE = "anyone"

WITHDRAWN = "withdrawn"
"""The final state every process has: of a record that nobody waits for any more (see `engine.children`)."""


class Place(NamedTuple):
    """Line and column (both from 1) at which a part of the definition begins."""

    line: int
    column: int


class Literal(NamedTuple):
    """A value written as it is: text as written, `true`/`false`, a number, `None`, or a list or mapping of those.

    The type of the field it goes to decides what it means.
    """

    value: Any


Written = Literal | Expression | Text
Who = str | Expression
Steps = tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record: what it may hold, who may write it, and what must be true of it.

    A sensitive field has a shape that is `sealed`; of those who see the record, its `readers` may read it (none named:
    those who see it in full).
    """

    name: str
    shape: Shape
    place: Place
    title: str = ""
    help: str = ""
    required: bool = False
    default: Written | None = None
    value: Expression | None = None
    valid: Expression | None = None
    when: Expression | None = None
    locked: Expression | None = None
    write: tuple[Who, ...] | None = None
    internal: bool = False
    readers: tuple[str, ...] = ()
    index: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table: cells in the order of `given` then `gives`.

    A cell of a field is a plain value of its shape, as a record has it; the text `any` on the given side fits all.
    """

    cells: tuple[Any, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table (DMN, hit policy *first*): the first row whose given cells fit decides what it gives."""

    name: str
    given: tuple[str, ...]
    gives: tuple[str, ...]
    rows: tuple[Row, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Threshold:
    """What happens when a share of the time has passed: `percent` 75 means three quarters."""

    percent: Decimal
    steps: Steps
    place: Place

    @property
    def name(self) -> str:
        """As it is written: `75%`."""
        return f"{self.percent}%"


@dataclass(frozen=True, slots=True)
class Target:
    """A service level target: a clock that runs in some states, holds in others and can be missed.

    `within` maps the options of the field `per` to durations; without `per` its only key is `""`.
    """

    name: str
    runs_in: tuple[str, ...]
    within: Mapping[str, Duration]
    place: Place
    kind: str = "sla"
    pauses_in: tuple[str, ...] = ()
    per: str | None = None
    calendar: Written | None = None
    agreement: Expression | None = None
    at: tuple[Threshold, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a transition leads, and when: of several, the first whose `when` holds (or has none) is taken."""

    state: str
    when: Expression | None
    place: Place


class Schedule(NamedTuple):
    """When a process starts records by itself: `at` first, then `every` so often (None: only once).

    `at` is a time as it was written; without an offset it is one of the process's calendar (`language.schedules`).
    """

    at: str
    every: Duration | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from one state to another, or, without `to`, something that may happen within a state.

    What makes it happen: `by` people, an `event`, a time (`after` entering the state, or `at`), `auto`, or a `go` step.
    `every` repeats the time; without one of them it counts from entering the state. A `start` has a `schedule` instead.
    """

    name: str
    place: Place
    to: tuple[Destination, ...] = ()
    from_: tuple[str, ...] = ()
    by: tuple[Who, ...] = ()
    event: str | None = None
    after: Duration | None = None
    at: Expression | None = None
    every: Duration | None = None
    schedule: Schedule | None = None
    auto: bool = False
    when: Expression | None = None
    blocked: str | Text | None = None
    needs: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    then: Steps = ()
    title: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """Every name that may be filled in when it is taken."""
        return (*self.needs, *self.ask)

    @property
    def is_timed(self) -> bool:
        """Whether time makes it happen."""
        return self.after is not None or self.at is not None or self.every is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every step kind has: its place, and `id`, `when`, `on_error`, `undo` where they were written.

    `keyword` of each kind is the key by which it is recognised in YAML.
    """

    place: Place
    id: str = ""
    when: Expression | None = None
    on_error: Steps | None = None
    undo: Steps | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Step):
    """Work for people (BPMN user task): given out to `for_`, done by filling in `form`."""

    title: str | Text
    for_: tuple[Who, ...]
    form: tuple["FormField", ...] = ()
    due: Duration | Expression | None = None
    at: tuple[Threshold, ...] = ()
    escalate_to: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Step):
    """A decision of people (ITIL change authority): those in `by` vote, and what follows is done by the outcome.

    `expired` None: not decided in time means rejected. `not_` names who has no seat, whatever `by` says.
    """

    title: str | Text
    by: tuple[Who, ...]
    rejected: Steps
    votes: Votes | Expression = ONE
    veto: tuple[Who, ...] = ()
    not_: tuple[Who, ...] = ()
    due: Duration | Expression | None = None
    at: tuple[Threshold, ...] = ()
    escalate_to: tuple[Who, ...] = ()
    void_if: tuple[str, ...] = ()
    approved: Steps = ()
    expired: Steps | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """A line of a task's form: a field of the record (`own` is None) or a field of the task itself."""

    name: str
    own: Field | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Step):
    """An action on the outside world (BPMN service task); `save` writes fields from `result` when it returns."""

    action: str
    with_: Mapping[str, Written] = field(default_factory=dict)
    save: Mapping[str, Written] = field(default_factory=dict)
    timeout: Duration | None = None
    retry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify(Step):
    """A message to people: the name of one in `definitions/messages/`, or a text of its own."""

    to: tuple[Who, ...]
    message: str | None = None
    text: str | Text | None = None
    with_: Mapping[str, Written] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Step):
    """Write fields."""

    fields: Mapping[str, Written]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    """Wait for a duration, until a time, or for an event (`at_most` a duration); `save` writes from `event`."""

    for_: Duration | None = None
    until: Expression | None = None
    event: str | None = None
    at_most: Duration | None = None
    save: Mapping[str, Written] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of a `choose`; the last has no `when`."""

    when: Expression | None
    do: Steps
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Step):
    """Exactly one branch is taken (BPMN exclusive gateway): the first whose `when` holds, else the last."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Step):
    """A loop: the body runs, then `until` is asked; `at_most` so many turns (None: every turn waits for people)."""

    do: Steps
    until: Expression | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Step):
    """Steps that share a `when`, an `on_error` or an `undo`."""

    do: Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(Step):
    """Branches done at the same time (BPMN parallel gateway); it is through when all of them are."""

    branches: Mapping[str, Steps]


class Mode(StrEnum):
    """How the entries of a `for_each` follow each other."""

    ONE_BY_ONE = "one_by_one"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEach(Step):
    """The same steps for every entry of a list (BPMN multi-instance), which is read below as `name`."""

    name: str
    items: Expression
    do: Steps
    mode: Mode = Mode.ONE_BY_ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class UseBlock(Step):
    """Do what stands in the block of this name."""

    block: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback(Step):
    """Undo what was done in a state (BPMN compensation), the last first."""

    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Go(Step):
    """Leave the state, by the named transition of it or simply to the named state; nothing in `do` comes after it."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail(Step):
    """End in an error with this text, for the nearest `on_error`."""

    text: str | Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Step):
    """Start a record of another process and wait for its end (BPMN call activity); `save` reads `result`."""

    process: str
    with_: Mapping[str, Written] = field(default_factory=dict)
    save: Mapping[str, Written] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Step):
    """Start a record of a process, which goes on by itself; `save` reads `result`.

    `once`: an open record with the same value in the field by which the process correlates is taken instead.
    """

    process: str
    with_: Mapping[str, Written] = field(default_factory=dict)
    save: Mapping[str, Written] = field(default_factory=dict)
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Step):
    """Let an event reach other records (BPMN signal throw): the one, or each of the list, that `to` gives."""

    event: str
    to: Expression
    with_: Mapping[str, Written] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """Steps with a name: used by `block` steps, or, with `runs_in`, done beside those states."""

    name: str
    do: Steps
    place: Place
    runs_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A state: what happens on entering it, what is done while in it, and the ways out."""

    name: str
    place: Place
    entry: Steps = ()
    do: Steps = ()
    on_error: Steps | None = None
    when: Expression | None = None
    blocked: str | Text | None = None
    transitions: Mapping[str, Transition] = field(default_factory=dict)
    final: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Migration:
    """What becomes of running records that are moved here from an earlier version (`engine.moving`).

    `states` and `fields` map names of that version to those of this one.
    """

    from_: int
    place: Place
    states: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Definition:
    """A process, whole: what `definitions/NAME.yaml` says. `digest` is the SHA-256 of `source`, its UTF-8 text."""

    process: str
    version: int
    title: str
    number: str
    owner: Who
    source: str
    digest: str
    start: Transition
    states: Mapping[str, State]
    fields: Mapping[str, Field]
    calendar: Written | None = None
    read: tuple[str, ...] | None = None
    write: tuple[Who, ...] = ()
    correlate: str | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    blocks: Mapping[str, Block] = field(default_factory=dict)
    transitions: Mapping[str, Transition] = field(default_factory=dict)
    migrate: Migration | None = None
