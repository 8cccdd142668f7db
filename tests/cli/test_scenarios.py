"""`steward test`: scenarios without a server, what failed and what was never reached."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.stewards import DEFINITIONS, steward


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped definitions with a test of our own."""
    copied = shutil.copytree(DEFINITIONS, tmp_path / "definitions")
    (copied / "incident.test.yaml").write_text(
        """
tests: incident
cases:
  - name: Somebody takes it
    at: 2026-03-06 10:00
    as: carla
    given: {summary: Mail is down, caller: carla, service: mail}
    steps:
      - {act: assign, as: jonas, with: {assignee: jonas}}
      - expect: {state: assigned}
"""
    )
    return copied


def test_the_shipped_scenarios_pass() -> None:
    done = steward("test")
    assert done.returncode == 0, done.stdout
    assert "passed in" in done.stderr


def test_cases_that_pass_say_what_they_reach_and_what_not(folder: Path) -> None:
    done = steward("test", str(folder / "incident.yaml"))
    assert done.returncode == 0
    assert "incident: 1 cases reach 2 of 6 states" in done.stdout
    assert "no case reaches these states: pending, resolved, closed, cancelled" in done.stdout


def test_a_case_that_fails_says_what_was_expected_and_where(folder: Path) -> None:
    file = folder / "incident.test.yaml"
    file.write_text(file.read_text().replace("state: assigned", "state: pending"))
    done = steward("test", str(file))
    assert done.returncode == 1
    assert f"{file}:10:" in done.stdout
    assert "1 failed" in done.stderr


def test_reports_are_written_as_json_for_programs(folder: Path) -> None:
    reports = json.loads(steward("test", "--json", str(folder)).stdout)
    [report] = [each for each in reports if each["process"] == "incident"]
    assert [case["passed"] for case in report["cases"]] == [True]


def test_a_test_that_cannot_be_read_says_every_mistake(folder: Path) -> None:
    file = folder / "incident.test.yaml"
    file.write_text(file.read_text().replace("act: assign", "act: assgn"))
    done = steward("test", str(file))
    assert done.returncode == 1
    assert 'Did you mean "assign"?' in done.stderr


def test_a_folder_without_tests_is_a_mistake_of_the_command_line(tmp_path: Path) -> None:
    assert steward("test", str(tmp_path)).returncode == 2
