"""The checker knows what facts about planned times take and give."""

import pytest

from language.checker import check
from language.surroundings import Surroundings

TEXT = """\
process: change
version: 1
title: Change
number: CHG
owner: boss
start: {{to: open, by: [anyone], ask: [service, begin, end]}}
fields:
  service: {{type: ref, of: service}}
  begin: datetime
  end: datetime
states:
  open: {{transitions: {{go: {{to: done, auto: true, when: "{condition}"}}}}}}
  done: {{final: true}}
"""
AROUND = Surroundings(roles=("boss",))


def codes(condition: str) -> list[str]:
    text = TEXT.format(condition=condition)
    return [problem.code for problem in check(text, AROUND)]


@pytest.mark.parametrize(
    "condition",
    [
        "conflicts(service, begin, end) == []",
        "count(conflicts([service], begin, end), 'kind', 'freeze') == 0",
        "next_free(service, begin, '2 hours') == begin",
        "next_free(service, begin, end - begin) == begin",
        "on_call(service.group) is empty or on_call('desk').active",
        "maintained_until(service) > now and not frozen(service, begin, end)",
    ],
)
def test_what_they_give_can_be_asked(condition: str) -> None:
    assert codes(condition) == []


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("conflicts(service, begin) == []", "wrong-arguments"),
        ("count(conflicts(service, begin, end), 'kin', 'freeze') == 0", "unknown-attribute"),
        ("conflicts(service, service, end) == []", "wrong-type"),
        ("next_free(service, begin, '2 hours') == 3", "wrong-type"),
        ("on_call(service.group).colour is empty", "unknown-attribute"),
    ],
)
def test_what_they_do_not_give_is_a_mistake(condition: str, code: str) -> None:
    assert code in codes(condition)
