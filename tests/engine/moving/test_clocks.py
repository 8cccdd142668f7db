"""Time goes along: targets keep what is spent and their pauses, timers are reckoned anew, what has fired stays so."""

from typing import Any

import pytest

from engine.record import Event, Kind
from tests.engine.builders import DAY, HOUR, MINUTE, NOW, Life, act, begun, edit
from tests.engine.moving.house import moved, version

SOLD = """
fields: {p: {type: choice, options: [P1, P2]}, at: datetime}
targets:
  fix:
    {runs_in: [new], pauses_in: [held], per: p, within: {P1: 4 hours, P2: 8 hours}, at: {50%: [{notify: a, to: bob}]}}
states:
  new: {transitions: {hold: {to: held, by: [agent]}, end: {to: over, by: [agent]}}}
  held: {transitions: {back: {to: new, by: [agent]}}}
  over: {final: true}
"""


def sold(text: str = SOLD, **given: Any) -> Life:
    return begun(text, p="P1", **given).pass_(1 * HOUR)


def spent(life: Life) -> tuple[str, float, float]:
    clock = life.record.targets["fix"]
    return clock.status, clock.spent, clock.allowed


@pytest.mark.semantics("M2.5")
def test_a_target_keeps_what_is_spent_and_its_pauses() -> None:
    life = sold().happen(act("hold")).pass_(2 * HOUR)
    clock = life.record.targets["fix"]
    moved(life, SOLD + "title: Other")
    assert life.record.targets["fix"] == clock
    life.happen(act("back")).pass_(30 * MINUTE).happen(act("end"))
    assert spent(life) == ("met", 1.5 * HOUR, 4 * HOUR)


@pytest.mark.semantics("M2.5")
def test_a_target_that_promises_less_is_due_earlier_and_acts_at_once_on_what_is_over() -> None:
    life = moved(sold(), SOLD.replace("P1: 4 hours", "P1: 90 minutes"))
    assert life.line("target_changed").data == {"old": "4 hours", "new": "90 minutes"}
    assert life.record.targets["fix"].due == NOW + 90 * MINUTE
    assert [name for name, _ in life.happen(Event(Kind.TICK)).sent()] == ["a"]
    assert life.pass_(30 * MINUTE).line("target_missed").data["within"] == "90 minutes"


def test_a_target_that_promises_more_while_it_is_held_stays_held() -> None:
    life = moved(sold().happen(act("hold")), SOLD.replace("P1: 4 hours", "P1: 6 hours"))
    assert life.record.targets["fix"].status == "paused"
    assert spent(life.happen(act("back")))[2] == 6 * HOUR


def test_a_threshold_that_has_acted_does_so_no_more_and_a_new_one_does() -> None:
    life = begun(SOLD, p="P1").pass_(3 * HOUR)
    text = SOLD.replace("50%: [", "60%: [{notify: more, to: bob}], 50%: [")
    life = moved(life, text).happen(Event(Kind.TICK))
    assert [name for name, _ in life.sent()] == ["more"]
    assert life.record.targets["fix"].passed == ("50%", "60%")


def test_another_calendar_of_the_process_is_another_promise() -> None:
    hours = SOLD.replace("4 hours", "4 business hours")
    life = begun("calendar: office\n" + hours, p="P1")
    moved(life, hours.replace("4 business hours", "5 business hours") + "calendar: office")
    assert spent(life)[2] == 5 * HOUR


def test_a_target_that_is_no_more_is_journalled_and_one_that_is_new_begins() -> None:
    life = moved(sold(), SOLD.replace("  fix:", "  mend:"))
    assert life.line("target_dropped").name == "fix"
    assert life.line("target_started").name == "mend"
    assert [(name, clock.started) for name, clock in life.record.targets.items()] == [("mend", NOW + HOUR)]


def test_a_target_follows_the_states_of_the_new_version() -> None:
    life = moved(sold(), SOLD.replace("runs_in: [new], pauses_in: [held]", "runs_in: [held]"))
    assert spent(life)[:2] == ("met", HOUR)


TIMED = """
fields: {at: datetime, n: {type: number, default: 0}}
states:
  new:
    transitions:
      close: {to: over, after: 2 days}
      remind: {at: =at, then: [{set: {n: =n + 1}}]}
      on: {to: more, by: [agent]}
  more: {transitions: {back: {to: new, by: [agent]}}}
  over: {final: true}
"""
TEN = "2026-03-06 10:00"


def dues(life: Life) -> dict[str, float]:
    return {name: (timer.due - NOW) / HOUR for name, timer in life.record.timers.items()}


def test_a_timer_counts_anew_from_entering_the_state() -> None:
    life = begun(TIMED).pass_(DAY)
    assert dues(moved(life, TIMED.replace("2 days", "3 days"))) == {"close": 72.0}
    assert life.pass_(2 * DAY).state == "over"


def test_a_timer_that_is_over_by_then_acts_at_once() -> None:
    life = moved(begun(TIMED).pass_(DAY), TIMED.replace("2 days", "1 hour"))
    assert life.happen(Event(Kind.TICK)).state == "over"


def test_a_reminder_that_would_have_been_is_journalled_as_passed() -> None:
    life = begun(TIMED, at="2026-03-07 10:00").pass_(2 * HOUR)
    moved(life, TIMED.replace("at: =at,", "at: \"=at - '1 day'\","))
    assert life.line("timer_passed").name == "remind"
    assert dues(life) == {"close": 48.0}


@pytest.mark.semantics("M2.6")
def test_a_timer_that_has_fired_stays_so_under_another_name_of_its_state() -> None:
    life = begun(TIMED, at="2026-03-06 11:00").pass_(2 * HOUR)
    assert life.fields["n"] == "1"
    text = TIMED.replace("  new:", "  fresh:").replace("to: new", "to: fresh") + "start: {to: fresh, ask: [at, n]}\n"
    text = text.replace("after: 2 days", "after: 3 days")
    moved(life, text + "migrate: {from: 1, states: {new: fresh}}")
    assert (dues(life), life.record.fired) == ({"close": 72.0}, {"fresh.remind": NOW + HOUR})
    assert life.happen(act("on")).happen(act("back")).pass_(HOUR).fields["n"] == "1"


def test_timers_of_transitions_that_are_gone_are_gone() -> None:
    assert dues(moved(begun(TIMED), TIMED.replace("close: {to: over, after: 2 days}", ""))) == {}


BLOCKED = """
fields: {n: number}
states:
  new: {transitions: {go: {to: over, after: 1 hour, when: n is filled, blocked: No n}, stay: {by: [agent]}}}
  over: {final: true}
"""


def test_a_blocked_timer_is_blocked_no_more_where_the_new_version_has_another_guard() -> None:
    life = begun(BLOCKED).pass_(HOUR + MINUTE)
    assert life.record.timers["go"].because == ("No n (n is empty)",)
    kept = moved(life, BLOCKED + "title: Other").record.timers["go"]
    assert (kept.retry, kept.because) == (NOW + HOUR + DAY, ("No n (n is empty)",))
    moved(life, version(3, BLOCKED.replace("when: n is filled", "when: n is empty")))
    assert life.happen(Event(Kind.TICK)).state == "over"


REPEATED = """
fields: {n: {type: number, default: 0}}
states:
  new: {transitions: {count: {after: 1 hour, every: 2 hours, then: [{set: {n: =n + 1}}]}}}
  over: {final: true}
transitions: {end: {from: [new], to: over, by: [agent]}}
"""


def test_a_rhythm_is_kept_and_another_one_begins_with_what_is_to_come() -> None:
    life = begun(REPEATED).pass_(4 * HOUR)
    assert (life.fields["n"], dues(life)) == ("2", {"count": 5.0})
    assert dues(moved(life, REPEATED + "title: Other")) == {"count": 5.0}
    moved(life, version(3, REPEATED.replace("every: 2 hours", "every: 90 minutes")))
    assert (life.fields["n"], dues(life)) == ("2", {"count": 4.0})
    assert life.happen(edit(n="7")).pass_(2 * HOUR).fields["n"] == "8"
