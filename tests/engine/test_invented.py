"""Processes that nobody thought of: whatever the checker lets pass never crashes nor hangs, and keeps its word."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from language.checker import check
from language.definition import Definition
from language.organisation import Organisation
from language.reading import read_definition
from language.surroundings import Surroundings
from tests.engine.blows import BLOWS, Blow, beginning
from tests.engine.builders import ORGANISATION
from tests.engine.inventing import AROUND, invented
from tests.engine.test_properties import live
from tests.language import mutating

SHIPPED = mutating.DEFINITIONS


def sound(texts: list[str], around: Surroundings) -> list[Definition]:
    """Read those of the texts in which the checker finds no error."""
    passed = (text for text in texts if all(problem.severity != "error" for problem in check(text, around)))
    return [read_definition(text) for text in passed]


def live_through(definitions: list[Definition], organisation: Organisation, lives: int) -> None:
    @settings(max_examples=lives, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.sampled_from(definitions), st.integers(0, 9), st.lists(BLOWS, min_size=2, max_size=12))
    def life(definition: Definition, number: int, blows: list[Blow]) -> None:
        live(definition, organisation, beginning(definition, organisation, number), blows)

    life()


def test_an_invented_process_that_passes_the_checker_can_be_lived_through() -> None:
    definitions = sound([invented(seed) for seed in range(40)], AROUND)
    assert len(definitions) > 20
    live_through(definitions, ORGANISATION, 100)


def test_a_shipped_process_of_which_something_was_left_out_can_be_lived_through() -> None:
    texts = [mutating.mutated(text, Random(seed), [mutating.drop], 1) for text in SHIPPED.values() for seed in range(8)]
    definitions = sound(texts, mutating.AROUND)
    assert len(definitions) > len(SHIPPED)
    live_through(definitions, mutating.ORGANISATION, 40)
