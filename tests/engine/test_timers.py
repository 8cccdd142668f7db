"""Transitions that time makes happen: once per due time, in order, and what becomes of those a guard refuses."""

import pytest

from engine.record import Event, Kind
from engine.timers import deadlines, earliest
from tests.engine.builders import BOB, DAY, HOUR, MINUTE, NOW, act, begun, complete, edit, occur, retry

AFTER = """
calendar: office
fields: {summary: text}
states:
  first: {transitions: {late: {to: second, after: %s}, back: {to: first, by: [agent]}}}
  second: {}
"""


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ("90 minutes", 90 * MINUTE),
        ("1 day", DAY),
        ("2 business hours", 2 * HOUR),
        ("1 business day", 4 * DAY),  # Friday, a weekend, and a holiday on Monday
        ("1 week", 7 * DAY),
    ],
)
def test_after_counts_from_entering_the_state(after: str, seconds: float) -> None:
    life = begun(AFTER % after)
    assert life.pass_(seconds - 1).state == "first"
    assert life.pass_(1).state == "second"


def test_entering_the_state_again_begins_the_time_again() -> None:
    life = begun(AFTER % "1 day").pass_(DAY - 1).happen(act("back"))
    assert life.pass_(DAY - 1).state == "first"
    assert life.pass_(1).state == "second"


def test_a_timer_without_its_calendar_is_a_fault_until_the_calendar_is_there() -> None:
    life = begun((AFTER % "1 business day").replace("calendar: office", "calendar: =summary"), summary="offices")
    (fault,) = life.record.faults.values()
    assert fault.text == (
        'late does not happen by itself: there is no calendar "offices" in the organisation. Add it, or name another.'
    )
    life.happen(edit(BOB, summary="office")).happen(retry("1"))
    assert (life.record.faults, life.pass_(4 * DAY).state) == ({}, "second")


AT = """
fields: {when: datetime, ok: {type: yes_no}, n: {type: number, default: 0}}
states:
  first:
    transitions:
      begin: {to: second, at: =when, when: ok, blocked: Not yet.}
      remind: {at: "=when - '1 hour'", then: [{set: {n: =n + 1}}]}
      turn: {to: first, by: [agent]}
      out: {to: second, by: [agent]}
  second: {transitions: {back: {to: first, by: [agent]}}}
"""
NOON = "2026-03-06 12:00"
ONE = "2026-03-06 13:00"


def test_a_timer_without_to_comes_first_and_fires_once_however_often_the_state_is_entered() -> None:
    life = begun(AT, when=NOON, ok=True).pass_(HOUR)
    assert life.fields["n"] == "1"
    life.happen(act("turn")).happen(act("out")).happen(act("back"))
    assert (life.state, life.fields["n"]) == ("first", "1")
    assert life.pass_(HOUR).state == "second"
    assert life.happen(act("back")).state == "first"
    assert life.pass_(DAY).state == "first"


def test_at_is_read_again_when_a_field_it_uses_changes() -> None:
    life = begun(AT, ok=True)
    assert earliest(life.record) is None
    life.happen(edit(BOB, when=ONE))
    assert [(each.name, each.when - NOW) for each in deadlines(life.definition, life.record)] == [
        ("remind", 2 * HOUR),
        ("begin", 3 * HOUR),
    ]
    life.happen(edit(BOB, when=None))
    assert earliest(life.record) is None


def test_a_time_already_past_when_it_becomes_known_fires_with_to_and_is_journalled_without() -> None:
    life = begun(AT, when="2026-03-06 09:00", ok=True).happen(Event(Kind.TICK))
    assert life.state == "second"
    assert life.told()[:1] == ["transition"]
    life = begun(AT, when="2026-03-06 09:00")
    assert life.line("timer_passed").data == {"due": NOW - 2 * HOUR}
    assert life.fields["n"] == "0"


def test_a_blocked_timer_is_told_once_and_tried_again_every_quarter_of_an_hour() -> None:
    life = begun(AT.replace("when: ok,", "when: ok and now > when,"), when=NOON, ok=False).pass_(2 * HOUR)
    assert life.told()[-2:] == ["timer_blocked", "told"]
    assert life.sent() == [("timer_blocked", [["name", "boss", ""]])]
    timer = life.record.timers["begin"]
    assert (timer.due, timer.because) == (NOW + 2 * HOUR, ("Not yet. (ok is no)",))
    assert life.pass_(HOUR).told() == []
    assert life.record.timers["begin"].retry == life.now + 15 * MINUTE


@pytest.mark.semantics("F2.4")
def test_what_waits_only_for_what_the_record_is_told_is_tried_again_once_a_day() -> None:
    life = begun(AT, when=NOON, ok=False).pass_(2 * HOUR + 1)
    assert life.record.timers["begin"].retry == NOW + 2 * HOUR + DAY
    assert life.pass_(DAY).told() == []
    assert life.record.timers["begin"].retry == NOW + 2 * HOUR + 2 * DAY
    assert life.happen(edit(BOB, ok=True)).happen(Event(Kind.TICK)).state == "second"


def test_a_blocked_timer_is_tried_at_once_when_its_guard_may_hold() -> None:
    life = begun(AT, when=NOON, ok=False).pass_(2 * HOUR + 1)
    life.happen(edit(BOB, n=5))
    assert earliest(life.record) == NOW + 2 * HOUR + DAY
    life.happen(edit(BOB, ok=True)).happen(Event(Kind.TICK))
    assert life.state == "second"


def test_a_blocked_timer_that_gets_another_time_begins_afresh() -> None:
    life = begun(AT, when=NOON, ok=False).pass_(2 * HOUR + 1).happen(edit(BOB, when="2026-03-06 14:00"))
    assert life.record.timers["begin"].retry is None
    assert life.pass_(2 * HOUR).told()[-2:] == ["timer_blocked", "told"]


def test_a_blocked_timer_that_at_last_enters_its_own_state_again_does_not_fire_twice() -> None:
    text = """
fields: {when: datetime, ok: yes_no}
states: {first: {transitions: {again: {to: first, at: =when, when: ok}}}}
"""
    life = begun(text, when=NOON, ok=False).pass_(3 * HOUR).happen(edit(BOB, ok=True)).happen(Event(Kind.TICK))
    assert (life.record.visit, life.record.timers) == (2, {})


FROZEN = """
calendar: office
fields: {items: {type: ref, of: service}, when: datetime}
states:
  first: {transitions: {begin: {to: second, at: =when, when: "not frozen(items, when, when + '1 hour')"}}}
  second: {}
"""


def test_a_timer_refused_by_a_fact_is_tried_when_the_fact_ends() -> None:
    text = FROZEN.replace("=when,", "=when,").replace("'1 hour')", "'1 minute')")
    life = begun(text, items="mail", when="2026-03-06 13:55").pass_(2 * HOUR)
    assert life.state == "first"
    life.pass_(HOUR - 5 * MINUTE)
    assert "March freeze until 2026-03-06 13:00 UTC" in life.line("timer_blocked").data["because"][0]
    assert earliest(life.record) == NOW + 3 * HOUR


def test_a_timer_waits_for_what_it_needs_and_for_tasks_and_tables() -> None:
    text = """
fields: {summary: text, level: number}
tables: {limits: {given: [level], gives: [share], rows: [["1", low], [any, high]]}}
states:
  first:
    do: [{task: Look, for: [desk]}]
    transitions:
      move: {to: second, after: 1 hour, needs: [summary], when: open_tasks == 0 and limits.share == 'low'}
  second: {}
"""
    life = begun(text).pass_(HOUR)
    assert earliest(life.record) == life.now + DAY
    for event in (complete("1/first/do/0"), edit(BOB, level=1), edit(BOB, summary="x")):
        life.happen(event)
        assert earliest(life.record) == life.now
        life.happen(Event(Kind.TICK))
    assert life.state == "second"


def test_what_is_due_at_the_same_instant_happens_in_order() -> None:
    text = """
fields: {log: {type: text, default: "-"}}
targets:
  two: {runs_in: [first], within: 1 hour, at: {100%: [{set: {log: "{{ log }}2"}}]}}
  one: {runs_in: [first], within: 1 hour, at: {100%: [{set: {log: "{{ log }}1"}}]}}
states:
  first:
    do: [{wait: 1 hour}, {set: {log: "{{ log }}w"}}]
    transitions:
      leave: {to: second, after: 1 hour, then: [{set: {log: "{{ log }}l"}}]}
      note: {after: 1 hour, then: [{set: {log: "{{ log }}n"}}]}
  second: {}
"""
    life = begun(text).pass_(HOUR)
    assert (life.state, life.fields["log"]) == ("second", "-21nwl")


def test_time_comes_before_the_event() -> None:
    text = """
states:
  first: {transitions: {late: {to: second, after: 1 hour}, news: {to: third, event: news}}}
  second: {}
  third: {}
"""
    life = begun(text)
    life.now += HOUR
    assert life.happen(occur("news")).state == "second"
    assert life.told() == ["transition", "not_awaited"]


def test_a_timer_of_several_states_fires_once_for_all_of_them() -> None:
    text = """
fields: {when: datetime, n: {type: number, default: 0}}
states: {first: {transitions: {on: {to: second, by: [agent]}}}, second: {}}
transitions: {note: {from: [first, second], at: =when, then: [{set: {n: =n + 1}}]}}
"""
    life = begun(text, when=NOON).pass_(3 * HOUR).happen(act("on"))
    assert life.fields["n"] == "1"
