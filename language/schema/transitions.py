"""Reads transitions: those of a state, those possible in several states, and the start."""

from collections.abc import Callable, Mapping
from typing import Any

from language.definition import ANYONE, Destination, Place, Schedule, Set, Transition
from language.durations import Duration
from language.loader import Entry, Node, ScalarNode, SequenceNode
from language.schema.keys import Key, Reading, keys_in, kind_of, read_keys
from language.schema.steps import instant_steps
from language.schema.written import (
    condition,
    duration,
    event_name,
    expression,
    filled_text,
    people,
    text,
    time,
    word,
    words,
    yes_no,
)

DESTINATION_KEYS = {"to": Key(word, required=True), "when": Key(condition)}


def destinations(reading: Reading, node: Node) -> tuple[Destination, ...]:
    """Read `to`: the name of a state, or a list of `{to: state, when: …}` of which the first that fits is taken."""
    if isinstance(node, ScalarNode):
        state = word(reading, node)
        return () if state is None else (Destination(state, None, Place(node.line, node.column)),)
    if not isinstance(node, SequenceNode) or not node.items:
        message = f"`to` is a state, or a list of {{to: state, when: …}}, not {kind_of(node)}"
        reading.refuse(node, "wrong-kind", message)
        return ()
    return tuple(_destination(reading, item, is_last=item is node.items[-1]) for item in node.items)


def _destination(reading: Reading, node: Node, *, is_last: bool) -> Destination:
    attributes = read_keys(reading, node, DESTINATION_KEYS, "a way of `to`")
    if not is_last and "when" not in keys_in(node):
        reading.refuse(node, "unreachable-branch", "nothing after this way is ever taken", "Give it a `when`.")
    return Destination(attributes.get("to", ""), attributes.get("when"), Place(node.line, node.column))


SAID_KEYS = {
    "to": Key(destinations),
    "by": Key(people),
    "event": Key(event_name),
    "when": Key(condition),
    "blocked": Key(filled_text),
    "needs": Key(words),
    "ask": Key(words),
    "then": Key(instant_steps),
    "title": Key(text),
}

START_KEYS = {
    **SAID_KEYS,
    "to": Key(destinations, required=True),
    "at": Key(time),
    "every": Key(duration),
}

STATE_KEYS = {
    **SAID_KEYS,
    "after": Key(duration),
    "at": Key(expression),
    "every": Key(duration),
    "auto": Key(yes_no),
}

TOP_KEYS = {"from": Key(words, "from_", required=True), **STATE_KEYS}


def start(reading: Reading, node: Node) -> Transition:
    """Read `start`, the transition from nothing; where nothing is said, anyone who is signed in may take it."""
    attributes = read_keys(reading, node, START_KEYS, "start")
    at, every = attributes.pop("at", None), attributes.pop("every", None)
    if at is not None:
        attributes["schedule"] = Schedule(at, every)
    elif every is not None and "at" not in keys_in(node):
        message = "`every` repeats a time, and there is no `at`"
        reading.refuse(node, "every-without-at", message, "Say when it is for the first time: at: 2026-03-06 10:00.")
    if not any(key in keys_in(node) for key in ("by", "event", "at")):
        attributes["by"] = (ANYONE,)
    return _transition(reading, node, "start", Place(node.line, node.column), attributes)


def of_a_state(reading: Reading, entry: Entry) -> Transition:
    """Read a transition that stands in a state."""
    return _read(reading, entry, STATE_KEYS)


def of_several_states(reading: Reading, entry: Entry) -> Transition:
    """Read a transition that stands at the top and says with `from` in which states it is possible."""
    return _read(reading, entry, TOP_KEYS)


def _read(reading: Reading, entry: Entry, keys: Mapping[str, Key]) -> Transition:
    attributes = read_keys(reading, entry.value, keys, "a transition")
    return _transition(reading, entry.value, entry.key, Place(entry.key_line, entry.key_column), attributes)


def _transition(reading: Reading, node: Node, name: str, place: Place, attributes: dict[str, Any]) -> Transition:
    made = Transition(name, place, **attributes)
    for is_wrong, code, message, hint in MISTAKES:
        if is_wrong(made, node):
            reading.refuse(node, code, message, hint)
    return made


def _ends_itself(made: Transition) -> bool:
    """Say whether `then` writes a field that `when` reads: without that it would hold again at once."""
    written = {name for step in made.then if isinstance(step, Set) for name in step.fields}
    return made.when is not None and any(name in written for name in made.when.names)


def _repeated(made: Transition) -> tuple[Duration | None, ...]:
    return made.every, None if made.schedule is None else made.schedule.every


Mistake = tuple[Callable[[Transition, Node], bool], str, str, str]

MISTAKES: tuple[Mistake, ...] = (
    (
        lambda made, _node: sum((made.after is not None, made.at is not None, made.auto)) > 1,
        "two-times",
        "`after`, `at` and `auto` exclude each other",
        "Make a transition for each.",
    ),
    (
        lambda made, _node: made.every is not None and made.auto,
        "two-times",
        "`every` repeats a time, and `auto` knows none",
        "Remove one of the two.",
    ),
    (
        lambda made, _node: any(every is not None and not every.amount for every in _repeated(made)),
        "bad-duration",
        "`every` of no time at all would repeat without end",
        "Write every: 1 day, for example.",
    ),
    (
        lambda made, _node: made.auto and not made.to and not _ends_itself(made),
        "auto-without-to",
        "an `auto` transition that stays must change what its `when` reads, or it happens again and again",
        "Say to: and the state, or `set` in `then` a field that `when` reads.",
    ),
    (
        lambda made, _node: any(name in made.needs for name in made.ask),
        "named-twice",
        "a name stands in both `needs` and `ask`",
        "Keep it in `needs` only.",
    ),
    (
        lambda made, node: made.blocked is not None and "when" not in keys_in(node),
        "blocked-without-when",
        "`blocked` gives the reason when `when` does not hold, and there is no `when`",
        "Add `when`, or remove `blocked`.",
    ),
)
"""What is wrong with a transition as a whole: the test, code, message, hint."""
