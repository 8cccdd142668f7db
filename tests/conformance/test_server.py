"""Every conformance case on a real Temporal server: the same definitions, steps and expectations, on skipped time."""

import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.scenarios.report import CaseReport
from engine.scenarios.running import run_case
from tests.conformance import suite
from tests.conformance.served import Served
from tests.conformance.staging import ServedScene
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]

AT_ONCE = 16
"""Cases that are carried out at the same time; most of the time they wait."""


@pytest.fixture(scope="module")
def reports(
    request: pytest.FixtureRequest, temporal: TemporalServer, blank_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Future[CaseReport]]:
    """Carry out every case that is asked for, by one worker; give what came of them by their names."""
    asked = [each for each in suite.cases() if any(f"[{each.name}]" in item.name for item in request.session.items)]
    file = shutil.copy(blank_file, tmp_path_factory.mktemp("served") / "steward.db")
    served = Served(temporal, f"sqlite:///{file}")
    served.open()

    def report(given: suite.Given) -> CaseReport:
        scene = ServedScene(served, suite.script(given.file), given.case)
        found = run_case(scene, given.case, given.file.name)
        scene.prove()
        return found

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = {each.name: pool.submit(report, each) for each in asked}
    served.close()
    return found


@pytest.mark.semantics("E3.11")
@pytest.mark.parametrize("given", suite.cases(), ids=lambda given: given.name)
def test_a_case_holds_on_a_server(given: suite.Given, reports: dict[str, Future[CaseReport]]) -> None:
    report = reports[given.name].result()
    assert report.passed, report.failure
