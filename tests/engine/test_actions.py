"""What an actor may do now: yes, yes if something is filled in, or every reason why not and who could."""

from engine.actions import Action, actions
from engine.facts import answer
from engine.record import Actor, Needs
from tests.engine.builders import ANN, BOB, DAN, NOW, ORGANISATION, Life, begun

ACTIONS = """
fields: {level: number, service: {type: ref, of: service}, owner: user}
states:
  first:
    transitions:
      plain: {to: second, by: [agent], needs: [owner], title: Go on}
      maybe: {to: third, by: [agent], ask: [level]}
      guarded: {by: [agent], when: level > 2, blocked: Too low.}
      by_owner: {by: [service.owner], needs: [level], when: level > 2}
      later: {to: second, after: 1 day}
  second: {final: true}
  third: {when: level > 5}
transitions: {assign_it: {from: [first, third], to: second, by: [boss]}}
"""


def asked(life: Life, actor: Actor) -> dict[str, Action]:
    facts: dict[str, object] = {}
    while isinstance(found := actions(life.definition, life.record, actor, NOW, facts), Needs):
        facts.update(answer(ORGANISATION, found.keys, NOW))
    return {each.name: each for each in found}


def test_each_transition_of_people_is_listed_with_what_it_needs() -> None:
    found = asked(begun(ACTIONS, level=1, service="mail"), BOB)
    assert list(found) == ["plain", "maybe", "guarded", "by_owner", "assign_it"]
    assert found["plain"] == Action("plain", "Go on", ("second",), "yes", ("owner",), (), ())
    assert found["assign_it"].title == "Assign it"


def test_yes_if_a_guard_reads_what_is_still_to_be_filled_in() -> None:
    found = asked(begun(ACTIONS, level=1, service="mail"), DAN)
    assert (found["by_owner"].possible, found["by_owner"].needs) == ("if", ("level",))
    assert [reason.text for reason in found["by_owner"].reasons] == [
        "by_owner is not possible now (level is 1, not more than 2)"
    ]
    assert asked(begun(ACTIONS, level=1), BOB)["maybe"].possible == "if"


MADE = """
fields:
  other: text
  impact: {type: choice, options: [high, low]}
  level: number
  twice: {type: number, value: =level + level}
  urgent: {type: yes_no}
tables:
  urgency: {given: [impact, twice], gives: [urgent, share], rows: [[high, 4, true, 50], [any, any, false, 0]]}
states:
  first:
    transitions:
      by_kept: {by: [agent], ask: [impact], when: urgent}
      by_value: {by: [agent], ask: [level], when: urgent}
      by_table: {by: [agent], ask: [level], when: urgency.share > 0}
      by_another: {by: [agent], ask: [other], when: urgent}
      leave: {to: last, by: [agent]}
  last: {final: true}
"""


def test_what_follows_by_tables_and_values_from_what_is_asked_for_is_still_to_be_filled_in() -> None:
    found = asked(begun(MADE), BOB)
    assert {name: each.possible for name, each in found.items()} == {
        "by_kept": "if",
        "by_value": "if",
        "by_table": "if",
        "by_another": "no",
        "leave": "yes",
    }


def test_no_says_every_reason_and_who_could() -> None:
    found = asked(begun(ACTIONS, level=1, service="mail"), ANN)
    assert found["guarded"].possible == "no"
    assert [reason.text for reason in found["guarded"].reasons] == [
        "only agent may guarded",
        "Too low. (level is 1, not more than 2)",
    ]
    assert found["by_owner"].reasons[0].who == ("service.owner (E-mail)",)
    assert asked(begun(ACTIONS, level=1), BOB)["guarded"].possible == "no"


def test_nothing_can_be_done_to_a_closed_record() -> None:
    life = begun("states: {first: {final: true}}\ntransitions: {x: {from: [first], by: [agent]}}")
    assert asked(life, BOB) == {}
