"""Timers that repeat keep their rhythm, act once for what was missed, and say in one line how much that was."""

import pytest

from engine.journal import tell
from engine.record import Event, Kind
from engine.timers import earliest
from tests.engine.builders import BOB, DAY, HOUR, MINUTE, NOW, act, begun, edit, retry

REMIND = """
calendar: office
fields: {first_time: datetime, ok: {type: yes_no, default: true}, n: {type: number, default: 0}}
states:
  first:
    transitions:
      remind: {%s, then: [{set: {n: =n + 1}}]}
      turn: {to: first, by: [agent]}
      out: {to: second, by: [agent]}
  second: {transitions: {back: {to: first, by: [agent]}}}
"""
NOON = "2026-03-06 12:00"


@pytest.mark.parametrize(
    ("timer", "hours"),
    [
        ("every: 2 hours", [2, 4, 6]),
        ("after: 30 minutes, every: 2 hours", [0.5, 2.5, 4.5]),
        ("at: =first_time, every: 2 hours", [1, 3, 5]),
        ("every: 1 day", [24, 48, 72]),
        ("every: 4 business hours", [4, 96, 100]),  # Friday, a weekend, and a holiday on Monday
        ("at: =first_time, every: 1 business day", [1, 97, 121]),
        ("every: 1 month", [31 * 24 - 1, 61 * 24 - 1, 92 * 24 - 1]),  # the clocks of the office change in March
    ],
)
def test_a_rhythm_begins_with_its_first_time_or_on_entering_the_state(timer: str, hours: list[float]) -> None:
    life, times = begun(REMIND % timer, first_time=NOON), []
    for number in range(3):
        times.append(life.record.timers["remind"].due)
        life.pass_(times[-1] - life.now)
        assert life.fields["n"] == str(number + 1)
    assert [(time - NOW) / HOUR for time in times] == hours


def test_a_timer_that_acts_late_keeps_the_rhythm() -> None:
    life = begun(REMIND % "every: 2 hours")
    life.now += 2 * HOUR + 50 * MINUTE
    assert life.happen(Event(Kind.TICK)).told() == ["transition"]
    assert earliest(life.record) == NOW + 4 * HOUR


def test_a_month_of_missed_minutes_is_one_turn_and_one_line() -> None:
    life = begun(REMIND % "every: 1 minute")
    life.now += 30 * DAY + 10
    life.happen(Event(Kind.TICK))
    assert (life.record.seq, life.fields["n"]) == (2, "1")
    assert tell(life.line("timer_passed")) == (
        "remind was for 43,199 times from 2026-03-06 10:01 to 2026-04-05 09:59, which had already passed"
    )
    assert earliest(life.record) == NOW + 30 * DAY + MINUTE


def test_times_that_had_passed_when_the_first_became_known_are_passed() -> None:
    life = begun(REMIND % "at: =first_time, every: 1 day", first_time="2026-03-03 12:00")
    assert life.line("timer_passed").data == {"due": NOW - 71 * HOUR, "until": NOW - 23 * HOUR, "count": 3}
    assert (life.fields["n"], earliest(life.record)) == ("0", NOW + HOUR)


def test_a_time_that_has_come_this_very_moment_has_not_passed() -> None:
    life = begun(REMIND % "at: =first_time, every: 1 day", first_time="2026-03-06 11:00").happen(Event(Kind.TICK))
    assert (life.fields["n"], life.told()) == ("1", ["transition"])


def test_a_rhythm_of_times_goes_on_when_the_state_is_entered_again_and_acts_once_for_each() -> None:
    life = begun(REMIND % "at: =first_time, every: 2 hours", first_time=NOON).pass_(HOUR)
    life.happen(act("turn"))
    assert (life.fields["n"], earliest(life.record)) == ("1", NOW + 3 * HOUR)
    life.happen(act("out")).pass_(3 * HOUR).happen(act("back"))
    assert life.line("timer_passed").data["count"] == 1
    assert (life.fields["n"], earliest(life.record)) == ("1", NOW + 5 * HOUR)


def test_a_rhythm_alone_begins_again_with_each_visit() -> None:
    life = begun(REMIND % "every: 2 hours").pass_(HOUR).happen(act("turn"))
    assert earliest(life.record) == NOW + 3 * HOUR


def test_another_first_time_is_another_rhythm_and_none_ends_it() -> None:
    life = begun(REMIND % "at: =first_time, every: 2 hours", first_time=NOON).pass_(2 * HOUR)
    life.happen(edit(BOB, ok=False))
    assert earliest(life.record) == NOW + 3 * HOUR
    life.happen(edit(BOB, first_time="2026-03-06 13:30"))
    assert earliest(life.record) == NOW + 2.5 * HOUR
    life.happen(edit(BOB, first_time=None))
    assert earliest(life.record) is None


def test_what_is_refused_within_a_state_waits_for_its_next_time_and_is_journalled_once() -> None:
    life = begun(REMIND % "every: 2 hours, when: ok", ok=False).pass_(5 * HOUR)
    assert (life.told(), life.sent()) == (["timer_refused"], [])
    assert tell(life.line("timer_refused")) == (
        "remind did not happen at 2026-03-06 12:00, and waits for its next time: remind is not possible now (ok is no)"
    )
    life.happen(edit(BOB, ok=True))
    assert (life.fields["n"], earliest(life.record)) == ("0", NOW + 6 * HOUR)
    assert life.pass_(HOUR).fields["n"] == "1"
    assert life.record.timers["remind"].because == ()


WINDOW = """
calendar: office
fields: {first_time: datetime, ok: {type: yes_no, default: true}}
states:
  closed: {transitions: {unlock: {to: opened, at: =first_time, every: 1 day, when: ok, blocked: Not yet.}}}
  opened: {transitions: {lock: {to: closed, by: [agent]}}}
"""


def test_a_rhythm_leads_on_once_for_each_of_its_times() -> None:
    life = begun(WINDOW, first_time=NOON).pass_(HOUR)
    assert life.state == "opened"
    assert life.happen(act("lock")).state == "closed"
    assert life.pass_(DAY - 1).state == "closed"
    assert life.pass_(1).state == "opened"


def test_what_was_missed_leads_on_once_and_at_once() -> None:
    life = begun(WINDOW, first_time=NOON).pass_(HOUR).pass_(3 * DAY)
    life.happen(act("lock")).happen(Event(Kind.TICK))
    assert life.state == "opened"
    assert life.happen(act("lock")).record.timers["unlock"].due == NOW + 4 * DAY + HOUR
    assert [line.what for line in life.lines] == ["transition"]


def test_the_earlier_ones_of_what_was_missed_are_journalled() -> None:
    life = begun(WINDOW, first_time="2026-03-03 12:00")
    assert life.line("timer_passed").data == {"due": NOW - 71 * HOUR, "until": NOW - 47 * HOUR, "count": 2}
    assert life.happen(Event(Kind.TICK)).state == "opened"


def test_a_rhythm_that_leads_on_is_blocked_as_any_timer_and_then_acts_once() -> None:
    life = begun(WINDOW, first_time=NOON, ok=False).pass_(2 * DAY + 2 * HOUR)
    assert life.told() == ["timer_blocked", "told"]
    timer = life.record.timers["unlock"]
    assert (timer.due, timer.because) == (NOW + HOUR, ("Not yet. (ok is no)",))
    life.happen(edit(BOB, ok=True)).happen(Event(Kind.TICK))
    assert (life.state, life.line("timer_passed").data["count"]) == ("opened", 2)
    assert life.happen(act("lock")).record.timers["unlock"].due == NOW + 3 * DAY + HOUR


def test_a_rhythm_without_its_calendar_is_a_fault_until_the_calendar_is_there() -> None:
    text = (
        (REMIND % "every: 1 day")
        .replace("calendar: office", "calendar: =where")
        .replace("{first_time", "{where: text, first_time")
    )
    life = begun(text, where="offices")
    (fault,) = life.record.faults.values()
    assert fault.text.startswith('remind does not happen by itself: there is no calendar "offices"')
    life.happen(edit(BOB, where="office")).happen(retry("1")).pass_(DAY)
    assert (life.fields["n"], life.record.faults) == ("1", {})


def test_a_rhythm_that_loses_its_calendar_stands_still() -> None:
    text = (
        (REMIND % "every: 1 day")
        .replace("calendar: office", "calendar: =where")
        .replace("{first_time", "{where: text, first_time")
    )
    life = begun(text, where="office").happen(edit(BOB, where="offices")).pass_(DAY)
    assert (life.fields["n"], life.record.timers, list(life.record.faults)) == ("0", {}, ["1"])
    life.happen(edit(BOB, where="office")).happen(retry("1"))
    assert earliest(life.record) == NOW + DAY


def test_a_rhythm_ends_a_hundred_years_after_its_first_time() -> None:
    timer = "at: =first_time, every: 50 years"
    life = begun(REMIND % timer, first_time="1920-03-06 12:00")
    assert (life.line("timer_passed").data["count"], life.record.timers) == (3, {})
    life = begun(REMIND % f"{timer}, when: ok", first_time="1926-03-06 12:00", ok=False).pass_(HOUR)
    assert (life.told(), life.record.timers) == (["timer_refused"], {})


def test_what_goes_round_in_circles_keeps_its_rhythm() -> None:
    text = """
fields: {n: {type: number, default: 0}}
states:
  first: {transitions: {begin: {every: 1 hour, then: [{set: {n: 1}}]}, on: {to: second, auto: true, when: n == 1}}}
  second: {transitions: {back: {to: first, auto: true}}}
"""
    life = begun(text).pass_(HOUR)
    assert [fault.code for fault in life.record.faults.values()] == ["circles"]
    assert earliest(life.record) == NOW + 2 * HOUR
