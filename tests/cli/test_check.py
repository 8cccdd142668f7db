"""`steward check`: mistakes as file:line:column with code and hint, exit codes, and JSON."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.stewards import DEFINITIONS, steward


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be spoilt."""
    return shutil.copytree(DEFINITIONS, tmp_path / "definitions")


def spoil(file: Path, right: str, wrong: str) -> int:
    """Write a mistake into a file and give the line it is in."""
    text = file.read_text()
    assert text.count(right) >= 1
    file.write_text(text.replace(right, wrong, 1))
    return text[: text.index(right)].count("\n") + 1


def test_the_shipped_definitions_have_no_mistakes() -> None:
    done = steward("check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no mistakes" in done.stderr


@pytest.mark.parametrize(
    ("name", "right", "wrong", "said"),
    [
        ("incident.yaml", "to: pending, by", "to: pendng, by", 'unknown-state: no state named "pendng". Did you mean'),
        ("organisation/people.yaml", "manager: henrik", "manager: henrick", 'Did you mean "henrik"?'),
        ("messages/incident_assigned.md", "{{ link }}", "{{ link }", "bad-template:"),
        ("incident.test.yaml", "act: assign", "act: assgn", 'Did you mean "assign"?'),
    ],
)
def test_a_mistake_is_said_with_its_place_and_what_to_do(
    folder: Path, name: str, right: str, wrong: str, said: str
) -> None:
    line = spoil(folder / name, right, wrong)
    done = steward("check", str(folder))
    assert done.returncode == 1
    assert any(each.startswith(f"{folder / name}:{line}:") and said in each for each in done.stdout.splitlines())


def test_only_the_files_that_are_named_are_reported(folder: Path) -> None:
    spoil(folder / "incident.yaml", "to: pending, by", "to: pendng, by")
    assert steward("check", str(folder / "messages")).returncode == 0
    assert steward("check", str(folder / "incident.yaml")).returncode == 1


def test_findings_are_written_as_json_for_programs(folder: Path) -> None:
    line = spoil(folder / "incident.yaml", "to: pending, by", "to: pendng, by")
    [found] = json.loads(steward("check", "--json", str(folder)).stdout)
    assert (found["line"], found["code"], found["severity"]) == (line, "unknown-state", "error")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nowhere.yaml"), "there is no file nowhere.yaml"),
        (("check", "README.md"), "README.md is no definition"),
        (("chekk",), 'Did you mean "check"?'),
        (("check", "--jsn"), "No such option"),
    ],
)
def test_a_wrong_command_line_ends_with_2(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    done = steward(*words, where=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_wrong_variable_of_the_environment_is_named(tmp_path: Path) -> None:
    done = steward("check", STEWARD_PORT="many", where=tmp_path)
    assert done.returncode == 2
    assert "STEWARD_PORT" in done.stderr


def test_an_empty_folder_is_not_called_right(tmp_path: Path) -> None:
    done = steward("check", str(tmp_path))
    assert (done.returncode, "there are no definitions here" in done.stderr) == (2, True)
