"""Whose request a record is, and whether it waits for their answer."""

import pytest

from portal.requests.asking import awaits_answer, for_whom
from store.starting import unbegun
from tests.engine.builders import a_definition, begun

ASKING = """
read: [agent, caller, helpers]
start: {to: first, by: [agent, caller, guest], ask: [caller, guest, assignee]}
fields:
  caller: user
  guest: user
  assignee: user
  helpers: {type: list, of: user}
states:
  first:
    do: [{wait: {event: guest.replied, at_most: 9 days}}]
    transitions: {replied: {to: last, event: caller.replied}}
  last: {final: true}
"""


def test_a_record_is_for_those_who_may_start_it_or_see_it_by_a_field() -> None:
    assert for_whom(a_definition(ASKING)) == ("caller", "guest", "helpers")


@pytest.mark.parametrize(("field", "waits"), [("caller", True), ("guest", True), ("assignee", False)])
def test_it_waits_for_the_answer_of_whoever_moves_it_on_by_one(field: str, waits: bool) -> None:
    definition = a_definition(ASKING)
    record = unbegun(definition)._replace(state="first", fields={field: {"id": "ann", "label": "Ann"}})
    assert awaits_answer(definition, record, "ann") is (waits and field == "caller")
    assert awaits_answer(definition, begun(ASKING, **{field: "ann"}).record, "ann") is waits
    assert awaits_answer(definition, begun(ASKING, **{field: "ann"}).record, "bob") is False
