"""Decision tables are judged as a whole: gaps, and rows that never fit."""

from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from language.definition import Place, Row, Table
from language.tables import OTHER, cover

OPTIONS = {"impact": ("high", "medium", "low"), "urgency": ("high", "medium", "low")}


def table(*rows: Sequence[object], given: tuple[str, ...] = ("impact", "urgency")) -> Table:
    return Table("t", given, ("out",), tuple(Row((*row, "x"), Place(1, 1)) for row in rows), Place(1, 1))


def test_a_table_that_ends_with_any_has_no_gap() -> None:
    assert cover(table(("high", "high"), ("any", "any")), OPTIONS) == ((), (), True)


def test_a_gap_names_what_is_missing() -> None:
    found = cover(table(("high", "any"), ("any", "high")), OPTIONS)
    assert [gap.values for gap in found.gaps] == [(("medium", "low"), ("medium", "low"))]


def test_a_row_below_others_that_take_all_it_could_never_fits() -> None:
    found = cover(table(("high", "any"), ("any", "high"), ("high", "low"), ("any", "any")), OPTIONS)
    assert found.unreachable == (2,)


def test_an_input_without_options_needs_a_row_for_all_others() -> None:
    found = cover(table(("a",), ("b",), given=("name",)), {})
    assert [gap.values for gap in found.gaps] == [((OTHER,),)]
    assert cover(table(("a",), ("any",), given=("name",)), {}).gaps == ()


def test_yes_and_no_are_the_options_of_a_yes_no() -> None:
    assert cover(table((True,), (False,), given=("vip",)), {"vip": (True, False)}) == ((), (), True)


def test_a_table_of_many_inputs_is_judged_without_listing_its_combinations() -> None:
    names = tuple(f"f{number}" for number in range(20))
    rows = [["any"] * 20 for _ in range(20)]
    for number, row in enumerate(rows):
        row[number] = "a"
    found = cover(table(*rows, given=names), dict.fromkeys(names, ("a", "b", "c", "d")))
    assert found.is_complete
    assert [gap.values for gap in found.gaps] == [(("b", "c", "d"),) * 20]


def test_a_table_too_big_to_check_says_so() -> None:
    names = tuple(f"f{number}" for number in range(16))
    rows = [["any"] * 16 for _ in range(500)]
    for number, row in enumerate(rows):
        for step in (0, 3, 7, 11):
            row[(number * 5 + step) % 16] = "abcd"[(number // 3 + step) % 4]
    assert not cover(table(*rows, given=names), {name: tuple("abcdef") for name in names}).is_complete


CELLS = st.sampled_from(("any", "high", "medium", "low"))


@settings(max_examples=100)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_boxes_find_what_trying_every_combination_finds(rows: list[tuple[str, str]]) -> None:
    def first_fit(case: tuple[str, ...]) -> int | None:
        fits = (all(cell in ("any", value) for cell, value in zip(row, case, strict=True)) for row in rows)
        return next((number for number, one in enumerate(fits) if one), None)

    answers = [first_fit(case) for case in product(*OPTIONS.values())]
    found = cover(table(*rows), OPTIONS)
    assert bool(found.gaps) == (None in answers)
    assert found.unreachable == tuple(number for number in range(len(rows)) if number not in answers)
