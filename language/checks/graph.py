"""Checks the ways through the states: what is never reached, never ends, never happens, or goes round in circles."""

from collections.abc import Iterable, Iterator, Mapping

from language.checks.inspection import Inspection
from language.definition import WITHDRAWN, Definition, Go, State, Transition
from language.problems import quoted
from language.walking import flow_of, possible

Ways = Mapping[str, tuple[str, ...]]


def check(inspection: Inspection) -> None:
    """Check the states and transitions as a whole. Every name in them must exist."""
    definition = inspection.definition
    ways = {name: _ways(definition, state) for name, state in definition.states.items()}
    begin = [destination.state for destination in definition.start.to]
    begin += [name for name in ways if name == WITHDRAWN]  # into which nothing written leads
    reached = _reached(ways, begin)
    final = [name for name, state in definition.states.items() if state.final]
    if not final:
        message = "no state is final, so no record ever ends"
        inspection.report(inspection.page.root, "no-final-state", message, "Write closed: {final: true}, for example.")
    ending = _reached(_turned(ways), final)
    for name, state in definition.states.items():
        if name not in reached:
            message = f"nothing leads to the state {quoted(name)}"
            inspection.report(state.place, "unreachable-state", message, "Lead a transition to it, or remove it.")
        elif final and name not in ending:
            message = f"from {quoted(name)} no final state can be reached"
            inspection.report(state.place, "dead-end", message, "Give it a transition that leads on.")
    _idle(inspection)
    _auto(inspection)


def _ways(definition: Definition, state: State) -> tuple[str, ...]:
    """Name the states that can come after one."""
    direct = [to.state for transition in possible(definition, state).values() for to in transition.to]
    return tuple(dict.fromkeys((*direct, *(name for name in _goes(definition, state) if name in definition.states))))


def _goes(definition: Definition, state: State) -> tuple[str, ...]:
    """Name what the `go` steps done in a state lead to: transitions or states."""
    return tuple(step.to for step in flow_of(definition, state) if isinstance(step, Go))


def _reached(ways: Ways, begin: Iterable[str]) -> tuple[str, ...]:
    """Name the states that can be reached."""
    found: dict[str, None] = {}
    waiting = list(begin)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting.extend(ways[name])
    return tuple(found)


def _turned(ways: Ways) -> Ways:
    """Turn all ways round."""
    return {name: tuple(before for before, after in ways.items() if name in after) for name in ways}


def _idle(inspection: Inspection) -> None:
    """Find transitions that nothing makes happen."""
    definition = inspection.definition
    for state in definition.states.values():
        for transition in state.transitions.values():
            _fired(inspection, transition, [state])
    for transition in definition.transitions.values():
        _fired(inspection, transition, [definition.states[name] for name in transition.from_])


def _fired(inspection: Inspection, transition: Transition, states: list[State]) -> None:
    if transition.by or transition.event or transition.is_timed or transition.auto:
        return
    if not any(transition.name in _goes(inspection.definition, state) for state in states):
        message = f"nothing makes {quoted(transition.name)} happen"
        hint = "Say by:, event:, after:, at:, every: or auto:, or let a `go` name it."
        inspection.report(transition.place, "never-happens", message, hint)


def _auto(inspection: Inspection) -> None:
    """Find states that `auto` transitions lead back to: certain without any guard, possible with one."""
    definition = inspection.definition
    unguarded = {name: tuple(_next(definition, state, guarded=False)) for name, state in definition.states.items()}
    every = {name: tuple(_next(definition, state, guarded=True)) for name, state in definition.states.items()}
    for name, state in definition.states.items():
        if name in _reached(unguarded, unguarded[name]):
            message = f"`auto` transitions lead from {quoted(name)} back to it without end"
            inspection.report(state.place, "auto-circle", message, "Give one of them a `when`.")
        elif name in _reached(every, every[name]):
            message = f"`auto` transitions can lead from {quoted(name)} back to it"
            hint = "Make sure that a `when` ends the circle."
            inspection.report(state.place, "auto-circle", message, hint, "warning")


def _next(definition: Definition, state: State, *, guarded: bool) -> Iterator[str]:
    """Name the states that `auto` transitions lead to at once; with those that a guard may hold up if `guarded`."""
    for transition in possible(definition, state).values():
        for destination in transition.to if transition.auto else ():
            is_free = transition.when is None and destination.when is None
            if guarded or (is_free and definition.states[destination.state].when is None):
                yield destination.state
