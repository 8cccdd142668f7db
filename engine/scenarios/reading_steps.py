"""Reads the steps of a case: one entry of `KINDS` for each kind there is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from engine.record import Json, Kind, Plain
from engine.scenarios.known import (
    Known,
    called,
    events_named,
    filled_by_people,
    filled_in_tasks,
    phrase,
    time,
    transitions_named,
    values,
)
from engine.scenarios.reading_expectations import expectations
from engine.scenarios.reading_organisation import absence, facts, new_rows
from engine.scenarios.script import Absent, Expect, Happen, Pass, Reorganise, Say, Start, Step
from engine.tally import NO, YES
from language.definition import Definition, Place
from language.loader import MappingNode, Node, ScalarNode, SequenceNode
from language.problems import did_you_mean, quoted
from language.schema.keys import Key, Reading, kind_of, read_keys
from language.schema.written import as_it_is, duration, one_of, word


class StepKind(NamedTuple):
    """A kind of step: its keys (its own first) for a record of a definition, and what is made of them."""

    keys: Callable[[Known, Definition], Mapping[str, Key]]
    make: Callable[..., Step]


def steps(known: Known, reading: Reading, node: Node) -> tuple[Step, ...]:
    """Read the steps of a case, of which there must be one at least."""
    if not isinstance(node, SequenceNode) or not node.items:
        reading.refuse(node, "wrong-kind", f"steps are a list of one at least, not {kind_of(node)}")
        return ()
    found: list[Step] = []
    for item in node.items:
        step = _step(known, reading, item)
        if isinstance(step, Reorganise):
            known = replace(known, organisation=known.organisation.merged(step.rows))
        found.extend([step] if step is not None else [])
    return tuple(found)


def _step(known: Known, reading: Reading, node: Node) -> Step | None:
    if not isinstance(node, MappingNode):
        reading.refuse(node, "wrong-kind", f"a step is written as `kind: …`, not as {kind_of(node)}", _kinds())
        return None
    words = [key for key in node.keys if key in WORDS and not (key == "comment" and "vote" in node.keys)]
    if len(words) != 1:
        _refuse(reading, node, words)
        return None
    kind, place = words[0], Place(node.line, node.column)
    if kind == START:
        return _start(known, reading, node, place)
    record = _record(known, reading, node)
    if record is None:
        return None
    keys = {**KINDS[kind].keys(known, known.definition(record)), "record": Key(as_it_is)}
    return KINDS[kind].make(**{**read_keys(reading, node, keys, f"this {kind} step"), "place": place, "record": record})


def _refuse(reading: Reading, node: MappingNode, words: list[str]) -> None:
    if words:
        message = f"{' and '.join(words)} are several steps in one"
        reading.refuse(node, "two-steps", message, "Begin each step with its own `- `.")
        return
    strange = next(iter(node.keys), "")
    hint = did_you_mean(strange, WORDS) or _kinds()
    reading.refuse(node, "unknown-step", f"there is no step {quoted(strange)}", hint)


def _kinds() -> str:
    return f"There are: {', '.join(WORDS)}."


def _record(known: Known, reading: Reading, node: MappingNode) -> str | None:
    """Give the name of the record that a step is about: `record:`, or else the one called like the process."""
    written = node.get("record")
    if isinstance(written, ScalarNode) and written.text not in known.records:
        process = known.child(written.text)
        if process is not None:
            known.records[written.text] = process
    if written is not None:
        found: str | None = called("record", known.records)(reading, written)
        return found
    if known.process not in known.records:
        message = f"no record named {quoted(known.process)} has been started yet"
        reading.refuse(node, "unknown-record", message, "Write `given` in the case, or a start step before this one.")
        return None
    return known.process


def _start(known: Known, reading: Reading, node: MappingNode, place: Place) -> Start:
    about = node.get("start")
    process = None if about is None else called("process", known.definitions)(reading, about)
    definition = known.definitions[process or known.process]
    keys = {**start_keys(known, definition), "record": Key(word)}
    said = read_keys(reading, node, keys, "this start step")
    record = said.get("record", definition.process)
    person, refused = said.get("person"), said.get("refused")
    start = Start(
        place=place,
        record=record,
        process=definition.process,
        person=person,
        given=said.get("given", {}),
        refused=refused,
    )
    return started(known, reading, node, start)


def started(known: Known, reading: Reading, node: Node, start: Start) -> Start:
    """Take note of the record that a step starts; refuse one that nobody starts, or whose name is taken."""
    definition = known.definitions[start.process]
    if start.person is None and definition.start.event is None and definition.start.schedule is None:
        message = f"nobody starts this {start.process}, and neither an outside event nor a schedule may"
        reading.refuse(node, "missing-key", message, "Say who: `as: person`.")
    if start.record in known.records:
        message = f"a record named {quoted(start.record)} has been started already"
        reading.refuse(node, "duplicate-record", message, "Give this one another name: `record: name`.")
    if start.refused is None:
        known.records[start.record] = start.process
    return start


def _by_person(known: Known) -> Mapping[str, Key]:
    return {"as": Key(called("person", known.people), "person", required=True), "refused": Key(phrase)}


def start_keys(known: Known, definition: Definition) -> Mapping[str, Key]:
    """Give the keys of a step that starts a record."""
    return {
        "start": Key(as_it_is),
        "as": Key(called("person", known.people), "person"),
        "with": Key(values("field", filled_by_people(definition)), "given"),
        "refused": Key(phrase),
    }


def _act_keys(known: Known, definition: Definition) -> Mapping[str, Key]:
    return {
        "act": Key(called("transition", transitions_named(definition)), "name"),
        "with": Key(values("field", filled_by_people(definition)), "given"),
        **_by_person(known),
    }


def _edit_keys(known: Known, definition: Definition) -> Mapping[str, Key]:
    return {"edit": Key(values("field", definition.fields), "given"), **_by_person(known)}


def _complete_keys(known: Known, definition: Definition) -> Mapping[str, Key]:
    form = Key(values("field", filled_in_tasks(definition)), "given")
    return {"complete": Key(phrase, "name"), "with": form, **_by_person(known)}


def _comment_keys(known: Known, _definition: Definition) -> Mapping[str, Key]:
    return {"comment": Key(_said(internal=False), "given"), **_by_person(known)}


def _note_keys(known: Known, _definition: Definition) -> Mapping[str, Key]:
    return {"note": Key(_said(internal=True), "given"), **_by_person(known)}


def _said(internal: bool) -> Callable[[Reading, Node], Plain]:
    return lambda reading, node: {"text": phrase(reading, node), "internal": internal}


def _event_keys(_known: Known, definition: Definition) -> Mapping[str, Key]:
    return {
        "event": Key(called("event", events_named(definition)), "name"),
        "with": Key(values("member", None), "given"),
        "refused": Key(phrase),
    }


def _fault_keys(known: Known, definition: Definition) -> Mapping[str, Key]:
    return {
        "fault": Key(one_of("a way to mend a fault", Kind.RETRY, Kind.SKIP), "kind"),
        "with": Key(values("field", definition.fields), "given"),
        **_by_person(known),
    }


def _task_keys(kind: Kind) -> Callable[[Known, Definition], Mapping[str, Key]]:
    return lambda known, _definition: {str(kind): Key(phrase, "name"), **_by_person(known)}


def _watch_keys(kind: Kind) -> Callable[[Known, Definition], Mapping[str, Key]]:
    return lambda known, _definition: {str(kind): Key(called("person", known.people), "name"), **_by_person(known)}


def _vote_keys(known: Known, _definition: Definition) -> Mapping[str, Key]:
    return {
        "vote": Key(phrase, "name"),
        "choice": Key(one_of("a vote", YES, NO), required=True),
        "comment": Key(phrase),
        "for": Key(called("person", known.people), "whose"),
        **_by_person(known),
    }


def _vote(**said: Json) -> Happen:
    given = {"choice": said.pop("choice", YES), "comment": said.pop("comment", None), "for": said.pop("whose", None)}
    return Happen(kind=Kind.VOTE, given=given, **said)


def _absent(absence: Mapping[str, Json], **said: Json) -> Absent:
    return Absent(**{"who": "", "since": "", "until": "", **absence, **said})


def _happen(kind: Kind) -> Callable[..., Happen]:
    def make(**said: Json) -> Happen:
        return Happen(kind=kind, **said)

    return make


def _mend(**said: Json) -> Happen:
    return Happen(**{**said, "kind": Kind(said.get("kind", Kind.RETRY))})


def _pass(**said: Json) -> Pass:
    how = said.pop("how", {})
    return Pass(duration=how.get("duration"), until=how.get("until"), **said)


def _how_long(reading: Reading, node: Node) -> Mapping[str, Json]:
    """Read `3 business days` or `{until: 2026-03-09 08:00}`."""
    if isinstance(node, MappingNode):
        return read_keys(reading, node, {"until": Key(time, required=True)}, "pass")
    return {"duration": duration(reading, node)}


KINDS: Mapping[str, StepKind] = {
    "act": StepKind(_act_keys, _happen(Kind.ACT)),
    "edit": StepKind(_edit_keys, _happen(Kind.EDIT)),
    "comment": StepKind(_comment_keys, _happen(Kind.COMMENT)),
    "note": StepKind(_note_keys, _happen(Kind.COMMENT)),
    "watch": StepKind(_watch_keys(Kind.WATCH), _happen(Kind.WATCH)),
    "unwatch": StepKind(_watch_keys(Kind.UNWATCH), _happen(Kind.UNWATCH)),
    "claim": StepKind(_task_keys(Kind.CLAIM), _happen(Kind.CLAIM)),
    "release": StepKind(_task_keys(Kind.RELEASE), _happen(Kind.RELEASE)),
    "complete": StepKind(_complete_keys, _happen(Kind.COMPLETE)),
    "vote": StepKind(_vote_keys, _vote),
    "event": StepKind(_event_keys, _happen(Kind.OCCUR)),
    "fault": StepKind(_fault_keys, _mend),
    "fact": StepKind(lambda _known, _definition: {"fact": Key(facts, "facts", required=True)}, Say),
    "absent": StepKind(lambda known, _definition: {"absent": Key(absence(known), "absence")}, _absent),
    "organisation": StepKind(
        lambda known, _definition: {"organisation": Key(new_rows(known), "rows", required=True)}, Reorganise
    ),
    "pass": StepKind(lambda _known, _definition: {"pass": Key(_how_long, "how")}, _pass),
    "expect": StepKind(
        lambda known, definition: {"expect": Key(expectations(known, definition), "wanted")},
        lambda wanted, **said: Expect(**{**wanted, **said}),
    ),
}
"""Every kind of step that is about a record there is, by the key that tells it."""

START = "start"
WORDS = (START, *KINDS)
