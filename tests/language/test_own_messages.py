"""Messages that take the place of Steward's own: they read what those are given, and nothing else."""

from dataclasses import replace

import pytest

from language.checker import check
from language.surroundings import Surroundings

LAMP = """\
process: lamp
version: 1
title: Lamp
number: LAM
owner: boss
start: {to: new, by: [boss], ask: [name, code]}
fields: {name: text, code: {type: text, sensitive: true}}
states:
  new: {transitions: {end: {to: done, by: [boss]}}}
  done: {final: true}
"""
AROUND = Surroundings(roles=("boss",))


@pytest.mark.parametrize(
    ("message", "reads", "found"),
    [
        ("task_opened", ("title", "due", "name", "link"), []),
        ("fault", ("code", "text", "step"), []),
        ("timer_blocked", ("name", "because"), []),
        ("task_withdrawn", ("title", "due"), [(1, "unknown-in-message")]),
        ("task_opened", ("titel",), [(1, "unknown-in-message")]),
        ("approval_opened", ("code",), [(1, "sensitive-read")]),
        ("of_another_process", ("anything",), []),
    ],
)
def test_it_reads_what_it_is_given(message: str, reads: tuple[str, ...], found: list[tuple[int, str]]) -> None:
    around = replace(AROUND, messages={message: reads})
    assert [(problem.line, problem.code) for problem in check(LAMP, around)] == found
