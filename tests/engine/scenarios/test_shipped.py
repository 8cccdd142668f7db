"""The tests that are shipped beside the definitions pass, reach everything, and are quick."""

from pathlib import Path
from time import process_time

import pytest

from engine.scenarios.report import Report, in_words
from engine.scenarios.running import run_tests
from language.organisation_reading import read_organisation
from language.reading import read_definition

SHIPPED = Path(__file__).parents[3] / "definitions"
TESTS = sorted(SHIPPED.glob("*.test.yaml"))
ORGANISATION = read_organisation({path.name: path.read_text("utf-8") for path in SHIPPED.glob("organisation/*.yaml")})
DEFINITIONS = {
    definition.process: definition
    for path in SHIPPED.glob("*.yaml")
    if path not in TESTS
    for definition in [read_definition(path.read_text("utf-8"))]
}
SECONDS_A_CASE = 0.2
"""Seconds of the processor, on a machine that has other things to do; a tenth of that on an idle one."""


def report_of(path: Path) -> Report:
    """Run the tests of one definition."""
    return run_tests(path.read_text("utf-8"), DEFINITIONS, ORGANISATION, path.name)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_every_case_passes_and_everything_is_reached(path: Path) -> None:
    report = report_of(path)
    assert report.passed, in_words(report)
    assert not any(part.missed for part in report.coverage), in_words(report)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_they_are_run_while_one_waits(path: Path) -> None:
    begin = process_time()
    report = report_of(path)
    assert process_time() - begin < SECONDS_A_CASE * len(report.cases)


def test_every_shipped_definition_has_tests() -> None:
    assert [path.name.removesuffix(".test.yaml") for path in TESTS] == sorted(DEFINITIONS)
