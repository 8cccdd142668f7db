"""Where `do` stands: open places are tokens (data), steps that are done at once have none.

A step that waits has a token under its path and goes on by `after(path)`. Where a sequence ends is read from the path
alone, so nothing but tokens has to be kept, and the same text is the identity of activities and messages.
"""

from collections.abc import Mapping

from engine import faults, messages
from engine.paths import at_once, container, holder, index, order, sequence, step_at, steps_at, within
from engine.record import Json, Token, Who
from engine.scope import holds
from engine.turn import Turn
from language.definition import Definition, Repeat


def begin(turn: Turn, sequence_path: str) -> None:
    """Start the sequence at a path."""
    turn.ready.append(f"{sequence_path}/0")


def after(turn: Turn, path: str) -> None:
    """Go on behind a step that is complete: to the next one, or out of the sequence it was the last of."""
    turn.tokens.pop(path, None)
    if at_once(path):
        return
    inside = sequence(path)
    following = index(path) + 1
    while following >= len(steps_at(turn.definition, inside)):
        held_by = _left(turn, inside)
        if held_by is None:
            return
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


def names_at(turn: Turn, path: str) -> Mapping[str, Json]:
    """Give the local names a step sees: `error` inside `on_error`."""
    names: dict[str, Json] = {}
    for key, token in turn.tokens.items():
        if token.kind == "scope" and within(path, key):
            names.update(token.data["names"])
    return names


def fail(turn: Turn, path: str, code: str, text: str) -> None:
    """Let the step at `path` fail: the nearest `on_error` goes on (the step's own, an enclosing group's, the state's).

    The error belongs to the step that catches it: what else is open inside that step is withdrawn, and the flow goes on
    behind it once the handler is through. Without a handler the step stands still with a fault; so does, holding
    nothing up, what was to be done at once.
    """
    turn.log("step_failed", path, code=code, text=text)
    caught_by, handler = _handler(turn.definition, path)
    if not handler:
        faults.stand_still(turn, path, code, text)
        return
    step = step_at(turn.definition, path).id or path
    withdraw(turn, caught_by)
    turn.tokens[handler] = Token(
        "scope", turn.now, turn.seq, {"names": {"error": {"code": code, "text": text, "step": step}}}
    )
    begin(turn, handler)


def withdraw(turn: Turn, path: str) -> None:
    """Take away everything open at and below a path, depth first, the last place first; people are told."""
    turn.ready = [each for each in turn.ready if not within(each, path)]
    for key in sorted((key for key in turn.tokens if within(key, path)), key=order, reverse=True):
        _take_away(turn, key)


def end(turn: Turn) -> None:
    """Take away everything open but calls, because nothing goes on in a final state; no fault stands any more."""
    turn.ready = []
    for key in sorted((key for key, token in turn.tokens.items() if token.kind != "call"), key=order, reverse=True):
        _take_away(turn, key)
    for number in tuple(turn.faults):
        faults.clear(turn, number, "withdrawn")


def _left(turn: Turn, sequence_path: str) -> str | None:
    """Say which step is complete now that a sequence is through; None at a root, or while a loop turns again."""
    held_by = holder(sequence_path)
    name, detail = container(sequence_path)
    if name == "on_error":
        turn.tokens.pop(sequence_path, None)
    if held_by is None:
        return None
    step = step_at(turn.definition, held_by)
    if isinstance(step, Repeat) and name == "turn" and turn_again(turn, held_by, step, int(detail)):
        return None
    return held_by


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
        at = holder(sequence(at))
    visit, state, root, *_ = path.split("/")
    if root == "do" and definition.states[state].on_error is not None:
        return f"{visit}/{state}/do", f"{visit}/{state}/on_error"
    return "", ""


def _take_away(turn: Turn, key: str) -> None:
    token = turn.tokens.pop(key)
    if token.kind in ("task", "approval"):
        title = token.data["title"]
        turn.log(f"{token.kind}_withdrawn", token.data["id"], path=key, title=title)
        seats = tuple(Who("user", seat["id"]) for seat in token.data["seats"] if not seat.get("vote"))
        messages.tell(turn, f"{key}/withdrawn-{turn.seq}", f"{token.kind}_withdrawn", seats, {"title": title})
    elif token.kind == "call":
        turn.log("call_withdrawn", token.data["action"], path=key)
    elif token.kind == "fault":
        faults.clear(turn, token.data["fault"], "withdrawn")
