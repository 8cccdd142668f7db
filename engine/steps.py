"""Every step kind and what beginning it means: the one table to extend when a kind is added."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from engine import approvals, calls, flow, messages, tasks, waits
from engine.errors import StepFailed
from engine.fields import write_all
from engine.paths import step_at
from engine.record import Json
from engine.scope import fill_text, holds
from engine.turn import Turn
from language.definition import Approval, Call, Choose, Fail, Go, Group, Notify, Repeat, Set, Step, Steps, Task, Wait
from language.inputs import ValueRefused
from language.operations import EvaluationRefused

Leave = Callable[[Turn, str], None]


def drain(turn: Turn, leave: Leave) -> None:
    """Run every step that is ready until all that is open waits; `leave` carries out a `go`."""
    while turn.ready:
        path = turn.ready.pop(0)
        turn.count_step()
        step = step_at(turn.definition, path)
        with _failing(turn, path):
            if step.when is not None and not holds(turn, step.when, flow.names_at(turn, path)).yes:
                flow.after(turn, path)
            elif isinstance(step, Go):
                _go(turn, path, step, leave)
            else:
                BEGIN[type(step)](turn, path, step)


def at_once(turn: Turn, root: str, steps: Steps, names: Mapping[str, Json] | None = None) -> None:
    """Carry out `entry`, `then` or `at`: writes happen now, messages and calls are sent afterwards, nothing waits.

    `names` are local ones. What cannot be carried out becomes a fault that blocks nothing.
    """
    for position, step in enumerate(steps):
        path = f"{root}/{position}"
        turn.count_step()
        with _failing(turn, path):
            if step.when is None or holds(turn, step.when, names).yes:
                AT_ONCE[type(step)](turn, path, step, names or {})


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
    """Leave the state; a transition that does not lead out of it lets the flow go on."""
    visit = turn.visit
    leave(turn, step.to)
    if turn.visit == visit:
        flow.after(turn, path)


def _task(turn: Turn, path: str, step: Task) -> None:
    tasks.open_task(turn, path, step)


def _call(turn: Turn, path: str, step: Call) -> None:
    calls.open_call(turn, path, step, flow.names_at(turn, path))


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


def _fail(turn: Turn, path: str, step: Fail) -> None:
    raise StepFailed("failed", fill_text(turn, step.text, flow.names_at(turn, path)))


BEGIN: Mapping[type[Step], Callable[..., None]] = {
    Task: _task,
    Approval: approvals.open_approval,
    Call: _call,
    Notify: _notify,
    Set: _set,
    Wait: waits.open_wait,
    Choose: _choose,
    Repeat: _repeat,
    Group: _group,
    Fail: _fail,
}
"""What beginning a step of `do` means, by its kind."""


def _set_at_once(turn: Turn, path: str, step: Set, names: Mapping[str, Json]) -> None:
    write_all(turn, step.fields, f"step {step.id or path}", names)


AT_ONCE: Mapping[type[Step], Callable[..., None]] = {
    Set: _set_at_once,
    Notify: messages.notify,
    Call: calls.open_call,
}
"""The kinds that may stand in `entry`, `then` and `at`."""
