"""The built-in functions: what they give of lists, and what they do not take."""

from decimal import Decimal

import pytest

from language.operations import EvaluationRefused, OutOfFuel
from language.values import Ref, Value
from tests.language.scopes import number, value_of

ANN, BOB = Ref("user", "ann", "Ann"), Ref("user", "bob", "Bob")
DISK: Value = {"title": "Disk", "cost": Decimal("2.50")}
TAPE: Value = {"title": "Tape", "cost": Decimal("1.00")}
NAMES: dict[str, Value] = {
    "rows": (DISK, TAPE),
    "people": (ANN, BOB),
    "ann.cost": Decimal(4),
    "bob.cost": Decimal(5),
    "states": ("open", "closed", "open"),
    "gaps": ({"cost": None},),
    "nested": (("a",), ("b",)),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("len(rows)", number(2)),
        ("len('abc')", number(3)),
        ("len([])", number(0)),
        ("sum(rows, 'cost')", Decimal("3.50")),
        ("sum(people, 'cost')", number(9)),
        ("sum([], 'cost')", number(0)),
        ("count(states, 'open')", number(2)),
        ("count(rows, 'title', 'Disk')", number(1)),
        ("count(gaps, 'cost', 1)", number(0)),
        ("count(people, 'ann')", number(1)),
        ("last(states, 2)", ("closed", "open")),
        ("last(states, 0)", ()),
        ("last(states, 9)", ("open", "closed", "open")),
        ("without(people, ['ann'])", (BOB,)),
        ("without(states, ['open'])", ("closed",)),
        ("without(rows, [rows[0]])", (TAPE,)),
        ("without(nested, [['a']])", (("b",),)),
        ("without([1, 2.0, true], [2])", (number(1), True)),
    ],
)
def test_a_function_gives_its_value(text: str, value: Value) -> None:
    assert value_of(text, NAMES) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("len(1)", "len takes a list, not a number"),
        ("len(people[0])", "len takes a list, not a reference"),
        ("len()", "len is written len(list)"),
        ("len(rows, rows)", "len is written len(list)"),
        ("len(list=rows)", "len is written len(list)"),
        ("sum(rows, 1)", "sum takes the name of a field, not a number"),
        ("sum(rows, 'title')", "sum adds up numbers; title is a text"),
        ("sum(states, 'cost')", 'a text has no "cost"'),
        ("count(1, 1)", "count takes a list"),
        ("last(states, 'two')", "last takes a list and a whole number"),
        ("last(states, -1)", "last takes a list and a whole number"),
        ("last(states, 0.5)", "last takes a list and a whole number"),
        ("without(states, 1)", "without takes a list"),
    ],
)
def test_a_function_refuses_what_it_does_not_take(text: str, message: str) -> None:
    with pytest.raises(EvaluationRefused) as refused:
        value_of(text, NAMES)
    assert message in str(refused.value)


def test_long_lists_are_taken_from_one_another_within_the_fuel() -> None:
    many = tuple(f"name {index}" for index in range(500))
    assert value_of("without(many, many)", many=many) == ()


def test_a_list_that_grew_too_long_runs_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel):
        value_of("len(many)", many=("x",) * 2_001)
