"""Waiting: for a duration, until a time, or for an event."""

from datetime import datetime

from engine import flow
from engine.errors import StepFailed
from engine.fields import write_all
from engine.paths import step_at
from engine.record import Plain, Token
from engine.scope import fill, later
from engine.turn import Turn
from language.definition import Wait
from language.inputs import ValueRefused

TIMEOUT = "timeout"


def open_wait(turn: Turn, path: str, step: Wait) -> None:
    """Begin to wait; a time already past is waited for no longer."""
    due = _due(turn, step, path)
    if due <= turn.now and not step.event:
        flow.after(turn, path)
    else:
        turn.tokens[path] = Token("wait", turn.now, turn.seq, {"event": step.event or ""}, due)


def came(turn: Turn, path: str) -> None:
    """Go on when the time has come; a wait for an event fails with the code `timeout`."""
    token = turn.tokens.pop(path)
    if token.data["event"]:
        flow.fail(turn, path, TIMEOUT, f"{token.data['event']} did not come in time")
    else:
        flow.after(turn, path)


def occurred(turn: Turn, name: str, data: Plain) -> bool:
    """Let the waits for this event go on; say whether there was one. What cannot be saved fails the step."""
    waiting = [path for path, token in turn.tokens.items() if token.kind == "wait" and token.data["event"] == name]
    for path in waiting:
        if path not in turn.tokens:  # withdrawn, because another one here failed
            continue
        step = step_at(turn.definition, path)
        assert isinstance(step, Wait)
        names = {**flow.names_at(turn, path), "event": data}
        try:
            write_all(turn, step.save, f"event {name}", names, since=turn.tokens[path].seq)
        except ValueRefused as refused:
            flow.fail(turn, path, "bad-event", f"what {name} brought cannot be saved: {refused}")
        else:
            flow.after(turn, path)
    return bool(waiting)


def _due(turn: Turn, step: Wait, path: str) -> float:
    if step.until is not None:
        time = fill(turn, step.until, flow.names_at(turn, path))
        if not isinstance(time, datetime):
            raise StepFailed(
                "empty", f"there is no time to wait for: {step.until.text} is empty. Fill it in, then retry."
            )
        return time.timestamp()
    duration = step.at_most if step.event else step.for_
    assert duration is not None
    return later(turn, turn.now, duration)
