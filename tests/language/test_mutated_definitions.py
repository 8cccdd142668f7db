"""Files spoiled by chance: whatever is dropped, renamed, grafted, cut out or put in, all there is are problems."""

from collections.abc import Callable
from random import Random

import pytest

from language.checker import check
from language.messages import read_message
from language.organisation_reading import OrganisationMistakes, read_organisation
from language.problems import MOST_PROBLEMS, LanguageError, Problem
from tests.language.mutating import AROUND, DEFINITIONS, MESSAGES, ORGANISATION_FILES, mutated, spliced

LONGEST = 1_000
"""Characters of what is said of one mistake."""
LINES = 1_000
"""More than any shipped file has: a mistake may be found where something refers to what is gone."""
FILES = [*DEFINITIONS, *ORGANISATION_FILES, *MESSAGES]
Spoil = Callable[[str, Random], str]


def problems_of(name: str, text: str) -> tuple[Problem, ...]:
    try:
        if name in DEFINITIONS:
            return check(text, AROUND)
        if name in MESSAGES:
            read_message(text)
        else:
            read_organisation({**ORGANISATION_FILES, name: text})
    except OrganisationMistakes as error:
        return error.files.get(name) or next(iter(error.files.values()))  # or of what referred to it
    except LanguageError as error:
        return error.problems
    return ()


def is_sound(problem: Problem, lines: int) -> bool:
    said = str(problem)
    is_placed = 0 < problem.line <= lines and problem.column > 0
    return is_placed and said.isprintable() and bool(problem.message) and len(said) <= LONGEST


@pytest.mark.parametrize("spoil", [mutated, spliced], ids=["tree", "text"])
def test_whatever_is_spoiled_is_reported_with_its_place(spoil: Spoil) -> None:
    spoiled = 0
    for seed in range(60):
        chance = Random(seed)
        name = chance.choice([*DEFINITIONS, chance.choice(FILES)])
        text = {**DEFINITIONS, **ORGANISATION_FILES, **MESSAGES}[name]
        if name in MESSAGES and spoil is mutated:
            continue
        text = spoil(text, chance)
        problems = problems_of(name, text)
        spoiled += bool(problems)
        assert len(problems) <= MOST_PROBLEMS, seed
        assert [each for each in problems if not is_sound(each, LINES + text.count("\n"))] == [], seed
    assert spoiled > 40


def test_the_same_spoiled_text_is_always_said_the_same_of() -> None:
    text = mutated(DEFINITIONS["change"], Random(5))
    assert problems_of("change", text) == problems_of("change", text) != ()
