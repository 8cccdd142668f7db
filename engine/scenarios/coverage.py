"""What the cases of a test file have reached of a definition: states, transitions and rows of tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from engine.paths import state_named, step_at
from engine.record import Advanced, Plain
from engine.tables import decided
from engine.tally import APPROVED, EXPIRED, REJECTED
from language.definition import Approval, Definition, Step, Table
from language.walking import every_step


class Coverage(NamedTuple):
    """One kind of part (`states`, `table rows`, `approval outcomes` …): all there are, and what nothing has reached."""

    what: str
    all: tuple[str, ...]
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """Collects what is reached of a definition while its cases run."""

    definition: Definition
    _rows: tuple[tuple[str, Table], ...] = field(init=False)
    _seen: dict[tuple[str, str], None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Give every row of a table a name, and a table of its own."""
        rows = tuple(
            (f"{table.name} row {number} (line {row.place.line})", replace(table, rows=(row,)))
            for table in self.definition.tables.values()
            for number, row in enumerate(table.rows, start=1)
        )
        object.__setattr__(self, "_rows", rows)

    def note(self, before: Plain, outcome: Advanced) -> None:
        """Take note of what an event has reached; `before` are the fields as they were before it."""
        for line in outcome.lines:
            if line.what == "transition":
                self._see("states", line.data["to"])
                self._see("transitions", self._transition(line.data["from"], line.name))
            elif line.what == "approval_decided":
                step = step_at(self.definition, line.data["path"])
                self._see("approval outcomes", _outcome(step, line.data["outcome"]))
        if outcome.record.fields != before:
            for row in self._deciding(outcome.record.fields):
                self._see("table rows", row)

    def coverage(self) -> tuple[Coverage, ...]:
        """Say what has been reached, and what has not, in file order."""
        definition = self.definition
        own = (f"{state.name}.{name}" for state in definition.states.values() for name in state.transitions)
        parts = {
            "states": tuple(definition.states),
            "transitions": (definition.start.name, *own, *definition.transitions),
            "table rows": tuple(name for name, _ in self._rows),
            "approval outcomes": tuple(_outcomes(self.definition)),
        }
        return tuple(
            Coverage(what, names, tuple(name for name in names if (what, name) not in self._seen))
            for what, names in parts.items()
        )

    def _see(self, what: str, name: str) -> None:
        self._seen[what, name] = None

    def _transition(self, state: str, name: str) -> str:
        """Give the name by which a transition is counted: of its state, or of the top (also what `start` is)."""
        own = bool(state) and name in state_named(self.definition, state).transitions
        return f"{state}.{name}" if own else name

    def _deciding(self, fields: Plain) -> Iterator[str]:
        """Give the rows that decide something now: the first of each table that fits."""
        found: dict[str, str] = {}
        for name, row in self._rows:
            if row.name not in found and decided(row, fields) is not None:
                found[row.name] = name
        yield from found.values()


def _outcomes(definition: Definition) -> Iterator[str]:
    """Name what every approval can end in: `expired` only where it is told from `rejected`."""
    for step in every_step(definition):
        if isinstance(step, Approval):
            outcomes = (APPROVED, REJECTED) if step.expired is None else (APPROVED, REJECTED, EXPIRED)
            yield from (_outcome(step, each) for each in outcomes)


def _outcome(step: Step, outcome: str) -> str:
    return f"{step.id or 'approval'} {outcome} (line {step.place.line})"
