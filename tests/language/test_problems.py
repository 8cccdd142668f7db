"""Problems say where, what and what to do, and are listed in the order of the text."""

import pytest

from language.problems import MOST_PROBLEMS, LanguageError, Problem, did_you_mean, quoted, sentence


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem(3, 7, "unknown-key", 'no key "stat"'), '3:7 unknown-key: no key "stat"'),
        (
            Problem(63, 22, "unknown-state", 'no state named "pendng"', 'Did you mean "pending"?'),
            '63:22 unknown-state: no state named "pendng". Did you mean "pending"?',
        ),
        (
            Problem(2, 1, "no-deadline", "nobody may answer", "Add `due`.", "warning"),
            "2:1 warning no-deadline: nobody may answer. Add `due`.",
        ),
    ],
)
def test_a_problem_is_said_on_one_line(problem: Problem, said: str) -> None:
    assert str(problem) == said


def test_an_error_lists_its_problems_in_the_order_of_the_text() -> None:
    late, early = Problem(9, 1, "b", "second"), Problem(2, 5, "a", "first")
    error = LanguageError([late, early])
    assert error.problems == (early, late)
    assert str(error) == "2:5 a: first\n9:1 b: second"


def test_of_too_many_problems_no_warning_takes_the_place_of_an_error() -> None:
    warnings = [Problem(line, 1, "w", "odd", "", "warning") for line in range(1, 500)]
    error = LanguageError([*warnings, Problem(600, 1, "a", "wrong")])
    assert len(error.problems) == MOST_PROBLEMS
    assert error.problems[-1] == Problem(600, 1, "a", "wrong")


def test_a_sentence_is_not_ended_twice() -> None:
    assert sentence("Why?", "Because.") == "Why? Because."


def test_a_quoted_word_is_short_and_printable() -> None:
    assert quoted("a\nb\x07") == '"a�b�"'
    assert len(quoted("x" * 100_000)) == 62


@pytest.mark.parametrize(
    ("word", "hint"),
    [("pendng", 'Did you mean "pending"?'), ("PENDING", 'Did you mean "pending"?'), ("zebra", ""), ("p" * 99_999, "")],
)
def test_the_nearest_known_word_is_offered(word: str, hint: str) -> None:
    assert did_you_mean(word, ("new", "pending")) == hint
