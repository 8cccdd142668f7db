"""Service level targets: what runs, holds, is met or missed, and that no change of promise loses time or a pause."""

import pytest

from engine.record import Clock
from tests.engine.builders import BOB, DAY, HOUR, MINUTE, NOW, Life, act, begun, edit, occur

FIX = """
calendar: office
fields:
  summary: text
  priority: {type: choice, options: [P1, P2, P3, P4]}
  service: {type: ref, of: service}
targets:
  fix:
    runs_in: [first, second]
    pauses_in: [hold]
    per: priority
    within: {P1: 2 hours, P2: 4 hours, P3: 8 business hours}
    agreement: =service.agreement
    at:
      50%: [{notify: half, to: [desk]}]
      100%: [{notify: full, to: [desk]}]
states:
  first: {transitions: {on: {to: second, by: [agent]}}}
  second: {transitions: {again: {to: second, by: [agent]}}}
  hold: {transitions: {resume: {to: second, by: [agent]}}}
  solved: {transitions: {reopen: {to: first, by: [agent]}}}
transitions:
  hold: {from: [first, second, solved], to: hold, by: [agent]}
  solve: {from: [first, second, hold], to: solved, by: [agent]}
"""


def fixing(priority: str | None = "P1", **fields: object) -> Life:
    return begun(FIX, priority=priority, **fields)


def clock(life: Life) -> Clock:
    return life.record.targets["fix"]


def test_it_starts_runs_across_states_and_is_met() -> None:
    life = fixing()
    assert (clock(life).status, clock(life).due, clock(life).alarm) == ("running", NOW + 2 * HOUR, NOW + HOUR)
    life.pass_(30 * MINUTE).happen(act("on")).pass_(10 * MINUTE).happen(act("solve"))
    assert (clock(life).status, clock(life).spent, clock(life).wall) == ("met", 40 * MINUTE, 40 * MINUTE)
    assert (clock(life).due, clock(life).alarm) == (None, None)
    assert life.line("target_met").data == {"spent": 2_400.0, "allowed": 7_200.0}


def test_thresholds_act_once_and_it_is_missed_exactly_once() -> None:
    life = fixing().pass_(2 * HOUR)
    assert life.sent() == [("half", [["name", "desk", ""]]), ("full", [["name", "desk", ""]])]
    assert life.told().count("target_missed") == 1
    assert clock(life).late
    assert life.pass_(DAY).lines == []
    assert life.happen(act("solve")).line("target_stopped").data["spent"] == 26 * HOUR
    assert clock(life).status == "missed"


def test_solving_at_the_very_instant_it_is_due_is_too_late() -> None:
    life = fixing()
    life.now += 2 * HOUR
    life.happen(act("solve"))
    assert clock(life).status == "missed"
    assert [line.what for line in life.lines if line.what.startswith("target_m")] == ["target_missed"]


def test_a_pause_holds_the_clock_and_coming_back_goes_on() -> None:
    life = fixing().pass_(30 * MINUTE).happen(act("hold"))
    assert (clock(life).status, clock(life).due, clock(life).alarm) == ("paused", None, None)
    life.pass_(DAY).happen(act("resume"))
    assert clock(life).due == life.now + 90 * MINUTE
    assert life.line("target_resumed").data == {"within": "2 hours"}
    life.pass_(MINUTE).happen(act("solve")).pass_(DAY).happen(act("reopen"))
    assert (clock(life).status, clock(life).spent) == ("running", 31 * MINUTE)


def test_a_pause_after_it_was_stopped_is_a_pause() -> None:
    life = fixing().happen(act("solve")).happen(act("hold"))
    assert clock(life).status == "paused"


def test_a_change_of_priority_keeps_the_time_spent_and_the_pauses() -> None:
    life = fixing("P2").pass_(30 * MINUTE).happen(act("hold")).pass_(DAY).happen(act("resume")).pass_(30 * MINUTE)
    life.happen(edit(BOB, priority="P1"))
    assert (clock(life).spent, clock(life).allowed, clock(life).due) == (HOUR, 2 * HOUR, life.now + HOUR)
    assert life.line("target_changed").data == {"old": "4 hours", "new": "2 hours"}
    assert sum(spent for *_, spent in clock(life).intervals) == HOUR


def test_what_a_change_has_passed_acts_at_once_and_once() -> None:
    life = fixing("P2").pass_(3 * HOUR)
    assert [name for name, _ in life.sent()] == ["half"]
    life.happen(edit(BOB, priority="P1")).pass_(0)
    assert [name for name, _ in life.sent()] == ["full"]
    assert life.told()[0] == "target_missed"


def test_a_change_that_gives_more_time_is_no_longer_late_and_tells_nobody_twice() -> None:
    life = fixing("P1").pass_(3 * HOUR).happen(edit(BOB, priority="P2"))
    assert (clock(life).late, clock(life).due) == (False, life.now + HOUR)
    assert life.pass_(2 * HOUR).told() == ["target_missed"]


def test_a_change_while_it_holds_counts_at_once() -> None:
    life = fixing("P2").pass_(3 * HOUR).happen(act("hold")).pass_(HOUR).happen(edit(BOB, priority="P1"))
    assert (clock(life).status, clock(life).allowed) == ("paused", 2 * HOUR)
    assert [name for name, _ in life.pass_(0).sent()] == ["full"]
    assert (clock(life).late, clock(life).alarm, clock(life).status) == (True, None, "paused")
    life.happen(act("solve"))
    assert clock(life).status == "missed"
    life = fixing("P2").happen(act("hold")).happen(edit(BOB, priority="P1"))
    assert clock(life).alarm is None


def test_a_late_clock_that_holds_and_goes_on_stays_late() -> None:
    life = fixing().pass_(3 * HOUR).happen(act("hold")).happen(act("resume"))
    assert (clock(life).late, clock(life).due) == (True, NOW + 2 * HOUR)


def test_without_a_promise_it_does_not_begin_or_holds() -> None:
    life = fixing(None)
    assert life.record.targets == {}
    life.happen(edit(BOB, priority="P1")).pass_(HOUR).happen(edit(BOB, priority="P4"))
    assert (clock(life).status, clock(life).spent) == ("paused", HOUR)
    assert life.pass_(HOUR).happen(edit(BOB, priority="P4")).told() == []
    assert life.happen(edit(BOB, priority="P1")).told() == ["target_resumed"]


@pytest.mark.parametrize(
    ("service", "priority", "within", "calendar"),
    [
        ("mail", "P1", "1 hour", ""),
        ("mail", "P2", "4 hours", ""),
        ("mail", "P3", "4 business hours", "office"),
        ("web", "P3", "8 business hours", "office"),
        (None, "P3", "8 business hours", "office"),
    ],
)
def test_an_agreement_may_replace_the_time(service: str | None, priority: str, within: str, calendar: str) -> None:
    life = fixing(priority, service=service)
    assert (clock(life).within, clock(life).calendar) == (within, calendar)


def test_another_agreement_replaces_the_promise_and_keeps_the_time() -> None:
    life = fixing("P1", service="web").pass_(90 * MINUTE).happen(edit(BOB, service="mail"))
    assert (clock(life).within, clock(life).spent) == ("1 hour", 90 * MINUTE)
    assert life.pass_(0).told()[0] == "target_missed"


def test_another_agreement_with_the_same_promise_changes_nothing() -> None:
    assert fixing("P1").happen(edit(BOB, service="web")).told() == []


def test_business_hours_run_in_opening_time_only() -> None:
    life = fixing("P3").pass_(4 * DAY)  # Friday 11:00 to Tuesday 11:00, over a weekend and a holiday
    assert clock(life).due == NOW + 4 * DAY
    life.happen(act("solve"))
    assert (clock(life).spent, clock(life).wall) == (8 * HOUR, 4 * DAY)


NO_CALENDAR = """
calendar: =summary
targets: {fix: {runs_in: [first], within: 8 business hours}}
states: {first: {}}
"""


def test_without_its_calendar_it_does_not_run_and_that_is_one_fault() -> None:
    life = begun(NO_CALENDAR, summary="offices")
    life.happen(occur("x")).happen(occur("y"))
    (fault,) = life.record.faults.values()
    assert fault.text.startswith('target fix does not run: there is no calendar "offices"')
    assert life.happen(edit(BOB, summary="office")).record.targets["fix"].status == "running"


@pytest.mark.semantics("F3.12", "N1.8")
def test_intervals_add_up_to_the_time_spent_and_older_ones_are_merged() -> None:
    life = fixing("P3")
    for _ in range(210):
        life.happen(act("hold")).pass_(1).happen(act("resume")).pass_(1)
    found = clock(life)
    assert len(found.intervals) == 200
    life.happen(act("hold"))
    assert sum(spent for *_, spent in clock(life).intervals) == clock(life).spent == 210
    assert sum(until - since for since, until, _ in clock(life).intervals[1:]) < clock(life).wall


def test_no_target_runs_or_holds_in_a_final_state() -> None:
    text = """
targets: {a: {runs_in: [first, last], within: 1 hour}, b: {runs_in: [first], pauses_in: [last], within: 1 hour}}
states: {first: {transitions: {x: {to: last, by: [agent]}}}, last: {final: true}}
"""
    assert [clock.status for clock in begun(text).happen(act("x")).record.targets.values()] == ["met", "met"]


def test_intervals_that_touch_are_one() -> None:
    life = fixing().pass_(HOUR).happen(act("on")).pass_(HOUR).happen(act("hold"))
    assert clock(life).intervals == ((NOW, NOW + 2 * HOUR, 2 * HOUR),)


def test_a_target_per_reference_goes_by_its_id() -> None:
    text = """
fields: {s: {type: ref, of: service}}
targets: {t: {runs_in: [first], per: s, within: {mail: 1 hour}}}
states: {first: {}}
"""
    assert begun(text, s="mail").record.targets["t"].within == "1 hour"


def test_a_business_clock_shows_the_next_threshold_in_opening_time() -> None:
    life = fixing("P3").pass_(7 * HOUR)
    assert [name for name, _ in life.sent()] == ["half"]
    assert clock(life).alarm == NOW + 4 * DAY
