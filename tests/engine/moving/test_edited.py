"""However a process is changed, a record moved there stands in places that exist, and lives on as any other."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.approvals import name_of
from engine.calls import open_calls
from engine.facts import answer
from engine.moving.move import move
from engine.paths import step_at, steps_at, transitions_of
from engine.record import Actor, Advanced, Event, Kind, Needs, Outcome, Record, Refused
from engine.undoing import ending_calls
from language.checker import check as check_text
from language.definition import Approval, Call, Definition, Rollback, Task, Wait
from language.reading import read_definition, read_definition_leniently
from language.surroundings import Surroundings
from tests.engine.builders import (
    HOUR,
    NOW,
    ORGANISATION,
    act,
    complete,
    failure,
    result,
    retry,
    skip,
    through_json,
    vote,
)
from tests.engine.flowing import FLOWING
from tests.engine.test_properties import CROWDED, check, steps

BOSS = Actor("dan", "Dan", ("boss",))

EDITS = [
    ("    do:\n      - together:", "    do:\n      - {set: {n: =n}}\n      - together:"),
    ("{fail: Bang, when: kind == 'busy'}", "{call: a.last}"),
    ("{wait: 1 hour}", "{wait: 3 hours}"),
    ("{call: a.c, when", "{call: a.d, when"),
    ('{task: "Do {{ word }}"', '{task: "Do it {{ word }}"'),
    ('{task: "Do {{ word }}"', '{task: "Do {{ word }}", id: do_it'),
    ("runs_in: [work, more]", "runs_in: [more]"),
    ("      - {wait: 1 day}\n      - {go: more}\n", "      - {wait: 1 day}\n      - {call: a.beside}\n"),
    ("      - {call: a.beside, undo", "      - {call: a.before}\n      - {call: a.beside, undo"),
    ("undo: [{call: a.undo}]", "undo: [{set: {n: 7}}, {call: a.undo}]"),
    (", undo: [{call: a.undo}]", ""),
    ("mode: together", "mode: one_by_one"),
    ("{together: {a: [{rollback: work}], b: [{rollback: more}]}}", "{rollback: work}, {rollback: more}"),
    ("n: {type: number, default: 0", "n: {type: choice, options: ['0', '1', '2']"),
    ("words: {type: list, of: text", "words: {type: list, of: long_text"),
    ("  owner: user\n", ""),
    ("    on_error: [{go: back}]\n", ""),
    ("at_most: 3\n", "at_most: 5\n"),
    ("id: look, ", ""),
    ("votes: 60%", "votes: all"),
    ("expired: [{fail: Nobody}]", "expired: [{call: a.expired}, {fail: Nobody}]"),
    ("- do: [{call: a.b, save", "- {set: {n: 5}}\n      - do: [{call: a.b, save"),
    ("{wait: 1 business day}, {fail: Too late}", "{fail: Too late}"),
    ("within: {calm: 4 business hours, busy: 1 hour}", "within: {calm: 1 hour, busy: 4 business hours}"),
    ("  t:\n    runs_in", "  u:\n    runs_in"),
    ("kind: {type: choice, options: [calm, busy", "kind: {type: choice, options: [calm, busy, mild"),
    ("after: 1 business day", "after: 2 hours"),
    ("entry: [{notify: entered, to: [owner, desk]}, ", "entry: ["),
    ("form: [kind, {own: {type: number}}]", "form: [kind, {own: text}]"),
]
"""Ways to change a process, each also the other way round."""

RENAMED = {"states": [("work", "labour"), ("more", "further"), ("first", "beginning")], "fields": [("n", "number_of")]}


AROUND = Surroundings.from_organisation(ORGANISATION, {}, {}, {})
BROKEN = ("unknown-state", "unknown-field", "unknown-name")
"""Mistakes because of which nobody could publish what the edits have made, and no record could live by it."""


@cache
def edited(source: str, picks: tuple[int, ...], version: int) -> Definition:
    """Change a process in some ways, if it can still be read then."""
    text = re.sub(r"(?m)^migrate: .*\n", "", source)
    migrate: dict[str, dict[str, str]] = {"states": {}, "fields": {}}
    for pick in picks:
        kind = "fields" if pick % 10 == 9 else "states"
        old, new = EDITS[pick % len(EDITS)]
        if pick < len(EDITS):
            text = text.replace(old, new) if old in text else text.replace(new or old, old)
        else:
            old, new = RENAMED[kind][pick % len(RENAMED[kind])]
            old, new = (old, new) if re.search(rf"\b{old}\b", text) else (new, old)
            text = re.sub(rf"\b{old}\b", new, text)
            migrate[kind] = {old: new}
    named = ", ".join(f"{key}: {{{old}: {new}}}" for key, names in migrate.items() for old, new in names.items())
    text = re.sub(r"(?m)^version: .*$", f"version: {version}", text)
    text += f"migrate: {{from: {version - 1}{named and ', '}{named}}}\n"
    form = read_definition_leniently(text)[1]
    mistakes = form or [problem.code for problem in check_text(text, AROUND) if problem.code in BROKEN]
    return read_definition(re.sub(r"(?m)^version: .*$", f"version: {version}", source) if mistakes else text)


def asked(old: Definition, new: Definition, record: Record, restart: bool, now: float) -> Outcome:
    names = [each for each in new.states if restart and not new.states[each].final]
    happening = Event(Kind.MOVE, "", BOSS, {"restart": names}, now=now)
    while isinstance(found := move(old, new, record, happening), Needs):
        happening = happening._replace(facts={**happening.facts, **answer(ORGANISATION, found.keys, now)})
    return found


KINDS = {"task": Task, "approval": Approval, "call": Call, "wait": Wait, "rollback": Rollback}


def check_places(definition: Definition, record: Record) -> None:
    """Check that everything stands in a place of the definition that is of its kind."""
    for path, token in record.tokens.items():
        if token.kind in KINDS:
            assert isinstance(step_at(definition, path), KINDS[token.kind])
        elif token.kind in ("scope", "block"):
            assert steps_at(definition, path)
        else:
            step_at(definition, path)
    for each in record.undo:
        assert step_at(definition, each.path).undo is not None
    assert list(record.fields) == list(definition.fields)
    assert all(name in definition.targets for name in record.targets)


REACHED = Counter[str]()
PICKS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=15, max_size=50)


def possible(definition: Definition, record: Record) -> Iterator[Event]:
    """Give what may happen next: work goes on more often than it fails or is left."""
    for path, token in record.tokens.items():
        step = step_at(definition, path) if token.kind == "task" else None
        if isinstance(step, Task):
            form = {line.name: "calm" if line.own is None else "1" for line in step.form}
            yield complete(path, Actor(token.data["seats"][0]["id"]), **form)
        elif token.kind == "approval":
            for seat in token.data["seats"]:
                yield vote(name_of(path, token.data), Actor(seat["id"]), "yes", "so")
    for call in open_calls(record):
        yield from (result(call.path, n="1"), result(call.path, n="2"), failure(call.path), nothing_done(call.path))
    for path in ending_calls(record):
        yield from (Event(Kind.RESULT, path, None, {"cancelled": True}), result(path), nothing_done(path))
    for number in record.faults:
        yield from (retry(number, BOSS), skip(number, BOSS))
    yield Event(Kind.OCCUR, "owner.replied", None, {"text": "so"})
    yield from (act(each.name, BOSS, reason="so") for each in transitions_of(definition, record.state) if each.by)


def nothing_done(path: str) -> Event:
    return Event(Kind.RESULT, path, None, {"error": {"code": "no", "text": "No", "happened": False}})


def live(definition: Definition) -> None:
    @settings(max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(PICKS)
    def life(picks: list[tuple[int, int]]) -> None:
        there, now = definition, NOW
        record = Record("R1", definition.process, definition.version, definition.digest)
        fields = {"summary": "so", **({"owner": "bob"} if "read" in definition.source else {})}
        keys: dict[str, None] = {}
        for kind, pick in [(0, -1), *picks]:
            if kind > 75:
                new = edited(there.source, (pick,) if kind % 2 else (pick, kind), there.version + 1)
                found = asked(there, new, record, kind % 3 == 0, now)
                if isinstance(found, Refused):
                    REACHED.update(reason.code for reason in found.reasons)
                    continue
                assert isinstance(found, Advanced)
                there, taken = new, [found]
            else:
                now += HOUR if kind > 70 else 0.0
                options = list(possible(there, record)) if record.state else [Event(Kind.START, "", BOSS, fields)]
                happening = options[pick % len(options)] if options else Event(Kind.TICK)
                taken = list(steps(there, ORGANISATION, record, happening._replace(now=now)))
            for one in taken:
                assert one.record.seq == record.seq + 1
                record = through_json(one.record)
                REACHED.update(line.what for line in one.lines)
                check(there, record)
                check_places(there, record)
                assert not any(row.key in keys for row in one.outbox)
                keys.update(dict.fromkeys(row.key for row in one.outbox))

    life()


@pytest.mark.semantics("M2.12")
def test_a_record_that_was_moved_lives_as_any_other() -> None:
    REACHED.clear()
    live(FLOWING)
    live(CROWDED)
    wanted = ("moved", "state_renamed", "begins_again", "undo-gone", "begun", "undone", "voted", "fault")
    assert {each: REACHED[each] for each in wanted if REACHED[each] < 3} == {}
