"""Calls of actions: the open ones are tokens, which the driver turns into activities; results come back as events."""

from collections.abc import Mapping

from engine import flow, undoing
from engine.fields import write_all
from engine.identity import known_as
from engine.locals import keep_all, kept_all
from engine.outside import brief
from engine.paths import at_once, step_at
from engine.record import Command, Event, Json, Record, Token
from engine.scope import fill_plain
from engine.turn import Turn
from language.definition import Call
from language.inputs import ValueRefused
from language.values import Value

TRIES = 5
TIMEOUT = 300.0


def open_call(turn: Turn, path: str, step: Call, names: Mapping[str, Value]) -> None:
    """Ask for an action; its input is fixed now. `retry` counts the tries after the first.

    Where nothing waits for it, it keeps its local names: what they belong to may be through when it returns.
    """
    seconds = None if step.timeout is None else step.timeout.seconds
    data = {
        "action": step.action,
        "input": fill_plain(turn, step.with_, names),
        "timeout": TIMEOUT if seconds is None else float(seconds),
        "attempts": TRIES if step.retry is None else 1 + step.retry,
        **({"names": keep_all(names)} if names and at_once(path) else {}),
    }
    turn.tokens[path] = Token("call", turn.now, turn.seq, data)
    turn.log("call_started", step.action, path=path)


def open_calls(record: Record) -> tuple[Command, ...]:
    """List the calls that should be running, in the order in which they were asked for."""
    return tuple(
        Command(f"{record.id}/{name}", name, data["action"], data["input"], data["timeout"], data["attempts"])
        for name, kind, data in (
            (known_as(path, token), token.kind, token.data) for path, token in record.tokens.items()
        )
        if kind == "call"
    )


def returned(turn: Turn, event: Event) -> None:
    """Take the result of a call; one whose step is gone is journalled and ignored. A rollback may wait for it."""
    path = event.name
    token = turn.tokens.get(path)
    if token is not None and token.kind == "call":
        _taken(turn, path, token, event)
    elif not undoing.ended(turn, path, event.data):
        turn.log("late_result", brief(path))
    undoing.poke(turn)


def _taken(turn: Turn, path: str, token: Token, event: Event) -> None:
    action = token.data["action"]
    if turn.final:
        del turn.tokens[path]
        turn.log("call_ended", action, path=path)
    elif event.data.get("error") is not None:
        code, text = _error(event.data["error"])
        undoing.refused(turn, path, event.data["error"])
        turn.log("call_failed", action, path=path, code=code, text=text)
        _failed(turn, path, code, text)
    else:
        turn.log("call_returned", action, path=path)
        _saved(turn, path, token, event.data.get("result"))


def _saved(turn: Turn, path: str, token: Token, result: Json) -> None:
    """Write what the call's `save` says and go on behind it; what cannot be saved fails the step."""
    step = step_at(turn.definition, path)
    assert isinstance(step, Call)
    names = {**kept_all(token.data.get("names", {})), **flow.names_at(turn, path), "result": result}
    try:
        write_all(turn, step.save, f"call {step.action}", names, since=token.seq)
    except ValueRefused as refused:
        _failed(turn, path, "bad-result", f"what {step.action} gave cannot be saved: {refused}")
    else:
        flow.after(turn, path)


def _failed(turn: Turn, path: str, code: str, text: str) -> None:
    del turn.tokens[path]
    flow.fail(turn, path, code, text)


def _error(error: Json) -> tuple[str, str]:
    """Give the code and the text of an error from outside."""
    told = error if isinstance(error, Mapping) else {"text": error}
    return brief(told.get("code", "failed")), brief(told.get("text", "it failed and did not say why"))
