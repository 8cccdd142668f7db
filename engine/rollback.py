"""Rolling back: what was done in a state is undone, the last first, one at a time (BPMN compensation).

It waits for what is still going on. An undo that fails stands still with a fault, and the rollback with it.
"""

from engine import flow, undoing
from engine.paths import UNDO, step_at
from engine.record import Token
from engine.turn import Turn
from language.definition import Rollback


def go_on(turn: Turn, path: str, step: Rollback) -> None:
    """Begin a rollback, or go on with it: undo the last that is left, or go on behind it when nothing is."""
    if path not in turn.tokens:
        turn.tokens[path] = Token("rollback", turn.now, turn.seq, {"state": step.state, "at": ""})
        turn.log("rollback_started", step.state, count=len(undoing.of_state(turn, step.state)))
    left = undoing.of_state(turn, step.state)
    if not left:
        turn.log("rolled_back", step.state)
        flow.after(turn, path)
    elif not undoing.is_busy(turn, left):
        _undo(turn, path, left[-1].path)


def _undo(turn: Turn, path: str, what: str) -> None:
    """Begin the undo of a step; what an earlier rollback left of it is taken away."""
    inside = f"{what}/{UNDO}"
    flow.withdraw(turn, inside)
    entry = next(each for each in turn.to_undo if each.path == what)
    token = turn.tokens[path]
    turn.tokens[path] = token._replace(data={**token.data, "at": what})
    turn.tokens[inside] = Token("scope", turn.now, turn.seq, {"names": entry.names})
    turn.log("undo_started", step_at(turn.definition, what).id or what)
    flow.begin(turn, inside)
