"""What a record has booked follows from what its definition asks about conflicts, and others hear of it."""

from engine.bookings import booked_openly, bookings
from engine.listing import listing
from engine.record import Event, Kind
from engine.scenarios.running import run_tests
from language.organisation_reading import read_organisation
from language.reading import read_definition
from tests.engine.builders import BOB, HOUR, NOW, Life, act, begun, edit

CHANGE = """
fields:
  services: {type: list, of: service}
  who: user
  begin: datetime
  end: datetime
states:
  draft:
    transitions:
      plan:
        to: planned
        by: [agent]
        when: len(conflicts(services + [who], begin, end)) == 0 and conflicts([], begin, now) is filled
      drop: {to: dropped, by: [agent]}
  planned: {}
  dropped: {final: true}
"""
TIMES = {"begin": "2026-03-06T12:00:00Z", "end": "2026-03-06T13:00:00Z"}
BOOKED = [(what, NOW + 2 * HOUR, NOW + 3 * HOUR) for what in ("service:mail", "service:web", "user:ann")]


def booked(life: Life) -> list[tuple[str, float, float]]:
    found = [(each.what, each.since, each.until) for each in bookings(life.definition, life.record)]
    assert listing(life.definition, life.record)["bookings"] == [list(each) for each in found]
    return found


def test_a_record_has_booked_what_it_asks_about_as_it_stands() -> None:
    life = begun(CHANGE, services=["mail", "web"], who="ann", **TIMES)
    assert booked(life) == BOOKED
    life.happen(edit(BOB, end="2026-03-06T14:00:00Z", services=["web"]))
    assert [(what, until) for what, _, until in booked(life)] == [
        ("service:web", NOW + 4 * HOUR),
        ("user:ann", NOW + 4 * HOUR),
    ]


def test_a_state_that_does_not_ask_has_booked_nothing() -> None:
    text = CHANGE.replace("planned: {}", "planned: {transitions: {back: {to: draft, by: [agent]}}}")
    text = text.replace("      drop:", "      rest: {to: planned, by: [agent]}\n      drop:")
    life = begun(text, services=["mail", "web"], who="ann", **TIMES)
    assert booked(life.happen(act("rest"))) == []
    assert booked(life.happen(act("back"))) == BOOKED


def test_nothing_is_booked_without_both_times_in_order_or_when_it_is_over() -> None:
    assert booked(begun(CHANGE, services=["mail"], who="ann", begin=TIMES["begin"])) == []
    assert booked(begun(CHANGE, services=["mail"], who="ann", begin=TIMES["end"], end=TIMES["begin"])) == []
    life = begun(CHANGE, services=["mail"], who="ann", **TIMES)
    assert booked(life.happen(act("drop"))) == []


def test_what_is_named_by_a_text_or_not_at_all_is_not_booked() -> None:
    text = CHANGE.replace("conflicts([], begin, now)", "conflicts(['mail', who], begin, end)")
    assert booked(begun(text, services=["web"], who="ann", **TIMES)) == [
        ("service:web", NOW + 2 * HOUR, NOW + 3 * HOUR),
        ("user:ann", NOW + 2 * HOUR, NOW + 3 * HOUR),
    ]


def test_what_cannot_be_told_is_not_booked() -> None:
    text = """
fields: {service: {type: ref, of: service}, begin: datetime}
states:
  first:
    transitions:
      one: {to: first, by: [agent], when: "conflicts(service.depends_on, begin, begin + '1 hour') is empty"}
      two: {to: first, by: [agent], when: "conflicts([service], begin + 'soon', begin) is empty"}
      three: {to: first, by: [agent], when: "conflicts([service], begin) is empty"}
"""
    life = begun(text, service="mail", begin=TIMES["begin"])
    assert booked(life) == []
    assert life.happen(Event(Kind.OCCUR, "x")).told() == ["not_awaited"]


def test_what_is_booked_may_be_known_unless_an_internal_field_says_it() -> None:
    assert booked_openly(begun(CHANGE).definition)
    assert not booked_openly(begun(CHANGE.replace("end: datetime", "end: {type: datetime, internal: true}")).definition)


SOURCE = """
process: change
version: 1
title: Change
number: CHG
owner: ann
calendar: office
start: {to: draft, ask: [service, begin, end]}
fields:
  service: {type: ref, of: service}
  begin: datetime
  end: datetime
  free: {type: datetime, value: "=next_free(service, begin, '1 hour')"}
  caller: {type: user, value: =on_call(service.group)}
  still: {type: datetime, value: =maintained_until(service)}
states:
  draft:
    transitions:
      plan:
        to: planned
        by: [anyone]
        when: conflicts(service, begin, end) == []
        blocked: "In conflict: {{ last(conflicts(service, begin, end), 1) }}"
      forget: {to: forgotten, by: [anyone]}
  planned: {}
  forgotten: {final: true}
"""
TESTS = """
tests: change
organisation:
  people: {ann: {groups: [desk]}}
  groups: {desk: {}}
  services: {mail: {group: desk}}
  calendars: {office: {zone: UTC, hours: {mon: 09:00-17:00}}}
  rotas: {desk: {group: desk, people: [ann], from: 2026-01-05 00:00, every: 1 week}}
cases:
  - name: Two changes want the same hour
    at: 2026-03-06 10:00
    as: ann
    given: {service: mail, begin: 2026-03-07 10:00, end: 2026-03-07 11:00}
    steps:
      - expect: {fields: {free: 2026-03-07 10:00, caller: ann}}
      - {start: change, record: other, as: ann, with: {service: mail, begin: 2026-03-07 10:30, end: 2026-03-07 12:00}}
      - {act: plan, as: ann, record: other, refused: CHG0000001 from 2026-03-07 10:00 UTC until 2026-03-07 11:00 UTC}
      - {expect: {fields: {free: 2026-03-07 11:00}}, record: other}
      - {act: forget, as: ann}
      - {act: plan, as: ann, record: other}
      - {expect: {state: planned}, record: other}
  - name: A case may say what speaks against it
    at: 2026-03-06 10:00
    as: ann
    given: {service: mail, begin: 2026-03-07 10:00, end: 2026-03-07 11:00}
    answers:
      conflicts: [{id: mail, kind: freeze, with: spring, text: Spring}]
      next_free: 2026-03-09 10:00
      on_call: ann
    steps:
      - expect: {fields: {free: 2026-03-09 10:00}}
      - {act: plan, as: ann, refused: Spring}
      - fact: {conflicts: []}
      - {act: plan, as: ann}
"""


def test_records_of_a_case_hear_of_each_other() -> None:
    report = run_tests(TESTS, {"change": read_definition(SOURCE)}, read_organisation({}), "change.test.yaml")
    assert [case.failure for case in report.cases if not case.passed] == []
