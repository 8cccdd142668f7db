"""The organisation changes around a record: calendars shift running targets, and fields that are kept follow."""

import pytest

from engine.advance import advance
from engine.facts import answer
from engine.news import ORGANISATION_CHANGED
from engine.record import Clock, Needs
from engine.turn import fact_key
from language.organisation import Organisation
from tests.engine.builders import BOB, DAY, HOUR, NOW, ORGANISATION, Life, act, begun, occur

CHANGED = occur(ORGANISATION_CHANGED)
FIX = """
calendar: office
fields: {service: {type: ref, of: service}, keeper: {type: user, value: =service.owner}, when: datetime}
targets:
  fix: {runs_in: [first], pauses_in: [hold], within: 3 business days, at: {50%: [{notify: half, to: [desk]}]}}
  look: {runs_in: [first], within: 3 days}
  late: {runs_in: [first], within: 1 business hour}
states:
  first:
    transitions:
      hold: {to: hold, by: [agent]}
      solve: {to: solved, by: [agent]}
      rest: {to: hold, after: 9 business days}
  hold: {transitions: {resume: {to: first, by: [agent]}}}
  solved: {}
"""


def with_office(**changed: object) -> Organisation:
    row = {**ORGANISATION.of("calendar")["office"], **changed}
    return ORGANISATION.merged(Organisation({"calendar": {"office": row}}))


def changed(life: Life, organisation: Organisation) -> Life:
    life.organisation = organisation
    return life.happen(CHANGED)


def clock(life: Life, name: str = "fix") -> Clock:
    return life.record.targets[name]


def test_a_holiday_added_later_shifts_running_targets_only_and_says_so() -> None:
    life = begun(FIX).pass_(2 * HOUR)
    due, resting = clock(life).due, life.record.timers["rest"]
    changed(life, with_office(holidays=["2026-03-09", "2026-03-11"]))
    assert due is not None
    assert (clock(life).due, clock(life, "look").due) == (due + DAY, NOW + 3 * DAY)
    assert life.record.timers["rest"] == resting
    assert [(line.what, line.name) for line in life.lines] == [("calendar_changed", "office"), ("target_moved", "fix")]
    assert life.line("calendar_changed").data == {"added": ["2026-03-11"], "removed": [], "other": []}
    assert life.line("target_moved").data == {"old": due, "new": due + DAY}
    assert life.happen(CHANGED).lines == []


def test_what_was_spent_stays_and_adds_up_even_when_today_becomes_a_holiday() -> None:
    life = changed(begun(FIX).pass_(2 * HOUR), with_office(holidays=["2026-03-06", "2026-03-09"]))
    assert (clock(life).spent, clock(life).wall) == (2 * HOUR, 2 * HOUR)
    life.pass_(4 * DAY + 2 * HOUR).happen(act("solve"))
    assert (clock(life).spent, sum(spent for *_, spent in clock(life).intervals)) == (8 * HOUR, 8 * HOUR)


def test_a_target_that_holds_goes_on_with_the_new_calendar_and_one_that_has_stopped_is_left_alone() -> None:
    life = begun(FIX).happen(act("hold"))
    changed(life, with_office(holidays=["2026-03-09", "2026-03-10"]))
    assert [line.what for line in life.lines] == ["calendar_changed"]
    assert life.happen(act("resume")).record.targets["fix"].due == NOW + 7 * DAY
    life = begun(FIX).happen(act("solve"))
    before = clock(life)
    assert clock(changed(life, with_office(holidays=[]))) == before


def test_a_target_is_missed_once_whatever_becomes_of_its_calendar() -> None:
    life = begun(FIX).pass_(2 * HOUR)
    missed = clock(life, "late")
    changed(life, with_office(hours={"mon": ["09:00-10:00"]}))
    assert (clock(life, "late").late, clock(life, "late").due) == (missed.late, missed.due) == (True, NOW + HOUR)
    assert life.line("calendar_changed").data == {"added": [], "removed": [], "other": ["opening hours"]}
    assert "target_missed" not in life.pass_(DAY).told()


def test_a_holiday_taken_away_makes_a_target_due_earlier() -> None:
    life = begun(FIX)
    due = clock(life).due
    assert due is not None
    assert clock(changed(life, with_office(holidays=[]))).due == due - DAY
    assert life.line("calendar_changed").data["removed"] == ["2026-03-09"]


def test_thresholds_that_a_change_has_passed_act_once_and_at_once() -> None:
    life = begun(FIX).pass_(4 * DAY + 2 * HOUR)
    assert life.sent() == []
    shorter = {day: ["09:00-12:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    life = changed(life, with_office(hours=shorter)).pass_(0)
    assert [name for name, _ in life.sent()] == ["half"]
    assert life.told() == ["target_missed", "target_threshold", "told"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC"])
def test_a_zone_that_is_another_is_a_change_and_a_later_year_is_none(zone: str) -> None:
    life = begun(FIX)
    life.now += 330 * DAY
    other = life.happen(CHANGED).told()
    assert "calendar_changed" not in other
    assert ("calendar_changed" in changed(life, with_office(zone=zone)).told()) is (zone == "UTC")


def test_a_calendar_that_is_gone_stays_as_it_was() -> None:
    life = begun(FIX)
    due = clock(life).due
    life.organisation = Organisation({**ORGANISATION.rows, "calendar": {}})
    assert clock(life.happen(CHANGED)).due == due


def test_a_field_that_is_kept_up_to_date_follows() -> None:
    life = begun(FIX, service="mail")
    rows = {"mail": {**ORGANISATION.of("service")["mail"], "owner": "bob"}}
    changed(life, ORGANISATION.merged(Organisation({"service": rows})))
    assert life.fields["keeper"] == {"id": "bob", "label": "Bob Baker"}


def test_everything_that_is_needed_is_asked_for_at_once() -> None:
    text = """
calendar: office
targets: {fix: {runs_in: [first], within: 1 business day}}
states:
  first:
    do:
      - together:
          a: [{task: One, for: [desk]}]
          b: [{task: Two, for: [boss]}]
          c: [{approval: Three, by: [desk], rejected: [{fail: No}]}]
"""
    life = begun(text, BOB)
    needed = advance(life.definition, life.record, CHANGED._replace(now=NOW))
    assert isinstance(needed, Needs)
    assert len(needed.keys) == 5
    facts = answer(ORGANISATION, needed.keys, NOW)
    assert fact_key("calendar", "office") in facts
    assert not isinstance(advance(life.definition, life.record, CHANGED._replace(now=NOW, facts=facts)), Needs)
