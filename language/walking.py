"""Walks a definition: every step it holds, wherever it stands, the transitions of a state, the events it awaits."""

from collections.abc import Iterator, Mapping

from language.definition import Approval, Choose, Definition, Group, Repeat, State, Step, Steps, Task, Transition, Wait


def every_step(definition: Definition) -> Iterator[Step]:
    """Give every step of a definition, outer ones before those inside, in file order."""
    for steps in _sequences(definition):
        yield from steps_within(steps)


def steps_within(steps: Steps) -> Iterator[Step]:
    """Give steps and all that stand inside them, in the order of the text; what stands in `on_error` comes last."""
    for step in steps:
        yield step
        for inner in _inside(step):
            yield from steps_within(inner)


def steps_of_do(state: State) -> Iterator[Step]:
    """Give what is done while a record is in a state, with what catches the errors of it."""
    return steps_within((*state.do, *(state.on_error or ())))


def possible(definition: Definition, state: State) -> Mapping[str, Transition]:
    """Give the transitions possible in a state by name: its own, and those at the top that it does not have itself."""
    top = {name: way for name, way in definition.transitions.items() if state.name in way.from_}
    return {**state.transitions, **{name: way for name, way in top.items() if name not in state.transitions}}


def events_awaited(definition: Definition) -> Iterator[str]:
    """Name every event that a transition or a wait of a definition takes, each once, in file order."""
    own = (way for state in definition.states.values() for way in state.transitions.values())
    taken = (way.event for way in (*own, *definition.transitions.values()))
    awaited = (step.event for step in every_step(definition) if isinstance(step, Wait))
    yield from dict.fromkeys(event for event in (*taken, *awaited) if event is not None)


def _sequences(definition: Definition) -> Iterator[Steps]:
    """Give every place of a definition where steps stand that are in no other step."""
    yield definition.start.then
    for target in definition.targets.values():
        yield from (threshold.steps for threshold in target.at)
    for state in definition.states.values():
        yield from (state.entry, state.do, state.on_error or ())
        yield from (transition.then for transition in state.transitions.values())
    yield from (transition.then for transition in definition.transitions.values())


def _inside(step: Step) -> Iterator[Steps]:
    """Give the sequences that stand in a step."""
    match step:
        case Choose():
            yield from (branch.do for branch in step.branches)
        case Repeat() | Group():
            yield step.do
        case Task():
            yield from (threshold.steps for threshold in step.at)
        case Approval():
            yield from (threshold.steps for threshold in step.at)
            yield from (step.approved, step.rejected, step.expired or ())
        case _:
            pass
    yield step.on_error or ()
