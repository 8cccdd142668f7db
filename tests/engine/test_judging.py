"""Judging an event without carrying it out."""

import pytest

from engine.facts import answer
from engine.judging import judge
from engine.record import Advanced, Event, Kind, Needs, Record, Refused
from tests.engine.builders import BOB, DAN, HOUR, NOW, ORGANISATION, a_definition, act, begun

LATE = """
calendar: office
fields: {owner: user}
states:
  first: {transitions: {late: {to: second, after: 1 business hour}, quick: {to: third, by: [agent], ask: [owner]}}}
  second: {transitions: {later: {to: third, after: 1 business day}}}
  third: {}
"""


@pytest.mark.semantics("B2.4")
def test_what_is_due_happens_first_on_a_copy() -> None:
    life = begun(LATE)
    before = life.record
    assert isinstance(judge(life.definition, before, act("quick")._replace(now=NOW)), Advanced)
    late = judge(life.definition, before, act("quick")._replace(now=NOW + HOUR))
    assert isinstance(late, Refused)
    assert late.reasons[0].text.startswith("quick is no longer possible: the record is now in second")
    assert life.record == before


def test_facts_are_asked_for_at_every_step_of_the_way() -> None:
    life = begun(LATE)
    event = act("quick", BOB, owner="bob")._replace(now=NOW)
    needs = judge(life.definition, life.record, event)
    assert isinstance(needs, Needs)
    found = judge(life.definition, life.record, event._replace(facts=answer(ORGANISATION, needs.keys, NOW)))
    assert isinstance(found, Advanced)


def test_time_alone_may_be_judged_and_a_start() -> None:
    life = begun(LATE)
    found = judge(life.definition, life.record, Event(Kind.TICK, now=NOW + HOUR))
    assert isinstance(found, Advanced)
    definition = a_definition("states: {first: {}}")
    start = Event(Kind.START, actor=BOB, now=NOW)
    assert isinstance(judge(definition, Record("T", "thing", 1, definition.digest), start), Advanced)


def test_a_move_is_judged_by_both_versions() -> None:
    life = begun(LATE)
    into = a_definition("version: 2\n" + LATE.replace("second", "other"))
    move = Event(Kind.MOVE, actor=DAN, facts={}, now=NOW)
    found = judge(life.definition, life.record, move, into)
    assert isinstance(found, Advanced)
    assert found.record.version == 2
    late = judge(life.definition, life.record, move._replace(now=NOW + HOUR), into)
    assert isinstance(late, Refused)
    assert late.reasons[0].code == "state-gone"
