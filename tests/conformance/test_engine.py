"""Every conformance case on the pure engine with a simulated clock; their definitions have no mistakes."""

from functools import cache
from pathlib import Path

import pytest

from engine.scenarios.report import CaseReport
from engine.scenarios.running import run_tests
from language.checker import check
from language.surroundings import Surroundings
from tests.conformance import suite


@cache
def reports(file: Path) -> dict[str, CaseReport]:
    """Run a test file once; give its cases by their names."""
    report = run_tests(file.read_text("utf-8"), suite.definitions(), suite.organisation(), file.name)
    return {case.name: case for case in report.cases}


@pytest.mark.parametrize("given", suite.cases(), ids=lambda given: given.name)
def test_a_case_holds_on_the_engine(given: suite.Given) -> None:
    report = reports(given.file)[given.case.name]
    assert report.passed, report.failure


@pytest.mark.parametrize("process", suite.sources())
def test_a_definition_of_the_cases_has_no_mistakes(process: str) -> None:
    around = Surroundings.from_organisation(suite.organisation(), {}, {}, suite.definitions())
    found = check(suite.sources()[process], around)
    unknown = [each for each in found if each.severity == "error" and each.code != "unknown-action"]
    assert unknown == []
