"""Walking a definition: whatever stands somewhere in it is met, in the order of the file."""

from language.walking import every_expression
from tests.language.processes import a_process


def test_every_expression_is_met_in_texts_values_and_steps_however_deep() -> None:
    state = a_process().states["new"]
    assert [each.text for each in every_expression(state.do)] == ["place", "begins"]
    assert [each.text for each in every_expression(state)] == ["place", "begins", "boss"]


def test_what_is_in_a_mapping_of_values_is_met() -> None:
    assert [each.text for each in every_expression(a_process().states)] == [
        *("place", "begins", "boss"),
        *("begins", "place is filled"),
    ]
