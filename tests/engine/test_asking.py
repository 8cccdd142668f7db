"""How often the engine asks for facts: together what it can, and not without end one after the other."""

import pytest

from engine.advance import advance
from engine.facts import answer
from engine.record import Event, Needs, Refused
from engine.turn import MOST_ROUNDS
from tests.engine.builders import HOUR, NOW, ORGANISATION, Life, act, begun, occur, outcome

FACTS = """
calendar: office
fields:
  names: {type: list, of: user, default: "=['ann', 'bob', 'cleo', 'dan']"}
  one: {type: yes_no, default: false}
  two: {type: yes_no, default: false}
  three: {type: yes_no, default: false}
  n: {type: number, default: 0}
states:
  first:
    transitions:
      each: {to: many, by: [agent]}
      write:
        by: [agent]
        then:
          - set:
              one: "=frozen('mail', now, now)"
              two: "=frozen('web', now, now)"
              three: =frozen(names, now, now)
      again: {to: endless, by: [agent]}
      called: {to: endless, event: called}
      timed: {to: endless, after: 1 hour}
  many:
    do:
      - for_each: name in names
        mode: together
        do: [{task: "Ask {{ name }}", for: [name]}]
  endless:
    do:
      - repeat:
          at_most: 30
          do:
            - set: {n: =n + 1}
            - set: {one: "=frozen(n, now, now)"}
"""


def rounds(life: Life, event: Event) -> int:
    """Count how often facts are asked for until an event is taken."""
    event = event._replace(now=NOW)
    while isinstance(found := advance(life.definition, life.record, event), Needs):
        facts = {**event.facts, **answer(ORGANISATION, found.keys, NOW)}
        event = event._replace(facts=facts, asked=event.asked + 1)
    assert not isinstance(found, Refused), found
    return event.asked


@pytest.mark.parametrize("name", ["each", "write"])
def test_what_is_done_side_by_side_and_what_a_step_writes_is_asked_for_together(name: str) -> None:
    assert rounds(begun(FACTS), act(name)) == 1


@pytest.mark.semantics("N1.9")
def test_what_a_person_does_is_refused_when_it_asks_without_end() -> None:
    life = begun(FACTS)
    refused = outcome(life.definition, life.record, act("again")._replace(now=NOW))
    assert isinstance(refused, Refused)
    assert [(each.code, each.text) for each in refused.reasons] == [
        (
            "too-many-facts",
            f"this asks for facts more than {MOST_ROUNDS} times, one after the other: ask for less at once",
        )
    ]


@pytest.mark.semantics("N1.9")
def test_what_time_or_an_event_brings_is_a_fault_then_and_nothing_has_happened() -> None:
    for life in (begun(FACTS).happen(occur("called")), begun(FACTS).pass_(HOUR)):
        assert (life.state, life.fields["n"]) == ("first", "0")
        assert [fault.code for fault in life.record.faults.values()] == ["too-many-facts"]
    assert life.record.timers == {}
