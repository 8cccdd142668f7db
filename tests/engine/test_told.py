"""A record is told of its own affairs and of the organisation, not of what only time or other records change."""

import pytest

from engine.told import is_told
from language.expressions import parse
from tests.engine.builders import a_definition

THING = """
fields:
  n: number
  caller: user
  mates: {type: list, of: user}
  rows: {type: list, of: {who: user, size: number}}
  papers: {type: list, of: {about: file}}
  service: {type: ref, of: service}
  other: {type: ref, of: thing}
  paper: file
  keeper: {type: user, value: =service.owner}
  late: {type: yes_no, value: =now > created_at}
  open: {type: number, value: "=count_of('thing', state='first')"}
  far: {type: number, value: =open + 1}
  level: {type: choice, options: [high, low]}
  state_of_other: {type: text, value: =other.state}
tables:
  levels: {given: [n], gives: [level], rows: [[1, high], [any, low]]}
  shares: {given: [late], gives: [share], rows: [[any, 1]]}
  kinds: {given: [level], gives: [kind], rows: [[any, 1]]}
states:
  first: {}
"""


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("n == 1", True),
        ("open_tasks == 0 and state == 'first' and id is filled and created_by is filled", True),
        ("caller.manager.manager.active", True),
        ("service.group.lead.manager.manager.name is filled", True),
        ("service.group.lead.manager.manager.manager.name is filled", False),
        ("len(mates) > 1 and caller in mates and mates.name is filled and rows.who is filled", True),
        ("papers.about is filled", False),
        ("keeper == caller and level == 'high' and kinds.kind == 1", True),
        ("other is filled and paper is empty", True),
        ("other.state == 'first'", False),
        ("paper.name is filled", False),
        ("state_of_other == 'first'", False),
        ("now > created_at", False),
        ("created_by.manager is filled", True),
        ("created_by.manager.manager.manager.manager.manager.name is filled", False),
        ("late", False),
        ("shares.share == 1", False),
        ("far > 1", False),
        ("not frozen(service, created_at, created_at)", False),
        ("parent is empty", False),
    ],
)
def test_what_is_told(expression: str, told: bool) -> None:
    assert is_told(a_definition(THING), parse(expression)) is told


def test_fields_that_follow_each_other_are_followed_once() -> None:
    text = """
fields: {n: {type: number, value: =m}, m: {type: number, value: =n}, a: {type: choice, options: [x]}, b: text}
tables: {t: {given: [a], gives: [a], rows: [[x, x]]}}
states: {first: {}}
"""
    assert is_told(a_definition(text), parse("n == 1 and a == 'x'"))
