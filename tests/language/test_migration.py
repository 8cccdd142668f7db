"""What a definition says of records that are moved to it is read, and every mistake in it is found where it is."""

import pytest

from language.checker import check
from language.checks.migration import check_earlier
from language.definition import Migration, Place
from language.problems import Problem
from language.reading import read_definition, read_definition_leniently
from language.surroundings import Surroundings

THING = """\
process: thing
version: 4
title: Thing
number: THG
owner: boss
start: {to: new, by: [boss], ask: [impact, weight]}
fields: {impact: text, weight: number, double: {type: number, value: =weight + weight}}
states:
  new: {transitions: {hold: {to: pending, by: [boss]}}}
  pending: {transitions: {end: {to: over, by: [boss]}}}
  over: {final: true}
"""
AROUND = Surroundings(roles=("boss",))


def found(migrate: str) -> list[str]:
    return [str(problem) for problem in check(THING + migrate, AROUND)]


def test_what_becomes_of_states_and_fields_is_read() -> None:
    definition = read_definition(THING + "migrate: {from: 3, states: {waiting: pending}, fields: {severity: impact}}")
    assert definition.migrate is not None
    assert definition.migrate.from_ == 3
    assert (definition.migrate.states, definition.migrate.fields) == ({"waiting": "pending"}, {"severity": "impact"})
    assert check(definition.source, AROUND) == ()


def test_without_states_and_fields_it_says_only_where_records_come_from() -> None:
    assert read_definition(THING + "migrate: {from: 3}").migrate == Migration(3, Place(12, 10))


@pytest.mark.parametrize(
    ("migrate", "problem", "remedy"),
    [
        (
            "from: 4",
            "12:17 not-earlier: migrate is from version 4, and this is version 4.",
            "Name the version that records are moved from.",
        ),
        (
            "from: 3, states: {waiting: pendng}",
            '12:38 unknown-state: no state named "pendng".',
            'Did you mean "pending"?',
        ),
        (
            "from: 3, states: {new: pending}",
            '12:34 still-there: "new" is still a state here, so the records in it stay there.',
            "Take it out of migrate.",
        ),
        (
            "from: 3, states: {waiting: over}",
            '12:38 final-goes-on: "over" is final, and moving a record does not end it.',
            "Name a state that is not final.",
        ),
        (
            "from: 3, fields: {severity: impct}",
            '12:39 unknown-field: no field named "impct".',
            'Did you mean "impact"?',
        ),
        (
            "from: 3, fields: {severity: double}",
            '12:39 kept-field: "double" is kept by its value, so nobody writes it.',
            "Write what it follows from.",
        ),
        (
            "from: 3, fields: {severity: impact, gravity: impact}",
            '12:56 named-twice: "severity" and "gravity" cannot both become "impact".',
            "Leave one of the two out: its values are dropped.",
        ),
        ("states: {}", '12:10 missing-key: migrate needs "from".', "It may have: from, states, fields."),
        ("from: 3, states: {waiting: [pending]}", "12:38 wrong-kind: a name is expected here,", "not a list"),
        ("from: 3, states: so", "12:28 wrong-kind: the names are written as `name: …`,", 'not as the value "so"'),
    ],
)
def test_a_mistake_in_it_is_found_where_it_was_made(migrate: str, problem: str, remedy: str) -> None:
    assert found(f"migrate: {{{migrate}}}") == [f"{problem} {remedy}"]


def earlier(migrate: str, known: str | None = THING) -> list[str]:
    definition, _ = read_definition_leniently(THING + migrate)
    assert definition is not None
    assert definition.migrate is not None
    problems: tuple[Problem, ...] = check_earlier(
        definition.source, definition.migrate, None if known is None else read_definition(known)
    )
    return [str(problem) for problem in problems]


def test_the_names_of_the_earlier_version_are_held_against_it() -> None:
    assert earlier("migrate: {from: 3, states: {pendng: new}, fields: {colour: impact}}") == [
        '12:29 unknown-state: the earlier version has no state named "pendng". Did you mean "pending"?',
        '12:52 unknown-field: the earlier version has no field named "colour". It had: impact, weight, double.',
    ]
    assert earlier("migrate: {from: 3, states: {pending: new}, fields: {weight: impact}}") == []


def test_an_earlier_version_that_was_never_published_is_a_mistake() -> None:
    assert earlier("migrate: {from: 3}", None) == [
        "12:17 unknown-version: version 3 is not published, so no record is on it. Name one that is published."
    ]
