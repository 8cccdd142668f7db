"""Hostile test files are refused at once, with a place and what to do; what they let happen is bounded."""

import time

import pytest

from engine.scenarios.reading import read_script
from language.problems import MOST_PROBLEMS, LanguageError, Problem
from tests.engine.builders import ORGANISATION, a_definition

BOUND = 5.0
"""Seconds of processor time, the best of two: many times what is needed on slow machines, and far from what hangs."""

THING = a_definition("""
start: {to: first, by: [anyone], ask: [summary]}
fields: {summary: text}
states: {first: {transitions: {end: {to: last, by: [anyone]}}}, last: {final: true}}
""")

CASE = """
  - name: It is so
    at: 2026-03-06 10:00
    as: bob
    given: {summary: x}
    steps: [%s]
"""


def steps(text: str) -> str:
    return f"tests: thing\ncases:{CASE % text}"


SCRIPTS = {
    "nothing": ("empty-document", ""),
    "a list": ("wrong-kind", "- tests"),
    "a process there is not": ("unknown-process", steps("pass: 1 day").replace("thing", "thin")),
    "no cases": ("missing-key", "tests: thing"),
    "cases that are a word": ("wrong-kind", "tests: thing\ncases: all"),
    "a case without steps": ("missing-key", "tests: thing\ncases: [{name: x, at: 2026-03-06 10:00, as: bob}]"),
    "a time after the end of time": ("bad-value", steps("pass: 1 day").replace("2026-03-06", "99999-01-01")),
    "somebody there is not": ("unknown-person", steps("pass: 1 day").replace("bob", "nobody")),
    "ages": ("bad-duration", steps("pass: 99999999999999999999 years")),
    "time that goes back": ("bad-duration", steps("pass: -1 days")),
    "a step of two kinds": ("two-steps", steps("{act: end, vote: judge}")),
    "a step there is not": ("unknown-step", steps("{exec: rm}")),
    "a step that is a word": ("wrong-kind", steps("x")),
    "a transition there is not": ("unknown-transition", steps("{act: __class__, as: bob}")),
    "an expectation there is not": ("unknown-key", steps("{expect: {stat: first}}")),
    "an alias": ("alias", steps("&a {act: end}, *a")),
    "an object of Python": ("tag", steps("!!python/object/apply:os.system [id]")),
    "a null character": ("control-character", steps('{act: "a\\0"}')),
    "a text that is turned round": ("control-character", steps("{act: a\u202eb}")),
    "half of a pair": ("control-character", steps("{act: a\ud800b}")),
    "values deeper than anybody looks": ("too-deep", steps("{act: end, with: {a: " + "[" * 60 + "]" * 60 + "}}")),
    "more than fits": ("too-large", steps("pass: 1 day") + "# " + "x" * 70_000),
    "as many mistakes as fit": ("unknown-step", steps("{exec: rm}, " * 4_000)),
    "an organisation that cannot be": (
        "unknown-group",
        steps("pass: 1 day") + "organisation: {people: {zed: {groups: [nowhere]}}}",
    ),
}


@pytest.mark.parametrize(("code", "text"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_hostile_test_file_is_refused_at_once_with_a_place_and_what_to_do(code: str, text: str) -> None:
    problems: tuple[Problem, ...] = ()
    times = []
    for _ in range(2):
        began = time.process_time()
        with pytest.raises(LanguageError) as error:
            read_script(text, {"thing": THING}, ORGANISATION)
        times.append(time.process_time() - began)
        problems = error.value.problems
    assert min(times) < BOUND
    assert code in {each.code for each in problems}
    assert len(problems) <= MOST_PROBLEMS
    assert all(each.line > 0 and each.column > 0 and str(each).isprintable() for each in problems)
