"""One event being processed: the working copy of the record, and what the event has brought about so far.

A `Turn` is the only mutable thing of the engine and lives for one event. The concerns (transitions, flow, fields,
targets, timers, tasks …) are modules of functions that take it; nothing of it is seen outside before it is accepted.
"""

import json
from collections.abc import Mapping

from engine.errors import Circles, Missing, TooManyFacts
from engine.paths import state_named
from engine.record import SEEN_LIMIT, Advanced, Event, Json, Line, Outgoing, Plain, Record, Token
from language.calendars import Calendar
from language.definition import Definition

MOST_TRANSITIONS = 20
MOST_ROUNDS = 20
"""How often an event may ask for facts."""
MOST_STEPS = 5_000

Mark = tuple[dict[str, Json], dict[str, int], dict[str, None], int]


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def fact_key(name: str, *arguments: Json) -> str:
    """Write a fact (a function and its argument values) as the text by which it is asked for and answered."""
    return _encode([name, *arguments])


def open_tasks(tokens: Mapping[str, Token]) -> int:
    """Count the tasks that are open."""
    return sum(token.kind == "task" for token in tokens.values())


class Gathering:
    """Collects the facts that are missing inside a `with`, so that they are asked for together."""

    __slots__ = ("missing",)

    def __init__(self) -> None:
        """Begin with nothing missing."""
        self.missing: dict[str, None] = {}

    def __enter__(self) -> None:
        """Begin a part that can be left for want of a fact."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        """Take note of what is missing, and go on behind the part."""
        if isinstance(error, Missing):
            self.missing.update(dict.fromkeys(error.keys))
            return True
        return False


class Turn:
    """The working copy of a record while one event is processed. Attributes are those of `Record`, copied."""

    def __init__(self, definition: Definition, record: Record, event: Event) -> None:
        """Copy what may change; the record itself is never touched."""
        self.definition = definition
        self.before = record
        self.event = event
        self.now = event.now
        self.seq = record.seq + 1
        self.state = record.state
        self.visit = record.visit
        self.entered_at = record.entered_at
        self.fields = dict(record.fields)
        self.written = dict(record.written)
        self.tokens = dict(record.tokens)
        self.tasks = dict(record.tasks)
        self.approvals = dict(record.approvals)
        self.timers = dict(record.timers)
        self.fired = dict(record.fired)
        self.targets = dict(record.targets)
        self.calendars = dict(record.calendars)
        self.faults = dict(record.faults)
        self.fault_count = record.fault_count
        self.to_undo = record.undo
        self.watchers = record.watchers
        self.voters = record.voters
        self.size, self.large = record.size, record.large
        self.changed: dict[str, None] = {}
        self.lines: list[Line] = []
        self.outbox: list[Outgoing] = []
        self.ready: list[str] = []  # paths of steps to run next
        self.raised: list[tuple[str, Plain]] = []  # events inside the record that wait for their turn, with their data
        self.came_in: Plain = event.data  # what expressions call `event`
        self.read: dict[str, Calendar] = {}  # calendars used so far
        self.until: list[float] = []  # when the facts asked for end, where that is known
        self._gathering = Gathering()
        self.depth = event.depth  # how many records have sent on what led to this
        self.transitions = 0  # taken so far
        self._steps = 0

    def fact(self, name: str, *arguments: Json) -> Plain:
        """Give a fact, `{"value": …, "reason": …, "until": …}`; raise `Missing` where it is not at hand.

        Raises TooManyFacts where it has been asked for others too often.
        """
        key = fact_key(name, *arguments)
        if key not in self.event.facts:
            if self.event.asked >= MOST_ROUNDS:
                raise TooManyFacts(MOST_ROUNDS)
            raise Missing(key)
        fact: Plain = self.event.facts[key]
        if fact.get("until") is not None:
            self.until.append(fact["until"])
        return fact

    def gathering(self) -> Gathering:
        """Collect the facts that are missing inside, so that they are asked for together by `settle_missing`."""
        return self._gathering

    def settle_missing(self) -> None:
        """Raise `Missing` for everything gathered so far."""
        if self._gathering.missing:
            raise Missing(*self._gathering.missing)

    def log(
        self, what: str, name: str = "", facts: Plain | None = None, /, *, internal: bool = False, **data: Json
    ) -> None:
        """Add a line to the journal; its data are given by name, or as a mapping where they are no Python names."""
        self.lines.append(Line(what, name, {**(facts or {}), **data}, internal))

    def send(self, key: str, kind: str, body: Mapping[str, Json]) -> None:
        """Put a row into the outbox; `key` is the path of the step that sends, or says what else it stands for."""
        self.outbox.append(Outgoing(f"{self.before.id}/{key}", kind, body))

    def mark(self) -> Mark:
        """Remember what is written so far, for `undo`."""
        return dict(self.fields), dict(self.written), dict(self.changed), len(self.lines)

    def undo(self, mark: Mark) -> None:
        """Take back everything written since the mark."""
        self.fields, self.written, self.changed, lines = mark
        del self.lines[lines:]

    def count_transition(self) -> None:
        """Count a transition; raise `Circles` above 20 in one event."""
        self.transitions += 1
        if self.transitions > MOST_TRANSITIONS:
            raise Circles(f"more than {MOST_TRANSITIONS} transitions in one event, the last into {self.state}")

    def count_step(self) -> None:
        """Count an instant step; raise `Circles` above 5,000 in one event."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Circles(f"more than {MOST_STEPS} steps in one event, in {self.state}")

    @property
    def final(self) -> bool:
        """Say whether the state reached is a final one."""
        return bool(self.state) and state_named(self.definition, self.state).final

    def done(self) -> Advanced:
        """Give the new record with everything the event brought about."""
        before, event = self.before, self.event
        moved = bool(self.changed) or self.state != before.state or self.visit != before.visit
        seen = before.seen
        if event.id:
            seen = dict([*seen.items(), (event.id, (event.body, self.seq))][-SEEN_LIMIT:])
        creator = before.created_by
        if not before.seq and event.actor:
            creator = {"id": event.actor.id, "label": event.actor.label}
        record = before._replace(
            state=self.state,
            visit=self.visit,
            seq=self.seq,
            revision=before.revision + moved,
            final=self.final,
            created_at=before.created_at if before.seq else self.now,
            created_by=creator,
            updated_at=self.now if moved else before.updated_at,
            entered_at=self.entered_at,
            fields=self.fields,
            written=self.written,
            tokens=self.tokens,
            tasks=self.tasks,
            approvals=self.approvals,
            timers=self.timers,
            fired=self.fired,
            targets=self.targets,
            calendars=self.calendars,
            faults=self.faults,
            fault_count=self.fault_count,
            undo=self.to_undo,
            watchers=self.watchers,
            voters=self.voters,
            size=self.size,
            large=self.large,
            parent=before.parent or event.parent,
            run=before.run or event.run,
            seen=seen,
        )
        return Advanced(record, event, tuple(self.lines), tuple(self.outbox))
