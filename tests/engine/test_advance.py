"""The order of events, and events that a record does not take at all."""

import copy

import pytest

from engine.advance import advance, next_event, settled
from engine.record import Advanced, Event, Kind, Needs, Record, Refused
from tests.engine.builders import (
    ANN,
    BOB,
    HOUR,
    NOW,
    Life,
    a_definition,
    act,
    begun,
    comment,
    edit,
    occur,
    outcome,
    result,
)

SIMPLE = """
read: [agent]
states:
  first: {do: [{call: a.b}], transitions: {end: {to: last, by: [agent]}, late: {to: last, after: 1 hour}}}
  last: {final: true, entry: [{call: c.d}]}
"""


def a_record() -> Record:
    return Record("THG1", "thing", 1, a_definition(SIMPLE).digest)


def test_nothing_happens_before_the_start() -> None:
    life = Life(a_definition(SIMPLE))
    for event in (act("end"), edit(), comment("x"), occur("x"), result("x"), Event(Kind.TICK)):
        assert life.refused(event) == ["THG1 has not begun yet: start it first"]


def test_a_record_begins_once() -> None:
    life = begun(SIMPLE)
    assert life.refused(Event(Kind.START, actor=BOB)) == ["THG1 has begun already"]


def test_the_start_comes_first_then_what_is_due_then_the_event() -> None:
    start, event = Event(Kind.START, actor=BOB), act("end")._replace(now=NOW + HOUR)
    assert next_event(a_record(), event, start) == start._replace(now=NOW + HOUR)
    assert next_event(a_record(), start, start) is start
    assert next_event(a_record(), event) is event
    record = begun(SIMPLE).record
    assert next_event(record, event) == Event(Kind.TICK, now=NOW + HOUR)
    assert next_event(record, event._replace(now=NOW)) == event._replace(now=NOW)


def test_a_closed_record_takes_nothing_but_what_is_on_its_way() -> None:
    life = begun(SIMPLE).happen(act("end"))
    said = "THG1 is closed (last), and nothing is written to it any more. Start a new record."
    for event in (comment("x"), edit(), act("end"), occur("x")):
        assert life.refused(event) == [said]
    assert not settled(life.record)
    assert life.happen(result("2/last/entry/0")).told() == ["call_ended"]
    assert settled(life.record)
    assert life.happen(result("2/last/entry/0")).told() == ["late_result"]


def test_what_was_seen_before_a_change_is_stale() -> None:
    life = begun("states: {first: {}}").happen(edit(BOB, summary="x"))
    found = outcome(life.definition, life.record, edit(BOB, summary="y")._replace(revision=1))
    assert isinstance(found, Refused)
    assert (found.reasons[0].kind, found.reasons[0].text) == (
        "stale",
        "THG1 has changed since you looked (revision 2, not 1). Read it again.",
    )
    assert life.happen(edit(BOB, summary="y")._replace(revision=2)).record.revision == 3


def test_a_tick_when_nothing_is_due_changes_nothing() -> None:
    for life in (begun(SIMPLE), begun("states: {first: {}}")):
        found = advance(life.definition, life.record, Event(Kind.TICK, now=NOW))
        assert isinstance(found, Advanced)
        assert (found.record, found.lines) == (life.record._replace(seq=2), ())


def test_an_event_nobody_awaits_changes_nothing_and_is_journalled() -> None:
    life = begun("states: {first: {}}")
    before = life.record
    life.happen(occur("news", a=1))
    assert life.line("not_awaited").name == "news"
    assert life.record == before._replace(seq=2, head=life.record.head)


def test_of_several_that_await_an_event_the_first_whose_guard_holds_takes_it() -> None:
    text = """
fields: {n: number}
states:
  first:
    transitions:
      one: {event: x, to: second, when: n > 1}
      two: {event: x, to: third, when: n > 2}
  second: {}
  third: {}
transitions: {three: {from: [first], event: x, to: first}}
"""
    assert begun(text, n=3).happen(occur("x")).state == "second"
    life = begun(text, n=1).happen(occur("x"))
    assert (life.state, life.record.visit, life.line("transition").name) == ("first", 2, "three")


def test_facts_that_are_missing_are_asked_for_together_and_nothing_has_happened() -> None:
    definition = a_definition(
        "fields: {a: user, b: user, c: group}\nstates: {first: {transitions: {x: {by: [a.manager]}}}}"
    )
    event = Event(Kind.START, actor=BOB, data={"a": "ann", "b": "bob", "c": "desk"}, now=NOW)
    found = advance(definition, a_record(), event)
    assert found == Needs(('["entity","user","ann"]', '["entity","user","bob"]', '["entity","group","desk"]'))


def test_the_record_given_is_never_changed() -> None:
    life = begun(SIMPLE)
    before = copy.deepcopy(life.record)
    outcome(life.definition, life.record, act("end")._replace(now=NOW))
    outcome(life.definition, life.record, edit(BOB, summary="x")._replace(now=NOW))
    assert life.record == before


def test_who_created_it_and_when_is_kept() -> None:
    life = begun("states: {first: {}}", ANN)
    life.now += HOUR
    record = life.happen(edit(BOB, summary="x")).record
    assert (record.created_by, record.created_at, record.updated_at) == (
        {"id": "ann", "label": "Ann Archer"},
        NOW,
        NOW + HOUR,
    )


@pytest.mark.parametrize("start", ["start: {to: first, when: summary == 'x', ask: [summary], blocked: Only x.}", ""])
def test_a_start_may_be_refused(start: str) -> None:
    text = f"{start}\nstates: {{first: {{when: summary == 'x', blocked: Only x.}}}}"
    assert Life(a_definition(text)).refused(Event(Kind.START, actor=BOB))[0].startswith("Only x. (summary is empty)")
