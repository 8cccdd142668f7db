"""What may have to be undone: the steps with an `undo` that were done in a state, as a list that survives leaving it.

A call enters when it starts, any other step when it is through. A call leaves again only if it is known not to have
happened. `engine.rollback` carries the list out, the last first; in a final state it is dropped.
"""

from collections.abc import Iterable, Mapping

from engine.locals import keep_all
from engine.paths import UNDO, index, sequence, step_at, steps_at, undone, within
from engine.record import Json, Plain, Record, Token, Undo
from engine.turn import Turn
from language.definition import Call
from language.values import Value

KEPT = ("call", "scope", "for_each")
"""Tokens that stay when a rollback is left: its calls finish, and what they save may read local names."""


def enter(turn: Turn, path: str, names: Mapping[str, Value]) -> None:
    """Put a step that has an `undo` at the end of the list; what is itself part of an undo is not undone."""
    if step_at(turn.definition, path).undo is None or undone(path):
        return
    again = any(each.path == path for each in turn.to_undo)
    drop(turn, path)
    turn.to_undo = (*turn.to_undo, Undo(turn.state, path, keep_all(names), again=again))


def through(turn: Turn, path: str, names: Mapping[str, Value]) -> None:
    """Let a step that is through enter the list; a call has done so when it started."""
    if not isinstance(step_at(turn.definition, path), Call):
        enter(turn, path, names)


def drop(turn: Turn, path: str) -> None:
    """Take a step out of the list."""
    turn.to_undo = tuple(each for each in turn.to_undo if each.path != path)


def refused(turn: Turn, path: str, error: Json) -> None:
    """Take a call out of the list when its error says that nothing has happened, and it was made only once."""
    if isinstance(error, Mapping) and error.get("happened") is False:
        turn.to_undo = tuple(each for each in turn.to_undo if each.path != path or each.again)


def withdrawn(turn: Turn, path: str, token: Token) -> None:
    """Remember of a call in the list that it was asked to stop, and has not ended yet."""
    turn.to_undo = tuple(
        each._replace(ending=True, known_as=token.known_as) if each.path == path else each for each in turn.to_undo
    )


def ended(turn: Turn, path: str, data: Plain) -> bool:
    """Take the end of a call that was asked to stop; say whether it was waited for."""
    if not any(each.path == path and each.ending for each in turn.to_undo):
        return False
    turn.to_undo = tuple(each._replace(ending=False) if each.path == path else each for each in turn.to_undo)
    refused(turn, path, data.get("error"))
    turn.log("call_stopped", _action(turn, path), path=path)
    return True


def ending_calls(record: Record) -> tuple[str, ...]:
    """Name the calls that were asked to stop, and whose end the record waits to hear of."""
    return tuple(each.known_as or each.path for each in record.undo if each.ending)


def of_state(turn: Turn, state: str) -> tuple[Undo, ...]:
    """Give what was done in a state and is not undone yet, in order."""
    return tuple(each for each in turn.to_undo if each.state == state)


def is_busy(turn: Turn, entries: Iterable[Undo]) -> bool:
    """Say whether something of these is still going on: its call, or an undo of it that another rollback began."""
    paths = {each.path: each.ending for each in entries}
    running = (undone(key) or key for key, token in turn.tokens.items() if token.kind == "call")
    begun = (token.data["at"] for token in turn.tokens.values() if token.kind == "rollback")
    return any(paths.values()) or any(path in paths for path in (*running, *begun))


def poke(turn: Turn) -> None:
    """Let every rollback that waits look again."""
    for key, token in turn.tokens.items():
        if token.kind == "rollback" and not token.data["at"] and key not in turn.ready:
            turn.ready.append(key)


def done(turn: Turn, path: str) -> None:
    """Take a step as undone, and let the rollback go on."""
    drop(turn, path)
    turn.log("undone", step_at(turn.definition, path).id or path)
    for key in [key for key in turn.tokens if within(key, f"{path}/{UNDO}")]:
        del turn.tokens[key]
    for key, token in turn.tokens.items():
        if token.kind == "rollback" and token.data["at"] == path:
            turn.tokens[key] = token._replace(data={**token.data, "at": ""})
    poke(turn)


def is_left(turn: Turn, path: str) -> bool:
    """Say whether a step is part of an undo whose rollback has been left, so that nothing follows it."""
    whose = undone(path)
    begun = (token.data["at"] for token in turn.tokens.values() if token.kind == "rollback")
    return bool(whose) and whose not in begun


def finish(turn: Turn, path: str) -> None:
    """Take a call that finished after its rollback was left; with the last step of its undo the undo is done."""
    inside, whose = sequence(path), undone(path)
    if inside == f"{whose}/{UNDO}" and index(path) == len(steps_at(turn.definition, inside)) - 1:
        done(turn, whose)


def _action(turn: Turn, path: str) -> str:
    step = step_at(turn.definition, path)
    assert isinstance(step, Call)
    return step.action
