"""Records that a step starts: `run` waits for the end of one, `start` until one has begun.

Both are a token and a row of the outbox; a record is started by whoever carries that row, under the step's path, and
what comes of it comes back as an event. Children are ordinary records (docs/language/steps/run.md).
"""

from collections.abc import Mapping

from engine import faults, flow
from engine.fields import write_all
from engine.locals import keep_all, kept_all
from engine.outside import brief, outside
from engine.paths import at_once, step_at
from engine.record import Event, Plain, Token
from engine.scope import fill_plain
from engine.turn import Turn
from engine.typed_json import typed_value
from language.definition import Run, Start
from language.inputs import ValueRefused
from language.values import Value

BEGIN = "start"
"""The kind of the row in the outbox that starts a record."""

RUN, START = "run", "start"
"""The kinds of token: a step that waits for a record's end, and one that waits for its beginning."""

DEEPEST = 20
"""How many records in a row may set off the next, without people or time in between."""


def open_run(turn: Turn, path: str, step: Run, names: Mapping[str, Value]) -> None:
    """Start a record and wait for its end."""
    _begin(turn, path, RUN, step, names)


def open_start(turn: Turn, path: str, step: Start, names: Mapping[str, Value]) -> None:
    """Start a record, which goes on by itself; the step waits only until it has begun."""
    _begin(turn, path, START, step, names)


def is_too_deep(turn: Turn, path: str) -> bool:
    """Let a step stand still that would set off one record too many in a row."""
    if turn.depth < DEEPEST:
        return False
    text = (
        f"{DEEPEST} records in a row have set off the next one, without people or time in between: "
        "these processes go round in circles. Mend the one that should not go on, then retry or skip this step"
    )
    faults.stand_still(turn, path, "too-deep", text)
    return True


def came(turn: Turn, event: Event) -> None:
    """Take what came of a record that a step started; where nobody waits for it any more, journal that."""
    path = event.name
    token = turn.tokens.get(path)
    if token is None or token.kind not in (RUN, START):
        turn.log("late_child", brief(path))
        return
    turn.depth = token.data["depth"]
    process, error = token.data["process"], event.data.get("error")
    if error is not None:
        code, text = brief(error["code"]), brief(error["text"])
        turn.log("child_failed", process, path=path, code=code, text=text)
        _failed(turn, path, code, text)
        return
    result = event.data["result"]
    if token.kind == RUN:
        turn.log("child_done", result["id"], path=path, state=result["state"])
    else:
        turn.log("child_begun", result["id"], path=path)
    _saved(turn, path, token, result)


def _begin(turn: Turn, path: str, kind: str, step: Run | Start, names: Mapping[str, Value]) -> None:
    """Ask for a record; where nothing waits for it, the step keeps its local names, as a call does."""
    if is_too_deep(turn, path):
        return
    fields = fill_plain(turn, step.with_, names)
    once = isinstance(step, Start) and step.once
    data = {
        "process": step.process,
        "depth": turn.depth,
        **({"names": keep_all(names)} if names and at_once(path) else {}),
    }
    turn.tokens[path] = Token(kind, turn.now, turn.seq, data)
    turn.log("child_asked", step.process, path=path)
    body = {
        "process": step.process,
        "fields": fields,
        "path": path,
        "waits": kind == RUN,
        "depth": turn.depth + 1,
        **({"once": True} if once else {}),
    }
    turn.send(f"{path}/start-{turn.seq}", BEGIN, body)


def _saved(turn: Turn, path: str, token: Token, result: Plain) -> None:
    """Write what the step's `save` says and go on behind it; what cannot be saved fails the step."""
    step = step_at(turn.definition, path)
    assert isinstance(step, Run | Start)
    names = {**kept_all(token.data.get("names", {})), **flow.names_at(turn, path), "result": _typed(result)}
    try:
        write_all(turn, step.save, f"{step.process} {result['id']}", names, since=token.seq)
    except ValueRefused as refused:
        _failed(turn, path, "bad-result", f"what {result['id']} came to cannot be saved: {refused}")
    else:
        flow.after(turn, path)


def _typed(result: Plain) -> Mapping[str, Value]:
    """Give a result as expressions see it, its fields as its own process has them."""
    shapes = result.get("shapes", {})
    fields = {name: typed_value(shapes[name], plain) for name, plain in result.get("fields", {}).items()}
    existed = result.get("existed", False)
    return {"id": result["id"], "existed": existed, "state": outside(result.get("state")), "fields": fields}


def _failed(turn: Turn, path: str, code: str, text: str) -> None:
    del turn.tokens[path]
    flow.fail(turn, path, code, text)
