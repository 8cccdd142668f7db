"""The record and everything that is said about it, as plain data that survives JSON: what `advance` takes and gives.

A `Record` is everything there is of one process instance: continue-as-new carries it, the store keeps it, simulation
and explanation need nothing else. Values inside are plain JSON (see `language.values`); times are seconds since the
epoch, UTC. Mappings keep the order in which things happened; nothing here is ever changed in place.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

ENGINE = 3
"""The number of the rules; from 2 on heads seal whole events (`engine.chain`), from 3 on nothing that happens by itself
says what is in an internal field (`engine.fields`), and who has voted keeps their sight (`engine.voting`).

Code that changes any decision branches on `Record.engine` (docs/decisions/0003, rule 5)."""

SEEN_LIMIT = 500
"""How many request keys a record remembers."""

Json = Any
Plain = Mapping[str, Json]

NOTHING: Mapping[str, Any] = {}
"""No values at all (a plain dict, because JSON knows no other; nobody changes what is in a record or an event)."""


class Origin(NamedTuple):
    """From where somebody did something, for the journal alone: nothing is decided by it, and no expression reads it.

    `channel` is the edge (`api`, `portal`, `mail` …), `address` where the request came from, `credential` the id of
    the API token or session it came with, never its secret.
    """

    channel: str = ""
    address: str = ""
    credential: str = ""


class Actor(NamedTuple):
    """Who did it, as the edge authenticated them; roles and groups travel along: a replay sees the same facts."""

    id: str
    label: str = ""
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    origin: Origin = Origin()


class Kind(StrEnum):
    """What can happen to a record."""

    START = "start"
    ACT = "act"  # a person takes the transition `name`
    EDIT = "edit"  # a person writes fields
    COMMENT = "comment"  # data: {"text": …, "internal": bool, "attachments": [{"name", "digest", "size", "type"}]}
    WATCH = "watch"  # the person `name` (empty: who does it) follows the record
    UNWATCH = "unwatch"
    CLAIM = "claim"  # a person takes the task `name` (a token's path)
    RELEASE = "release"
    COMPLETE = "complete"
    VOTE = "vote"  # a person votes on the approval `name`; data: {"choice": "yes" or "no", "comment", "for": a person}
    RETRY = "retry"  # a person retries the fault `name`
    SKIP = "skip"  # a person skips the faulty step, data: values to write
    OCCUR = "occur"  # the outside event `name` reached the record
    RESULT = "result"  # the call at the path `name` ended: {"result": …}, {"error": …} or {"cancelled": True}
    CHILD = "child"  # what came of the record that the step `name` started: {"result": …} or {"error": …}
    LEFT = "left"  # the parent does not wait for this record any more
    WITHDRAW = "withdraw"  # an operator has cancelled the record's workflow
    MOVE = "move"  # the record is moved to another version; data: {"restart": states, "definition": …, "digest": …}
    TICK = "tick"  # the earliest deadline has come


class Event(NamedTuple):
    """Something that happens to a record.

    `id` is the request's key scoped by its sender, or the outside event's id; `body` a digest of what was asked, so
    that the same key with another body is noticed. `facts` are what the organisation said at `facts_at`, by fact key.
    Nobody waits for the answer after `expires`. `revision` is what the sender last saw (None: does not matter).
    A start by another record names it as `parent`, and as `run` the path of the step that waits for the end. `depth`
    says how many records sent on what led to this, without people or time in between. `asked` says how often facts
    were asked for already, each time after those before were known. `same_as` are ids and bodies under which the same
    may have been taken before, where whoever sends it cannot know.
    """

    kind: Kind
    name: str = ""
    actor: Actor | None = None
    data: Plain = NOTHING
    id: str = ""
    body: str = ""
    revision: int | None = None
    now: float = 0.0
    facts: Plain = NOTHING
    facts_at: float = 0.0
    expires: float = 0.0
    parent: str = ""
    run: str = ""
    depth: int = 0
    asked: int = 0
    same_as: Sequence[str] = ()


class Token(NamedTuple):
    """A place in `do` where something is open, or an inner step that has data to keep; its key is its path.

    `kind` is `task`, `approval`, `call`, `wait`, `run` and `start` (of other records), `fault` (stands still), `scope`
    (names for the steps below: `error`), `together` and `for_each` (which of their branches are open), `rollback` (what
    it undoes now), or `block` (one that runs beside states: its key is its root).
    `since` is when, `seq` with which event it began; `due` when it acts by itself.
    """

    kind: str
    since: float
    seq: int
    data: Plain = NOTHING
    due: float | None = None
    known_as: str = ""  # the path under which it began, where it has been moved to another one


class Timer(NamedTuple):
    """A transition that time will make happen. `retry` is set while its guard refuses it, with the reasons.

    `first` is the time from which one that repeats is reckoned; while its guard refuses it, it has the reasons only.
    """

    due: float
    retry: float | None = None
    because: tuple[str, ...] = ()
    first: float | None = None


class Clock(NamedTuple):
    """A service level target's clock.

    `status` is `running`, `paused`, `met` (stopped in time) or `missed` (stopped too late); `late` is true from the
    moment the time was used up. `spent` is calendar time in seconds up to `since`, `wall` the same in wall time;
    `allowed` the calendar time there is. `within` is the duration promised, `calendar` the calendar's name (empty:
    round the clock), and `basis` the values they were fixed with: while those stay, the promise does. `passed` lists
    the thresholds that have acted, `intervals` `(from, until, spent)` the times it ran.
    """

    status: str
    started: float
    since: float
    spent: float
    wall: float
    allowed: float
    within: str
    calendar: str
    basis: Plain
    due: float | None
    late: bool = False
    passed: tuple[str, ...] = ()
    intervals: tuple[tuple[float, float, float], ...] = ()
    alarm: float | None = None  # when the next threshold acts, None while it does not run


class Fault(NamedTuple):
    """Something that stands still until a person retries or skips it; `path` is the step's token."""

    path: str
    code: str
    text: str
    since: float


class Undo(NamedTuple):
    """A step of which the `undo` is to be carried out when its state is rolled back.

    `state` is the one in which it was done, `names` are the local names it saw (`engine.locals`). A call that was asked
    to stop is `ending` until the driver has reported its end; one made `again` may have happened the first time,
    whatever is said of the second.
    """

    state: str
    path: str
    names: Plain
    ending: bool = False
    again: bool = False
    known_as: str = ""  # the path under which its call began, while that is ending and the path is another one now


class Record(NamedTuple):
    """One instance of a process: everything there is of it (see the module's docstring)."""

    id: str
    process: str
    version: int
    digest: str
    engine: int = ENGINE
    state: str = ""
    visit: int = 0
    seq: int = 0
    revision: int = 0
    head: str = ""
    final: bool = False
    created_at: float = 0.0
    created_by: Plain | None = None
    updated_at: float = 0.0
    entered_at: float = 0.0
    fields: Plain = NOTHING
    written: Mapping[str, int] = NOTHING  # field -> seq at which a person last wrote it
    tokens: Mapping[str, Token] = NOTHING
    tasks: Mapping[str, Plain] = NOTHING  # step id -> what was filled in
    approvals: Mapping[str, Plain] = NOTHING  # name -> {"outcome", "visit", "round"} of the last one of that name
    timers: Mapping[str, Timer] = NOTHING
    fired: Mapping[str, float] = NOTHING  # timer -> due time for which it has acted
    targets: Mapping[str, Clock] = NOTHING
    calendars: Mapping[str, Plain] = NOTHING  # name -> snapshot
    faults: Mapping[str, Fault] = NOTHING  # number -> fault that stands
    fault_count: int = 0  # faults ever raised: a number is never used again
    undo: tuple[Undo, ...] = ()  # what can be undone, in the order in which it was done
    watchers: tuple[Plain, ...] = ()  # {"id", "label"} of each
    voters: tuple[str, ...] = ()  # ids of those who have voted, who see it from then on
    parent: str = ""
    run: str = ""  # path of the step of the parent that waits for this record's end
    size: int = 0  # bytes, nearly (`engine.size`)
    large: bool = False  # those who look after it have been told that it is
    seen: Mapping[str, tuple[str, int]] = NOTHING  # request key -> (digest of its body, seq); never hashed


class Command(NamedTuple):
    """An open call that the driver keeps running: `key` is activity id and Idempotency-Key; times in seconds.

    `path` is the one under which it began, and by which its result comes back.
    """

    key: str
    path: str
    action: str
    input: Plain
    timeout: float
    attempts: int


class Line(NamedTuple):
    """A line of the journal: `what` happened, to which `name`, with data; `internal` lines are for agents only."""

    what: str
    name: str = ""
    data: Plain = NOTHING
    internal: bool = False


class Outgoing(NamedTuple):
    """A row of the outbox: an effect without an answer, sent by the relay at least once with `key` as its identity."""

    key: str
    kind: str
    body: Plain


class Who(NamedTuple):
    """A person or a set of people, not yet looked up.

    `kind` is `user`, `group`, `name` (a role, group or person), or the organisation kind whose `attribute` names them
    (`group.lead`).
    """

    kind: str
    id: str
    attribute: str = ""


class Reason(NamedTuple):
    """Why something is refused.

    `kind` is `who` (not you), `input` (what was filled in), `state` (not possible now), or `stale` (read it again).
    `code` is stable, `path` points into the input, `who` names who could.
    """

    kind: str
    code: str
    text: str
    path: str = ""
    who: tuple[str, ...] = ()


class Advanced(NamedTuple):
    """An event was taken: the new record, its journal lines and its outbox rows."""

    record: Record
    event: Event
    lines: tuple[Line, ...]
    outbox: tuple[Outgoing, ...]


class Refused(NamedTuple):
    """An event was refused, with every reason; nothing has happened."""

    reasons: tuple[Reason, ...]


class Needs(NamedTuple):
    """Facts are missing; run again with them. Nothing has happened."""

    keys: tuple[str, ...]


Outcome = Advanced | Refused | Needs
