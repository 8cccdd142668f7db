"""The schema of tests allows the shipped ones, and marks unknown keys and steps."""

from pathlib import Path

import jsonschema
import pytest

from engine.scenarios.json_schema import script_schema
from engine.scenarios.reading_steps import WORDS
from language.loader import load, plain

TESTS = (Path(__file__).parents[3] / "definitions" / "incident.test.yaml").read_text()
SCRIPT = jsonschema.Draft7Validator(script_schema())


def wrong(text: str) -> list[str]:
    return [each.json_path for each in SCRIPT.iter_errors(plain(load(text)))]


def test_the_shipped_tests_are_allowed() -> None:
    jsonschema.Draft7Validator.check_schema(script_schema())
    assert wrong(TESTS) == []


@pytest.mark.parametrize(
    ("right", "mistake", "where"),
    [
        ("tests: incident", "test: incident", "$"),
        ("    at: ", "    when: ", "$.cases[0]"),
        ("{act: assign, as: peter", "{akt: assign, as: peter", "steps"),
        ("pass: 2 hours", "pass: 2 ours", "steps"),
        ("- expect: {state: pending", "- expect: {stat: pending", "steps"),
        ("with: {assignee: peter}", "with: peter", "steps"),
    ],
)
def test_a_mistake_of_form_is_marked(right: str, mistake: str, where: str) -> None:
    assert right in TESTS
    assert [each for each in wrong(TESTS.replace(right, mistake, 1)) if where in each] != []


@pytest.mark.parametrize("word", WORDS)
def test_every_kind_of_step_is_known_to_editors(word: str) -> None:
    part = script_schema()["definitions"][f"step_{word}"]
    assert {word, "record"} <= part["properties"].keys()
    assert part["required"][0] == word or word == "start"
