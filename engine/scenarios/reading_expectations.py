"""Reads what a case expects to see of a record: one entry of the keys for each thing that can be looked at."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.record import Json, Plain
from engine.scenarios.known import Known, called, entries, every, phrase, time, transitions_named, unknown, values
from engine.scenarios.script import WantedCall, WantedOpen, WantedTarget
from engine.tally import NO, YES
from engine.targets import MET, MISSED, PAUSED, RUNNING
from language.definition import WITHDRAWN, Definition
from language.durations import Duration
from language.inputs import ValueRefused, read
from language.loader import MappingNode, Node, ScalarNode, plain
from language.schema.keys import Key, Read, Reading, read_keys
from language.schema.written import duration, number, one_of
from language.values import SEALED, Shape

HOW_SENT = "Write: message to person, or message to person, person."


def expectations(known: Known, definition: Definition) -> Callable[[Reading, Node], dict[str, Any]]:
    """Make a reader of what is expected of a record of a definition; it gives the attributes of `Expect`."""
    keys = expectation_keys(known, definition)
    return lambda reading, node: read_keys(reading, node, keys, "expect")


def expectation_keys(known: Known, definition: Definition) -> Mapping[str, Key]:
    """Give the keys of what is expected."""
    person = called("person", known.people)
    return {
        "state": Key(called("state", dict.fromkeys((*definition.states, WITHDRAWN)))),
        "fields": Key(field_values(definition)),
        "open": Key(every(_open(person))),
        "targets": Key(_by_name("target", definition.targets, _target)),
        "sent": Key(_sent(known)),
        "faults": Key(every(phrase)),
        "called": Key(every(_call(known, "action", known.actions))),
        "started": Key(every(_call(known, "process", known.started))),
        "actions": Key(_by_name("person", known.people, _actions(definition))),
        "journal": Key(every(phrase)),
    }


def field_values(definition: Definition) -> Read:
    """Make a reader of `{field: value}` for the fields of a definition."""

    def read_fields(reading: Reading, node: Node) -> Plain:
        found: Plain = values("field", definition.fields)(reading, node)
        for entry in node.entries if isinstance(node, MappingNode) else ():
            field = definition.fields.get(entry.key)
            try:
                if field is not None:
                    _expected(field.shape, plain(entry.value))
            except ValueRefused as refused:
                reading.refuse(entry.value, "bad-value", f"{entry.key}: {refused}")
        return found

    return read_fields


def _expected(shape: Shape, value: Json) -> None:
    """Refuse what a field of this shape can never be seen to hold."""
    if not shape.sealed:
        read(shape, value)
    elif value not in (None, SEALED):
        raise ValueRefused(f"it is sensitive, so all that is seen of it is {SEALED}, or null where it is empty")


def _open(person: Read) -> Read:
    """Read a task (`task: name`), an approval (`approval: name`), or the mere name of one of them."""
    shared = {"for": Key(every(person), "seats"), "due": Key(time)}
    kinds = {
        "task": {**shared, "claimed_by": Key(person)},
        "approval": {**shared, "votes": Key(_votes(person)), "round": Key(number(1, 1_000))},
    }

    def read_open(reading: Reading, node: Node) -> WantedOpen:
        if not isinstance(node, MappingNode):
            return WantedOpen(phrase(reading, node) or "")
        kind = "approval" if "approval" in node.keys else "task"
        keys = {kind: Key(phrase, "name", required=True), **kinds[kind]}
        return WantedOpen(**{"name": "", "kind": kind, **read_keys(reading, node, keys, f"an open {kind}")})

    return read_open


def _votes(person: Read) -> Read:
    """Read `{ann: yes, bob: no}`; empty: nobody has voted."""

    def read_votes(reading: Reading, node: Node) -> Mapping[str, str]:
        choice = one_of("a vote", YES, NO)
        found = {}
        for entry in entries(reading, node, "person: yes"):
            person(reading, ScalarNode(entry.key, entry.key, True, entry.key_line, entry.key_column))
            found[entry.key] = choice(reading, entry.value)
        return found

    return read_votes


def _target(reading: Reading, node: Node) -> WantedTarget:
    word = one_of("a word for a target", RUNNING, PAUSED, MET, MISSED)
    if not isinstance(node, MappingNode):
        return WantedTarget(word(reading, node))
    keys = {"is": Key(word, "word"), "due": Key(time), "spent": Key(_span), "left": Key(_span)}
    return WantedTarget(**read_keys(reading, node, keys, "a target"))


def _span(reading: Reading, node: Node) -> Duration | None:
    """Read a span of a target's own time, whose length is certain."""
    span = duration(reading, node)
    if span is not None and span.seconds is None:
        hint = "It is counted in opening time already."
        reading.refuse(node, "bad-duration", "write this in minutes, hours or days of 24 hours", hint)
    return span


def _sent(known: Known) -> Read:
    """Read `message to person, person` as one `message to person` for each of them."""

    def read_sent(reading: Reading, node: Node) -> tuple[str, ...]:
        text = phrase(reading, node)
        message, to, people = (text or "").rpartition(" to ")
        if text is not None and not to:
            reading.refuse(node, "bad-sent", "this does not say to whom", HOW_SENT)
        names = [name.strip() for name in people.split(",")] if to else []
        for name in names:
            if name not in known.people:
                reading.refuse(node, *unknown("person", name, known.people))
        return tuple(f"{message} to {name}" for name in names)

    def read_all(reading: Reading, node: Node) -> tuple[str, ...]:
        return tuple(one for each in every(read_sent)(reading, node) for one in each)

    return read_all


def _call(known: Known, what: str, names: Collection[str]) -> Read:
    """Make a reader of an action, or a process of which a record is started, perhaps with what it is given."""

    def read_call(reading: Reading, node: Node) -> WantedCall | None:
        if not isinstance(node, MappingNode):
            return WantedCall(called(what, names)(reading, node) or "", {})
        if len(node.entries) != 1:
            reading.refuse(node, "wrong-kind", "this names several in one", "Write each after its own `- `.")
            return None
        entry = node.entries[0]
        if entry.key not in names:
            reading.refuse_key(entry, *unknown(what, entry.key, names))
        definition = known.definitions.get(entry.key) if what == "process" else None
        given = values("field", definition.fields) if definition is not None else values("input", None)
        return WantedCall(entry.key, given(reading, entry.value))

    return read_call


def _actions(definition: Definition) -> Read:
    return _by_name("transition", transitions_named(definition), phrase)


def _by_name(what: str, names: Collection[str], read_one: Read) -> Read:
    def read_named(reading: Reading, node: Node) -> Mapping[str, Any]:
        found = {}
        for entry in entries(reading, node, f"{what}: …"):
            if entry.key not in names:
                reading.refuse_key(entry, *unknown(what, entry.key, names))
            found[entry.key] = read_one(reading, entry.value)
        return found

    return read_named
