"""Checks transitions, and the states they stand in."""

from language.checks import names, starting, steps
from language.checks.inspection import ERROR, Inspection, each, items, under
from language.definition import State, Transition
from language.durations import Duration
from language.loader import Node
from language.problems import quoted

REPLIED = ".replied"


def check(inspection: Inspection) -> None:
    """Check the start, all states, and the transitions possible in several states."""
    definition, page = inspection.definition, inspection.page
    start = under(page.root, "start")
    _transition(inspection, definition.start, start)
    starting.event(inspection, start)
    if definition.start.schedule is not None:
        starting.schedule(inspection, definition.start.schedule, start)
    for state in definition.states.values():
        _state(inspection, state, page.value(state.place))
    for transition in definition.transitions.values():
        node = page.value(transition.place)
        _transition(inspection, transition, node)
        for name, where in each(under(node, "from"), transition.from_):
            names.state(inspection, name, where)
            if name in definition.states and definition.states[name].final:
                message = f"{quoted(name)} is final: nothing happens in it any more"
                inspection.report(where, "final-goes-on", message, "Take it out of from.")


def _state(inspection: Inspection, state: State, node: Node) -> None:
    inspection.condition(state.when, under(node, "when"))
    inspection.text(state.blocked, under(node, "blocked"))
    steps.check(inspection, state.entry)
    steps.check(inspection, state.do, state)
    if state.on_error is not None:
        steps.check(inspection.knowing(error=ERROR), state.on_error, state)
    if state.when is not None and state.blocked is None:
        _warn(inspection, node, f"the state {state.name}")
    for transition in state.transitions.values():
        _transition(inspection, transition, inspection.page.value(transition.place))


def _transition(inspection: Inspection, transition: Transition, node: Node) -> None:
    ways = items(under(node, "to"), len(transition.to))
    for destination, where in zip(transition.to, ways, strict=True):
        names.state(inspection, destination.state, under(where, "to"))
        inspection.condition(destination.when, under(where, "when"))
    names.people(inspection, transition.by, under(node, "by"), anyone=True)
    names.asked(inspection, transition.needs, under(node, "needs"))
    names.asked(inspection, transition.ask, under(node, "ask"))
    inspection.condition(transition.when, under(node, "when"))
    inspection.text(transition.blocked, under(node, "blocked"))
    inspection.duration(transition.after, under(node, "after"))
    steps.check(inspection, transition.then)
    _event(inspection, transition, node)
    if transition.at is not None:
        steps.time(inspection, transition.at, under(node, "at"))
    if transition.every is not None:
        _every(inspection, transition, transition.every, under(node, "every"))
    if transition.by and transition.when is not None and transition.blocked is None:
        _warn(inspection, node, quoted(transition.name))


def _every(inspection: Inspection, transition: Transition, every: Duration, where: Node) -> None:
    inspection.duration(every, where)
    if transition.to and transition.at is None:
        message = f"{quoted(transition.name)} leads on, and the time begins again with each visit: it never repeats"
        hint = "Write after: instead, or leave out to:."
        inspection.report(where, "never-repeats", message, hint, "warning")
    starting.often(inspection, every, where, "each time is an event of every open record")


def _warn(inspection: Inspection, node: Node, what: str) -> None:
    message = f"people are not told why {what} is not possible when its `when` does not hold"
    inspection.report(under(node, "when"), "guard-without-blocked", message, "Say it: blocked: …", "warning")


def _event(inspection: Inspection, transition: Transition, node: Node) -> None:
    """Check an event: `x.replied`, which a comment by a person in the field x raises, or that of the transition."""
    event = transition.event or ""
    if event == transition.name and transition is not inspection.definition.start:
        message = f"taking {quoted(event)} raises the event {quoted(event)}, so it would trigger itself"
        inspection.report(under(node, "event"), "triggers-itself", message, "Give the transition another name.")
    if event.endswith(REPLIED):
        names.field(inspection, event.removesuffix(REPLIED), under(node, "event"))
