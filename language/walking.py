"""Walks a definition: every step it holds, wherever it stands, the transitions of a state, the events it awaits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from language.definition import (
    Approval,
    Choose,
    Definition,
    ForEach,
    Group,
    Repeat,
    Run,
    Start,
    State,
    Step,
    Steps,
    Task,
    Together,
    Transition,
    UseBlock,
    Wait,
)
from language.expressions import Expression, Text


def every_step(definition: Definition) -> Iterator[Step]:
    """Give every step of a definition, outer ones before those inside, in file order."""
    for steps in _sequences(definition):
        yield from steps_within(steps)


def steps_within(steps: Steps) -> Iterator[Step]:
    """Give steps and all that stand inside them, in the order of the text; `on_error` and `undo` come last."""
    for step in steps:
        yield step
        for inner in _inside(step):
            yield from steps_within(inner)


def flow_of(definition: Definition, state: State) -> Iterator[Step]:
    """Give everything that may be done while a record is in a state, also in blocks: each block's steps once."""
    beside = (block.name for block in definition.blocks.values() if state.name in block.runs_in)
    yield from with_blocks(definition, (*state.do, *(state.on_error or ())), beside)


def with_blocks(definition: Definition, steps: Steps, beside: Iterable[str] = ()) -> Iterator[Step]:
    """Give steps and all that stand inside them and in the blocks they use, and what is done in those `beside`."""
    waiting, seen = [steps], dict.fromkeys(beside)
    waiting.extend(definition.blocks[name].do for name in seen)
    while waiting:
        for step in steps_within(waiting.pop(0)):
            yield step
            if isinstance(step, UseBlock) and step.block not in seen and step.block in definition.blocks:
                seen[step.block] = None
                waiting.append(definition.blocks[step.block].do)


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


def processes_started(definition: Definition) -> tuple[str, ...]:
    """Name the processes of which a definition starts records, each once, in file order."""
    return tuple(dict.fromkeys(step.process for step in every_step(definition) if isinstance(step, Run | Start)))


def _sequences(definition: Definition) -> Iterator[Steps]:
    """Give every place of a definition where steps stand that are in no other step."""
    yield definition.start.then
    for target in definition.targets.values():
        yield from (threshold.steps for threshold in target.at)
    yield from (block.do for block in definition.blocks.values())
    for state in definition.states.values():
        yield from (state.entry, state.do, state.on_error or ())
        yield from (transition.then for transition in state.transitions.values())
    yield from (transition.then for transition in definition.transitions.values())


def _inside(step: Step) -> Iterator[Steps]:
    """Give the sequences that stand in a step."""
    match step:
        case Choose():
            yield from (branch.do for branch in step.branches)
        case Together():
            yield from step.branches.values()
        case Repeat() | Group() | ForEach():
            yield step.do
        case Task():
            yield from (threshold.steps for threshold in step.at)
        case Approval():
            yield from (threshold.steps for threshold in step.at)
            yield from (step.approved, step.rejected, step.expired or ())
        case _:
            pass
    yield from (step.on_error or (), step.undo or ())


def every_expression(part: object) -> Iterator[Expression]:
    """Give every expression in a definition, or in a part of one."""
    if isinstance(part, Expression):
        yield part
    elif isinstance(part, Text):
        yield from part.expressions
    elif is_dataclass(part) and not isinstance(part, type):
        for each in fields(part):
            yield from every_expression(getattr(part, each.name))
    elif isinstance(part, Mapping | tuple):
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from every_expression(inner)
