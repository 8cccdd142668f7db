"""What becomes of all that is open in a record: flow by flow, it goes on, begins again, or keeps it from moving."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.children import START
from engine.moving.course import Change, Course, together
from engine.moving.places import Places
from engine.moving.thread import Thread, goes_on, under_way
from engine.paths import NOWHERE, UNDO, at_once, root, step_at, steps_at, undone, within
from engine.record import Reason, Record, Token
from language.definition import Call, Definition, Run, Start, Steps
from language.problems import sentence
from language.walking import with_blocks

BEGINS_AGAIN, STAYS_THROUGH = "begins_again", "stays_through"
INSTANT = ("call", START, "fault")
"""What can be open where everything is carried out at once."""


class Flow(NamedTuple):
    """A flow of a record: its outermost sequence, what people call it, and what is open in it."""

    top: str
    name: str
    tokens: Mapping[str, Token]


def charted(ways: Places, record: Record, restart: tuple[str, ...]) -> Course:
    """Say what becomes of all that is open; flows of a state in `restart` may begin again where they cannot go on."""
    state = ways.state(record.state)
    courses: list[Course] = []
    for flow in _flows(record):
        if _is_over(ways, flow, state):
            courses.append(Course({}, withdrawn=(flow.top,)))
        else:
            courses.append(_charted(ways, record, flow, state, restart))
    gone = [path for course in courses for path in course.withdrawn]
    for path, token in record.tokens.items():
        if _is_instant(path, token) and not any(within(path, each) for each in gone):
            courses.append(_instant(ways, path, token))
    return together([*courses, _undone(ways, record, together(courses).places)])


def _flows(record: Record) -> Iterator[Flow]:
    """Give the flows of a record; the `do` of its state is one even when nothing is open in it."""
    tops: dict[str, dict[str, Token]] = {}
    here = f"{record.visit}/{record.state}"
    for path, token in record.tokens.items():
        if not _is_instant(path, token):
            tops.setdefault(_top(path), {})[path] = token
    if not any(top in (f"{here}/do", f"{here}/on_error") for top in tops):
        tops[f"{here}/do"] = {}
    for top, tokens in tops.items():
        yield Flow(top, _called(top), tokens)


def _top(path: str) -> str:
    return f"{undone(path)}/{UNDO}" if undone(path) else root(path)


def _called(top: str) -> str:
    _, state, place, *rest = top.split("/")
    if rest:
        return f"the undoing of what was done in {state}"
    return f"the block {place.removeprefix('block-')}" if state == NOWHERE else f"{place} of {state}"


def _is_instant(path: str, token: Token) -> bool:
    return token.kind in INSTANT and at_once(path)


def _is_over(ways: Places, flow: Flow, state: str) -> bool:
    """Say whether a flow is that of a block that does not run beside the state any more."""
    token = flow.tokens.get(flow.top)
    if token is None or token.kind != "block":
        return False
    block = ways.new.blocks.get(token.data["block"])
    return block is None or state not in block.runs_in


def _charted(ways: Places, record: Record, flow: Flow, state: str, restart: tuple[str, ...]) -> Course:
    thread = Thread(ways, flow.top, flow.name, flow.tokens)
    if thread.reasons and state in restart and not _is_undoing(flow):
        return _restarted(ways, flow, f"{record.visit}/{state}/do")
    if thread.reasons and _is_through(flow):
        return Course(thread.places, changes=(Change(STAYS_THROUGH, flow.name),))
    hint = "" if _is_undoing(flow) or not thread.reasons else f"To let {flow.name} begin again, restart {state}."
    return Course(
        thread.places,
        tuple(thread.withdrawn),
        tuple(thread.begun),
        tuple(thread.through),
        tuple(thread.changes),
        tuple(reason._replace(text=sentence(reason.text, hint)) for reason in thread.reasons),
    )


def _is_undoing(flow: Flow) -> bool:
    return bool(undone(flow.top))


def _is_through(flow: Flow) -> bool:
    return all(token.kind == "block" for token in flow.tokens.values())


def _restarted(ways: Places, flow: Flow, do: str) -> Course:
    """Let a flow begin from its beginning: a block by itself, as soon as it is stopped."""
    is_block = flow.top.split("/")[1] == NOWHERE
    again = (f"{do}/0",) if steps_at(ways.new, do) and not is_block else ()
    steps = steps_at(ways.new, ways.sequence(flow.top) or do if is_block else do)
    made = dict.fromkeys(_made(ways, flow))
    asked_again = tuple(dict.fromkeys(each for each in _asked(ways.new, steps) if each in made))
    change = Change(BEGINS_AGAIN, flow.name, again=asked_again)
    return Course({}, withdrawn=(flow.top,), begun=again, changes=(change,))


def _made(ways: Places, flow: Flow) -> Iterator[str]:
    """Name the actions and processes that a flow may have asked for so far."""
    do = flow.top.removesuffix("on_error") + "do" if flow.top.endswith("/on_error") else flow.top
    steps = steps_at(ways.old, do)
    positions = [int(path.split("/")[3]) for path in flow.tokens if within(path, do) and path != do]
    begun = steps[: positions[0] + 1] if positions else steps
    yield from _asked(ways.old, begun)


def _asked(definition: Definition, steps: Steps) -> Iterator[str]:
    """Name the actions and processes that steps ask for."""
    for step in with_blocks(definition, steps):
        if isinstance(step, Call):
            yield step.action
        elif isinstance(step, Run | Start):
            yield step.process


def _undone(ways: Places, record: Record, places: Mapping[str, str]) -> Course:
    """Lead the steps that can be undone to where they are now; one that could not be any more speaks against it."""
    found: dict[str, str] = {}
    reasons: list[Reason] = []
    for each in record.undo:
        path = each.path
        new = places.get(path) or ways.step(path) or ways.elsewhere(path, root(path))
        if new is None or step_at(ways.new, new).undo is None:
            step = step_at(ways.old, path).id or path
            text = f"{step} in {each.state} is done and can be undone, and version {ways.new.version} does not say how"
            reasons.append(Reason("state", "undo-gone", f"{text}. Keep the step and its undo."))
        else:
            found[path] = new
    return Course({}, reasons=tuple(reasons), undo=found)


def _instant(ways: Places, path: str, token: Token) -> Course:
    """Let a call go on that nothing waits for, where its step is still there."""
    new = ways.step(path)
    if new is not None and goes_on(ways, path, new, token):
        return Course({path: new})
    if token.kind == "fault":
        return Course({}, withdrawn=(path,))
    return Course({}, reasons=(under_way(token, ways, _called(root(path))),))
