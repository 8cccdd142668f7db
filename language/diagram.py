"""A definition as a graph to be drawn: states, the arrows between them, and where on them a record is and has been.

`language.mermaid` writes it as text, `language.layout` and `language.drawing` as a picture.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from language.definition import (
    Call,
    Definition,
    Go,
    Group,
    Notify,
    Schedule,
    Set,
    State,
    Step,
    Steps,
    Task,
    Transition,
    Wait,
    Who,
)
from language.expressions import Text
from language.schema.steps import KINDS
from language.walking import flow_of, possible, steps_within

START = ""
"""Where the arrow of `start` comes from: no state."""
TO = "to_"
"""What the journal calls a `go` that leads to a state by no transition of it: this, and the state."""


class Taken(NamedTuple):
    """A transition that a record has taken, as its journal tells it; the start comes from `START`."""

    source: str
    name: str
    target: str


class Way(NamedTuple):
    """What leads along an arrow: a transition or a `go`, what makes it happen, and how often it has been taken."""

    name: str
    title: str
    cause: str
    taken: int = 0

    @property
    def words(self) -> str:
        """Say it on one line: `Auto close (after 3 business days)`."""
        return f"{self.title} ({self.cause})" if self.cause else self.title


class Arrow(NamedTuple):
    """All ways from one state to another, or into the first one (`source` is `START`)."""

    source: str
    target: str
    ways: tuple[Way, ...]

    @property
    def is_taken(self) -> bool:
        """Whether the record has gone along it."""
        return any(way.taken for way in self.ways)


class Node(NamedTuple):
    """A state: what is done in it, in short, and the ways that do not leave it (`stays`)."""

    name: str
    title: str
    does: tuple[str, ...]
    stays: tuple[Way, ...]
    is_final: bool
    is_current: bool
    is_visited: bool


class Diagram(NamedTuple):
    """A process as a graph; nodes and arrows in the order of the text."""

    process: str
    title: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


def diagram(definition: Definition, current: str | None = None, path: Iterable[Taken] = ()) -> Diagram:
    """Draw up a definition; `current` is the state a record is in, `path` what it has taken so far.

    What leads to no state there is, or from a path of another version, is left out.
    """
    taken = Counter(path)
    visited = {each.target for each in taken}
    nodes = tuple(
        Node(
            name=state.name,
            title=state.title or _in_words(state.name),
            does=tuple(_does(state)),
            stays=tuple(_stays(definition, state, taken)),
            is_final=state.final,
            is_current=state.name == current,
            is_visited=state.name in visited,
        )
        for state in definition.states.values()
    )
    return Diagram(definition.process, definition.title, nodes, tuple(_arrows(definition, taken)))


def _arrows(definition: Definition, taken: Counter[Taken]) -> Iterator[Arrow]:
    ways: dict[tuple[str, str], list[Way]] = {}
    for source, target, way in _ways(definition):
        if target in definition.states:
            times = taken[Taken(source, way.name, target)]
            ways.setdefault((source, target), []).append(way._replace(taken=times))
    return (Arrow(source, target, tuple(found)) for (source, target), found in ways.items())


def _ways(definition: Definition) -> Iterator[tuple[str, str, Way]]:
    """Give every way that leads to a state, with where it comes from."""
    for to in dict.fromkeys(each.state for each in definition.start.to):
        yield START, to, _way(definition.start)
    for state in definition.states.values():
        transitions = possible(definition, state)
        for transition in transitions.values():
            for to in dict.fromkeys(each.state for each in transition.to):
                yield state.name, to, _way(transition)
        goes = (step.to for step in flow_of(definition, state) if isinstance(step, Go))
        for to in dict.fromkeys(to for to in goes if to not in transitions):
            yield state.name, to, Way(f"{TO}{to}", _in_words(to), "when it is done")


def _stays(definition: Definition, state: State, taken: Counter[Taken]) -> Iterator[Way]:
    for transition in possible(definition, state).values():
        if not transition.to:
            yield _way(transition)._replace(taken=taken[Taken(state.name, transition.name, state.name)])


def _way(transition: Transition) -> Way:
    return Way(transition.name, transition.title or _in_words(transition.name), ", ".join(_causes(transition)))


def _causes(transition: Transition) -> Iterator[str]:
    """Say what makes a transition happen; nothing where only a `go` does."""
    if transition.by:
        yield " or ".join(_person(who) for who in transition.by)
    if transition.event is not None:
        yield f"on {transition.event}"
    if transition.after is not None:
        yield f"after {transition.after}"
    if transition.at is not None:
        yield f"at {transition.at.text}"
    if transition.every is not None:
        yield f"every {transition.every}"
    if transition.schedule is not None:
        yield from _schedule(transition.schedule)
    if transition.auto:
        yield "by itself"


def _schedule(schedule: Schedule) -> Iterator[str]:
    yield f"at {schedule.at}"
    if schedule.every is not None:
        yield f"every {schedule.every}"


def _person(who: Who) -> str:
    return who.replace("_", " ") if isinstance(who, str) else f"={who.text}"


def _does(state: State) -> Iterator[str]:
    """Say what is done in a state, a step a line; what only holds other steps is told by them, a `go` by its arrow.

    What happens when something goes wrong or takes long is left out.
    """
    every = tuple(steps_within(state.do))
    aside = [inner.place for step in every for inner in steps_within(_aside(step))]
    for step in every:
        if step.place not in aside and not isinstance(step, Group | Go):
            yield _step(step)


def _aside(step: Step) -> Steps:
    late = (threshold.steps for threshold in step.at) if isinstance(step, Task) else ()
    return (*(step.on_error or ()), *(each for steps in late for each in steps))


def _step(step: Step) -> str:
    detail = DETAILS.get(type(step), lambda _step: "")(step)
    return f"{KEYWORDS[type(step)]} {detail}".rstrip()


def _wait(step: Wait) -> str:
    if step.event is not None:
        return f"for {step.event}"
    return f"until {step.until.text}" if step.until is not None else str(step.for_)


def _text(written: str | Text | None) -> str:
    return written.source if isinstance(written, Text) else written or ""


KEYWORDS: Mapping[Callable[..., Step], str] = {kind.make: word for word, kind in KINDS.items()}
"""The word of every kind of step."""

DETAILS: Mapping[type, Callable[[Any], str]] = {
    Task: lambda step: _text(step.title),
    Call: lambda step: step.action,
    Notify: lambda step: step.message or _text(step.text),
    Set: lambda step: ", ".join(step.fields),
    Wait: _wait,
}
"""What a step is about, where its word alone would not tell."""


def _in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()
