"""Blocks beside states: one begins on entering the first of its states, and stops on entering any other.

Moving between its states does not disturb it: it stands under the visit in which it began, not under that of a state.
Its root is a token that stays when its steps are through, so that it does not begin again.
"""

from engine import approvals, flow
from engine.paths import NOWHERE
from engine.record import Token
from engine.turn import Turn


def follow(turn: Turn) -> None:
    """Stop the blocks that do not run in the state reached, the last first, and begin those that do."""
    blocks = turn.definition.blocks
    running = {token.data["block"]: key for key, token in turn.tokens.items() if token.kind == "block"}
    for name in reversed(tuple(blocks)):
        if name in running and turn.state not in blocks[name].runs_in:
            flow.withdraw(turn, running[name])
    for name, block in blocks.items():
        if name not in running and turn.state in block.runs_in:
            root = f"{turn.visit}/{NOWHERE}/block-{name}"
            turn.tokens[root] = Token("block", turn.now, turn.seq, {"block": name, "through": False})
            turn.log("block_started", name)
            approvals.forget(turn, block.do)
            flow.begin(turn, root)
