"""Whatever strangers send is read or refused, at once: what is kept in the corpora, and what comes of spoiling it."""

from random import Random

import pytest

from tests.fuzz.targets import CORPORA, TARGETS, corpus, mutated, outcome

KEPT = [(name, file.name) for name in TARGETS for file in corpus(name)]
ROUNDS = 8
"""Spoilt forms of each input; `make fuzz` tries as many as there is time for."""


@pytest.mark.parametrize(("name", "file"), KEPT, ids=[f"{name}/{file}" for name, file in KEPT])
def test_what_is_kept_is_read_or_refused_at_once(name: str, file: str) -> None:
    data = (CORPORA / name / file).read_bytes()
    first = outcome(name, data)
    again = outcome(name, data)
    assert first.mistake == "" or again.mistake == ""
    assert first.said == again.said


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_spoilt_is_read_or_refused(name: str) -> None:
    inputs, chance = [file.read_bytes() for file in corpus(name)], Random(name)
    spoilt = [mutated(each, inputs, chance) for each in inputs for _ in range(ROUNDS)]
    assert [each for each in spoilt if outcome(name, each).mistake and outcome(name, each).mistake] == []


def test_every_target_has_inputs_that_are_right_and_inputs_that_are_refused() -> None:
    said = {name: {outcome(name, file.read_bytes()).said for file in corpus(name)} for name in TARGETS}
    assert {name for name, outcomes in said.items() if len(outcomes) < 2 and name != "definition"} == set()
