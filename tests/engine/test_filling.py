"""A form as it stands while somebody fills it in: what would be in it, what is not shown, and what is fixed."""

from typing import Any

import pytest

from engine.facts import answer
from engine.filling import Standing, standing
from engine.record import Actor, Event, Kind, Needs
from tests.engine.builders import ANN, BOB, DAN, NOW, ORGANISATION, Life, a_definition, begun

ASKED = """
fields:
  size: {type: choice, options: [small, large], default: small}
  why: {type: text, when: size == 'large'}
  price: {type: number, value: "=10 if size == 'large' else 5"}
  secret: {type: text, write: [boss]}
  closed: {type: text, locked: size == 'large'}
  service: {type: ref, of: service}
  owner: {type: user, default: =service.owner, when: service.criticality == 'high'}
  soon: {type: text, when: service.owner == creator}
  remark: {type: text, internal: true}
read: [agent, creator]
states:
  first:
    transitions:
      told: {by: [requester], ask: [remark]}
      said: {by: [creator], ask: [remark]}
"""
NAMES = ("size", "why", "secret", "closed", "price", "owner", "remark", "comment")


def stands(life: Life, actor: Actor | None, kind: Kind, name: str = "", **data: Any) -> Standing:
    facts: dict[str, object] = {}
    event = Event(kind, name, actor, data, now=NOW)
    while isinstance(found := standing(life.definition, life.record, event._replace(facts=facts), NAMES), Needs):
        facts.update(answer(ORGANISATION, found.keys, NOW))
    return found


def test_a_form_shows_what_the_values_so_far_ask_for() -> None:
    life = begun(ASKED)
    assert stands(life, BOB, Kind.ACT).hidden == ("why", "owner")
    found = stands(life, BOB, Kind.ACT, size="large", service="mail")
    assert (found.hidden, found.values["price"]) == ((), "10")


def test_a_start_has_the_defaults_and_what_is_made_of_them() -> None:
    found = stands(Life(a_definition(ASKED)), BOB, Kind.START, service="mail")
    assert (found.values["size"], found.values["price"]) == ("small", "5")
    assert found.values["owner"] == {"id": "dan", "label": "Dan Drake"}


def test_what_cannot_be_a_value_counts_as_not_filled_in() -> None:
    found = stands(begun(ASKED, size="large"), BOB, Kind.ACT, size="huge", nothing="x")
    assert (found.values["size"], "nothing" in found.values) == ("large", False)


def test_a_form_says_which_fields_are_fixed_and_why() -> None:
    found = stands(begun(ASKED), BOB, Kind.ACT, size="large")
    assert found.fixed == {
        "price": "price: its own expression keeps it up to date, so nobody writes it",
        "secret": "only boss may write secret",
        "closed": "closed is read-only now (size == 'large')",
    }
    assert "size" in stands(begun(ASKED), DAN, Kind.EDIT).fixed
    assert stands(begun(ASKED), None, Kind.OCCUR).fixed == {}


@pytest.mark.parametrize(
    ("kind", "name", "fixed"),
    [
        (Kind.START, "", False),
        (Kind.ACT, "told", False),
        (Kind.ACT, "said", True),
        (Kind.ACT, "nothing", True),
        (Kind.EDIT, "", True),
    ],
)
def test_what_is_internal_is_filled_in_only_by_those_who_see_it_or_by_office(
    kind: Kind, name: str, fixed: bool
) -> None:
    asked = ASKED + "start: {to: first, by: [requester]}\n"
    life = Life(a_definition(asked))
    if kind is not Kind.START:
        life.happen(Event(Kind.START, actor=ANN))
    assert ("remark" in stands(life, ANN, kind, name).fixed) is fixed
