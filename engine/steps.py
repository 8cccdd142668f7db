"""Every step kind and what beginning it means: the one table to extend when a kind is added."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from engine import approvals, calls, children, flow, messages, parallel, rollback, sending, tasks, undoing, waits
from engine.errors import StepFailed
from engine.fields import write_all
from engine.paths import root, step_at
from engine.record import Json
from engine.scope import fill, fill_text, holds
from engine.turn import Turn
from language.definition import (
    Approval,
    Call,
    Choose,
    Fail,
    ForEach,
    Go,
    Group,
    Notify,
    Repeat,
    Rollback,
    Run,
    Send,
    Set,
    Start,
    Step,
    Steps,
    Task,
    Together,
    UseBlock,
    Wait,
)
from language.inputs import ValueRefused
from language.operations import EvaluationRefused
from language.values import Ref, show

Leave = Callable[[Turn, str], None]

DEEPEST_BLOCK = 10
"""Blocks that use each other, one inside the other, at most; the checker finds those that come back to themselves."""


def drain(turn: Turn, leave: Leave) -> None:
    """Run every step that is ready until all that is open waits; `leave` carries out a `go`."""
    while turn.ready:
        path = turn.ready.pop(0)
        turn.count_step()
        step = step_at(turn.definition, path)
        with turn.gathering(), _failing(turn, path):
            if _is_passed_over(turn, path, step):
                flow.after(turn, path, done=False)
            elif isinstance(step, Go):
                _go(turn, path, step, leave)
            else:
                BEGIN[type(step)](turn, path, step)
    turn.settle_missing()


def _is_passed_over(turn: Turn, path: str, step: Step) -> bool:
    """Say whether the condition of a step does not hold; one that is open already (a rollback) has been asked."""
    if step.when is None or path in turn.tokens:
        return False
    return not holds(turn, step.when, flow.names_at(turn, path)).yes


def at_once(turn: Turn, place: str, steps: Steps, names: Mapping[str, Json] | None = None) -> None:
    """Carry out `entry`, `then` or `at`: writes happen now, messages and calls are sent afterwards, nothing waits.

    `names` are local ones. What cannot be carried out becomes a fault that blocks nothing.
    """
    names = {**flow.names_at(turn, place), **(names or {})}
    for position, step in enumerate(steps):
        path = f"{place}/{position}"
        turn.count_step()
        with _failing(turn, path):
            if step.when is None or holds(turn, step.when, names).yes:
                AT_ONCE[type(step)](turn, path, step, names)


@contextmanager
def _failing(turn: Turn, path: str) -> Iterator[None]:
    """Turn what a step meets into an error of the step."""
    try:
        yield
    except StepFailed as failed:
        flow.fail(turn, path, failed.code, failed.text)
    except (EvaluationRefused, ValueRefused) as refused:
        flow.fail(turn, path, "bad-value", str(refused))


def _go(turn: Turn, path: str, step: Go, leave: Leave) -> None:
    """Leave the state; the flow goes on if the transition does not lead out of it, or out of those of a block."""
    visit = turn.visit
    leave(turn, step.to)
    if turn.visit == visit or root(path) in turn.tokens:
        flow.after(turn, path)


def _task(turn: Turn, path: str, step: Task) -> None:
    tasks.open_task(turn, path, step)


def _call(turn: Turn, path: str, step: Call) -> None:
    names = flow.names_at(turn, path)
    calls.open_call(turn, path, step, names)
    undoing.enter(turn, path, names)


def _run(turn: Turn, path: str, step: Run) -> None:
    children.open_run(turn, path, step, flow.names_at(turn, path))


def _start(turn: Turn, path: str, step: Start) -> None:
    children.open_start(turn, path, step, flow.names_at(turn, path))


def _send(turn: Turn, path: str, step: Send) -> None:
    if sending.send(turn, path, step, flow.names_at(turn, path)):
        flow.after(turn, path)


def _notify(turn: Turn, path: str, step: Notify) -> None:
    messages.notify(turn, path, step, flow.names_at(turn, path))
    flow.after(turn, path)


def _set(turn: Turn, path: str, step: Set) -> None:
    _set_at_once(turn, path, step, flow.names_at(turn, path))
    flow.after(turn, path)


def _choose(turn: Turn, path: str, step: Choose) -> None:
    names = flow.names_at(turn, path)
    taken = next(n for n, way in enumerate(step.branches) if way.when is None or holds(turn, way.when, names).yes)
    flow.begin(turn, f"{path}/branch-{taken}")


def _repeat(turn: Turn, path: str, step: Repeat) -> None:
    flow.turn_again(turn, path, step, 0)


def _group(turn: Turn, path: str, _step: Group) -> None:
    flow.begin(turn, f"{path}/do")


def _for_each(turn: Turn, path: str, step: ForEach) -> None:
    """Go through a list, which is fixed now; an empty one is gone through at once."""
    entries = fill(turn, step.items, flow.names_at(turn, path))
    if not entries:
        flow.after(turn, path)
    elif isinstance(entries, tuple) and not isinstance(entries, Ref):
        parallel.open_entries(turn, path, step, entries)
    else:
        raise StepFailed("bad-value", f"{step.items.text} is no list: it is {show(entries)}")


def _use_block(turn: Turn, path: str, step: UseBlock) -> None:
    if path.count("/block/") >= DEEPEST_BLOCK:
        raise StepFailed("too-deep", f"the block {step.block} is used more than {DEEPEST_BLOCK} blocks deep: use fewer")
    flow.begin(turn, f"{path}/block")


def _fail(turn: Turn, path: str, step: Fail) -> None:
    raise StepFailed("failed", fill_text(turn, step.text, flow.names_at(turn, path)))


BEGIN: Mapping[type[Step], Callable[..., None]] = {
    Task: _task,
    Approval: approvals.open_approval,
    Call: _call,
    Notify: _notify,
    Set: _set,
    Wait: waits.open_wait,
    Run: _run,
    Start: _start,
    Send: _send,
    Choose: _choose,
    Repeat: _repeat,
    Group: _group,
    Together: parallel.open_branches,
    ForEach: _for_each,
    UseBlock: _use_block,
    Rollback: rollback.go_on,
    Fail: _fail,
}
"""What beginning a step of `do` means, by its kind."""


def _set_at_once(turn: Turn, path: str, step: Set, names: Mapping[str, Json]) -> None:
    write_all(turn, step.fields, f"step {step.id or path}", names)


def _send_at_once(turn: Turn, path: str, step: Send, names: Mapping[str, Json]) -> None:
    sending.send(turn, path, step, names)


AT_ONCE: Mapping[type[Step], Callable[..., None]] = {
    Set: _set_at_once,
    Notify: messages.notify,
    Call: calls.open_call,
    Start: children.open_start,
    Send: _send_at_once,
}
"""The kinds that may stand in `entry`, `then` and `at`."""
