"""Where a step stands, as a text that is stable across restarts: `3/assigned/do/0/turn-2/1`.

A path begins with the visit, the state (`-` before the first one) and a root: `do`, `on_error`, `entry`,
`then-NAME-SEQ.N` (what a transition does; the Nth of the event) or `target-NAME-PERCENT`. What a block does beside
states begins with the visit in which it began, which stays, `-`, and `block-NAME`. Then a path alternates index and
container: `do` (group), `block`, `branch-N`, `turn-N`, `item-N`, `on_error`, `at-PERCENT.SEQ` (it may pass again in
a later round), `undo`, `approved`, `rejected`, `expired`. A step's path is the identity of its token, its activity and
its messages.
"""

from language.definition import (
    WITHDRAWN,
    Approval,
    Choose,
    Definition,
    ForEach,
    Group,
    Place,
    Repeat,
    State,
    Step,
    Steps,
    Task,
    Threshold,
    Together,
    Transition,
    UseBlock,
)
from language.expressions import Expression

NOWHERE = "-"
UNDO = "undo"
OUTCOMES = ("approved", "rejected", "expired")
"""What an approval can end in, and the containers of what is done then."""
BUILT_IN_WITHDRAWN = State(WITHDRAWN, Place(1, 1), final=True)
AT_ONCE = ("entry", "then", "target", "at")
"""Containers whose steps are carried out at once: nothing there waits for what comes before it."""


def sequence(path: str) -> str:
    """Give the path of the sequence that a step's path points into: `3/new/do/0` → `3/new/do`."""
    return path.rpartition("/")[0]


def index(path: str) -> int:
    """Give the position of a step in its sequence."""
    return int(path.rpartition("/")[2])


def holder(sequence_path: str) -> str | None:
    """Give the path of the step that holds a sequence, or None where the sequence is a root."""
    parts = sequence_path.split("/")
    return "/".join(parts[:-1]) if len(parts) > 3 else None


def container(sequence_path: str) -> tuple[str, str]:
    """Split the last segment of a sequence: `…/turn-2` → `("turn", "2")`."""
    name, _, detail = sequence_path.rpartition("/")[2].partition("-")
    return name, detail


def within(path: str, outer: str) -> bool:
    """Say whether a path lies in (or is) another."""
    return path == outer or path.startswith(outer + "/")


def root(path: str) -> str:
    """Give the path of the outermost sequence that a path lies in."""
    return "/".join(path.split("/")[:3])


def undone(path: str) -> str:
    """Give the path of the step that a path is part of the undoing of; empty where it undoes nothing."""
    parts = path.split("/")
    return "/".join(parts[: parts.index(UNDO, 3)]) if UNDO in parts[3:] else ""


def order(path: str) -> tuple[tuple[str, int], ...]:
    """Give a key that sorts paths as they are read: by position, numbers as numbers."""
    return tuple(_order(part) for part in path.split("/"))


def _order(part: str) -> tuple[str, int]:
    name, _, number = part.rpartition("-")
    return (name, int(number)) if number.isdecimal() else (part, -1)


def steps_at(definition: Definition, sequence_path: str) -> Steps:
    """Find the steps of a sequence in the definition."""
    held_by = holder(sequence_path)
    name, detail = container(sequence_path)
    if held_by is None:
        return _root(definition, sequence_path.split("/")[1], name, detail)
    step = step_at(definition, held_by)
    if name == "on_error":
        return step.on_error or ()
    if name == UNDO:
        return step.undo or ()
    if isinstance(step, Choose):
        return step.branches[int(detail)].do
    if isinstance(step, Approval) and name in OUTCOMES:
        return branch(step, name)
    if isinstance(step, Task | Approval):
        return threshold(step.at, passed(detail)).steps
    if isinstance(step, Together):
        return tuple(step.branches.values())[int(detail)]
    if isinstance(step, UseBlock):
        return definition.blocks[step.block].do
    assert isinstance(step, Group | Repeat | ForEach)
    return step.do


def branch(step: Approval, outcome: str) -> Steps:
    """Give what is done after an outcome of an approval: `approved`, `rejected` or `expired`."""
    return {"approved": step.approved, "rejected": step.rejected, "expired": step.expired or ()}[outcome]


def step_at(definition: Definition, path: str) -> Step:
    """Find a step in the definition."""
    return steps_at(definition, sequence(path))[index(path)]


def at_once(path: str) -> bool:
    """Say whether a step stands where everything is carried out at once, so that nothing follows when it returns."""
    return container(sequence(path))[0] in AT_ONCE


def passed(detail: str) -> str:
    """Give the name of the threshold that a container is of: `75%.12` → `75%`."""
    return detail.partition(".")[0]


def threshold(thresholds: tuple[Threshold, ...], name: str) -> Threshold:
    """Find a threshold by its name, `75%`."""
    return next(each for each in thresholds if each.name == name)


def state_named(definition: Definition, name: str) -> State:
    """Find a state; *withdrawn* is one of every process, also where the definition does not write it."""
    return BUILT_IN_WITHDRAWN if name == WITHDRAWN and WITHDRAWN not in definition.states else definition.states[name]


def transition_named(definition: Definition, state: str, name: str) -> Transition | None:
    """Find the transition of a state, else the top-level one that may be taken from it."""
    if state == NOWHERE:
        return definition.start
    own = state_named(definition, state).transitions.get(name)
    top = definition.transitions.get(name)
    return own or (top if top and state in top.from_ else None)


def transitions_of(definition: Definition, state: str) -> tuple[Transition, ...]:
    """Every transition that may be taken from a state, in file order, its own before the top-level ones."""
    if not state or state_named(definition, state).final:
        return ()
    own = definition.states[state].transitions
    if not definition.transitions:
        return tuple(own.values())
    top = (each for each in definition.transitions.values() if state in each.from_ and each.name not in own)
    return (*own.values(), *top)


def guards_of(definition: Definition, transition: Transition) -> tuple[Expression, ...]:
    """Every condition that decides whether a transition may be taken: its own, its ways', and those of their states."""
    states = (definition.states[each.state] for each in transition.to)
    guards = (transition.when, *(each.when for each in transition.to), *(state.when for state in states))
    return tuple(guard for guard in guards if guard is not None)


def _root(definition: Definition, place: str, name: str, detail: str) -> Steps:
    what, _, last = detail.rpartition("-")
    if name == "target":
        return threshold(definition.targets[what].at, last).steps
    if name == "block":
        return definition.blocks[detail].do
    if name == "then":
        found = transition_named(definition, place, what)
        assert found is not None
        return found.then
    state = state_named(definition, place)
    return {"do": state.do, "on_error": state.on_error or (), "entry": state.entry}[name]
