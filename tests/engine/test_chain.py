"""The chain: each head depends on everything before it, and on nothing else."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from engine.chain import digest, event_told, head_of, line_json, seal, standing
from engine.record import Advanced, Event, Line, Origin, Timer
from tests.engine.builders import BOB, NOW, Life, begun, comment, edit, outcome


def taken(life: Life, event: Event) -> Advanced:
    found = outcome(life.definition, life.record, event._replace(now=event.now or NOW))
    assert isinstance(found, Advanced)
    return found


def sealed(life: Life, event: Event, before: str = "") -> str:
    return seal(taken(life, event), before).record.head


@pytest.mark.semantics("J1.4")
def test_the_same_past_gives_the_same_head_and_any_other_another() -> None:
    life = begun("fields: {summary: text, other: text}\nstates: {first: {}}")
    heads = [
        sealed(life, edit(summary="x")),
        sealed(life, edit(summary="y")),
        sealed(life, edit(other="x")),
        sealed(life, comment("x")),
        sealed(life, edit(summary="x"), "before"),
    ]
    assert len(dict.fromkeys(heads)) == 5
    assert sealed(life, edit(summary="x")) == heads[0]


OTHERWISE: list[Mapping[str, Any]] = [
    {"id": "key"},
    {"now": NOW + 1},
    {"actor": BOB._replace(label="Robert")},
    {"actor": BOB._replace(origin=Origin("mail"))},
    {"actor": BOB._replace(origin=Origin("api", "10.0.0.1"))},
]


@pytest.mark.parametrize("change", OTHERWISE, ids=str)
def test_who_when_and_from_where_are_sealed(change: Mapping[str, Any]) -> None:
    life = begun("states: {first: {}}")
    event = edit(BOB, summary="x")._replace(now=NOW)
    usual, other = (seal(taken(life, each), "").record for each in (event, event._replace(**change)))
    assert usual.head != other.head


def test_from_where_somebody_comes_changes_no_record() -> None:
    life = begun("states: {first: {}}")
    near, far = (edit(BOB._replace(origin=Origin("api", address)), summary="x") for address in ("::1", "10.0.0.1"))
    assert taken(life, near).record == taken(life, far).record


def test_a_head_follows_from_what_the_journal_keeps() -> None:
    life = begun("states: {first: {}}")
    found = seal(taken(life, edit(BOB, summary="x")), "before")
    kept, lines = json.loads(json.dumps([event_told(found), [line_json(line) for line in found.lines]]))
    assert head_of("before", "THG1", found.record.seq, kept, lines) == found.record.head


@pytest.mark.parametrize(
    "change", [{"fields": {"summary": "y"}}, {"state": "second"}, {"timers": {"t": Timer(1.0)}}, {"watchers": ({},)}]
)
def test_a_record_stands_by_everything_it_holds(change: Mapping[str, Any]) -> None:
    record = begun("states: {first: {}}").record
    assert standing(record._replace(**change)) != standing(record)


def test_what_is_counted_and_answered_of_a_record_is_not_sealed() -> None:
    record = begun("states: {first: {}}").record
    assert standing(record._replace(head="h", size=7, large=True, engine=9, seen={"k": ("b", 1)})) == standing(record)


def test_records_of_the_first_engine_are_sealed_as_then() -> None:
    life = begun("fields: {summary: text}\nstates: {first: {}}")
    found = taken(life, edit(BOB, summary="x"))
    old = found._replace(record=found.record._replace(engine=1))
    body = {
        "lines": [line_json(line) for line in found.lines],
        "open": {},
        "outbox": [],
        "seq": 2,
        "state": "first",
        "targets": {},
        "timers": {},
        "undo": [],
        "visit": 1,
    }
    assert seal(old, "before").record.head == digest("before", body)
    assert "standing" not in event_told(old)


def test_a_link_is_a_hash_of_the_one_before_and_what_happened() -> None:
    assert digest("before", {"b": 1, "a": "ä"}) == sha256('before\n{"a":"ä","b":1}'.encode()).hexdigest()
    assert line_json(Line("note", "n", {"text": "t"}, True)) == {
        "what": "note",
        "name": "n",
        "data": {"text": "t"},
        "internal": True,
    }
