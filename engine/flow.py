"""Where `do` stands: open places are tokens (data), steps that are done at once have none.

A step that waits has a token under its path and goes on by `after(path)`. Where a sequence ends is read from the path
alone, so nothing but tokens has to be kept, and the same text is the identity of activities and messages.
"""

from collections.abc import Mapping

from engine import faults, messages, parallel, parting, undoing
from engine.locals import keep_all, kept_all
from engine.paths import UNDO, at_once, container, holder, index, order, sequence, step_at, steps_at, undone, within
from engine.record import Token, Who
from engine.scope import holds
from engine.turn import Turn
from language.definition import Definition, ForEach, Repeat, Together
from language.values import Value


def begin(turn: Turn, sequence_path: str) -> None:
    """Start the sequence at a path."""
    turn.ready.append(f"{sequence_path}/0")


def after(turn: Turn, path: str, *, done: bool = True) -> None:
    """Go on behind a step: to the next one, or out of the sequence it was the last of.

    One that is `done` (not passed over, not skipped by a person) may be undone from now on.
    """
    if done:
        undoing.through(turn, path, names_at(turn, path))
    turn.tokens.pop(path, None)
    if at_once(path):
        return
    if undoing.is_left(turn, path):
        undoing.finish(turn, path)
        return
    inside = sequence(path)
    following = index(path) + 1
    while following >= len(steps_at(turn.definition, inside)):
        held_by = _left(turn, inside)
        if held_by is None:
            return
        if container(inside)[0] != "on_error":
            undoing.through(turn, held_by, names_at(turn, held_by))
        inside, following = sequence(held_by), index(held_by) + 1
    turn.ready.append(f"{inside}/{following}")


def turn_again(turn: Turn, path: str, step: Repeat, done: int) -> bool:
    """Begin the next turn of a loop after `done` of them, unless it is at its end."""
    limit = step.at_most
    if limit is not None and done >= limit:
        return False
    if done and step.until is not None and holds(turn, step.until, names_at(turn, path)).yes:
        return False
    begin(turn, f"{path}/turn-{done + 1}")
    return True


def names_at(turn: Turn, path: str) -> Mapping[str, Value]:
    """Give the local names a step sees: `error` inside `on_error`, the entry of a `for_each` inside that."""
    names: dict[str, Value] = {}
    for key, token in turn.tokens.items():
        if token.kind == "scope" and within(path, key):
            names.update(kept_all(token.data["names"]))
        names.update(parallel.local_name(token, key, path))
    return names


def fail(turn: Turn, path: str, code: str, text: str) -> None:
    """Let the step at `path` fail: the nearest `on_error` goes on (the step's own, an enclosing group's, the state's).

    The error belongs to the step that catches it: what else is open inside that step is withdrawn, and the flow goes on
    behind it once the handler is through. Without a handler the step stands still with a fault; so does, holding
    nothing up, what was to be done at once. What fails in an undo is for nobody outside it.
    """
    turn.log("step_failed", path, code=code, text=text)
    caught_by, handler = _handler(turn.definition, path)
    if not handler or undoing.is_left(turn, path):
        faults.stand_still(turn, path, code, text)
        return
    step = step_at(turn.definition, path).id or path
    withdraw(turn, caught_by)
    names = keep_all({"error": {"code": code, "text": text, "step": step}})
    turn.tokens[handler] = Token("scope", turn.now, turn.seq, {"names": names})
    begin(turn, handler)


def withdraw(turn: Turn, path: str) -> None:
    """Take away everything open at and below a path, depth first, the last place first; people are told.

    What undoes a step below belongs to the rollback that began it, and goes with that.
    """
    if not turn.tokens and not turn.ready:
        return
    _take_away_all(turn, [key for key in turn.tokens if _belongs(key, path)])
    turn.ready = [each for each in turn.ready if not _belongs(each, path)]


def end(turn: Turn) -> None:
    """Take away everything open but calls, because nothing goes on in a final state; no fault stands any more."""
    _take_away_all(turn, [key for key, token in turn.tokens.items() if token.kind != "call"])
    turn.ready = []
    turn.to_undo = ()
    for number in tuple(turn.faults):
        faults.clear(turn, number, "withdrawn")


def _left(turn: Turn, sequence_path: str) -> str | None:
    """Say which step is complete now that a sequence is through; None at a root, or while a loop turns again."""
    held_by = holder(sequence_path)
    name, detail = container(sequence_path)
    if name == "on_error":
        turn.tokens.pop(sequence_path, None)
    if held_by is None:
        _root_through(turn, sequence_path)
        return None
    if name == UNDO:
        undoing.done(turn, held_by)
        return None
    step = step_at(turn.definition, held_by)
    if isinstance(step, Repeat) and name == "turn" and turn_again(turn, held_by, step, int(detail)):
        return None
    side_by_side = isinstance(step, Together | ForEach) and name in (parallel.BRANCH, parallel.ITEM)
    if side_by_side and not parallel.is_last(turn, held_by, name, int(detail)):
        return None
    return held_by


def _root_through(turn: Turn, root: str) -> None:
    """Note of a block that its steps are through, so that it does not begin again."""
    block = turn.tokens.get(root)
    if block is not None:
        turn.tokens[root] = block._replace(data={**block.data, "through": True})
        turn.log("block_through", block.data["block"])


def _handler(definition: Definition, path: str) -> tuple[str, str]:
    """Find the nearest `on_error` of a step: the path of what is caught by it, and its own; empty where there is none.

    What fails inside a handler is not for that handler, but for the next one outside.
    """
    if at_once(path):
        return "", ""
    at: str | None = path
    while at is not None:
        if step_at(definition, at).on_error is not None and not within(path, f"{at}/on_error"):
            return at, f"{at}/on_error"
        if container(sequence(at))[0] == UNDO:
            return "", ""
        at = holder(sequence(at))
    visit, state, root, *_ = path.split("/")
    if root == "do" and definition.states[state].on_error is not None:
        return f"{visit}/{state}/do", f"{visit}/{state}/on_error"
    return "", ""


def _belongs(key: str, path: str) -> bool:
    """Say whether what stands at a key is withdrawn with a path: it lies in it, and undoes nothing of it."""
    return within(key, path) and undone(key) == undone(path)


def _take_away_all(turn: Turn, keys: list[str]) -> None:
    for key in sorted(keys, key=order, reverse=True):
        _take_away(turn, key)


def _leave_undo(turn: Turn, path: str) -> None:
    """Leave the undo of a step that is not done yet: its calls finish, all else in it goes."""
    inside = [key for key in turn.tokens if within(key, f"{path}/{UNDO}")]
    stays = any(turn.tokens[key].kind == "call" for key in inside)
    _take_away_all(turn, [key for key in inside if not (stays and turn.tokens[key].kind in undoing.KEPT)])
    turn.ready = [each for each in turn.ready if undone(each) != path]
    undoing.poke(turn)


def _take_away(turn: Turn, key: str) -> None:
    token = turn.tokens.pop(key)
    if token.kind in ("task", "approval"):
        title = token.data["title"]
        turn.log(f"{token.kind}_withdrawn", token.data["id"], path=key, title=title)
        seats = tuple(Who("user", seat["id"]) for seat in token.data["seats"] if not seat.get("vote"))
        messages.tell(turn, f"{key}/withdrawn-{turn.seq}", f"{token.kind}_withdrawn", seats, {"title": title})
    elif token.kind == "call":
        turn.log("call_withdrawn", token.data["action"], path=key)
        undoing.withdrawn(turn, key, token)
    elif token.kind == "block" and not token.data["through"]:
        turn.log("block_stopped", token.data["block"])
    elif token.kind == "rollback" and token.data["at"]:
        _leave_undo(turn, token.data["at"])
    elif token.kind == "fault":
        faults.clear(turn, token.data["fault"], "withdrawn")
    elif token.kind == "run":
        parting.leave(turn, key, token)
