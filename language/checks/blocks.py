"""Checks blocks: where they run, that something uses them, and that none comes back to itself."""

from language.checks import names, steps
from language.checks.inspection import Inspection, each, under
from language.definition import Block, Definition, State, UseBlock
from language.loader import Node
from language.problems import quoted
from language.walking import every_step, steps_within, with_blocks


def check(inspection: Inspection) -> None:
    """Check all blocks; the steps of one are checked for every state in which they may be done."""
    definition = inspection.definition
    used = dict.fromkeys(step.block for step in every_step(definition) if isinstance(step, UseBlock))
    for block in definition.blocks.values():
        node = inspection.page.value(block.place)
        _runs_in(inspection, block, under(node, "runs_in"))
        if not block.runs_in and block.name not in used:
            message = f"nothing uses the block {quoted(block.name)}"
            hint = f"Write a step block: {block.name}, or say runs_in: and states."
            inspection.report(block.place, "unused-block", message, hint)
        if _comes_back(definition, block):
            message = f"the block {quoted(block.name)} comes back to itself without end"
            inspection.report(block.place, "block-circle", message, "Take one block step out of the circle.")
        for state in _states(definition, block) or (None,):
            steps.check(inspection, block.do, state)


def _runs_in(inspection: Inspection, block: Block, node: Node) -> None:
    for name, where in each(node, block.runs_in):
        names.state(inspection, name, where)
        if name in inspection.definition.states and inspection.definition.states[name].final:
            message = f"{quoted(name)} is final: nothing happens in it any more"
            inspection.report(where, "final-goes-on", message, "Take it out of runs_in.")


def _states(definition: Definition, block: Block) -> tuple[State, ...]:
    """Give the states in which the steps of a block may be done."""
    return tuple(
        state for state in definition.states.values() if state.name in block.runs_in or _uses(definition, state, block)
    )


def _uses(definition: Definition, state: State, block: Block) -> bool:
    done = with_blocks(definition, (*state.do, *(state.on_error or ())))
    return any(isinstance(step, UseBlock) and step.block == block.name for step in done)


def _comes_back(definition: Definition, block: Block) -> bool:
    inside = tuple(step for step in steps_within(block.do) if isinstance(step, UseBlock))
    return any(isinstance(step, UseBlock) and step.block == block.name for step in with_blocks(definition, inside))
