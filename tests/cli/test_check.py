"""`steward check`: mistakes as file:line:column with code and hint, exit codes, and JSON."""

import json
import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cli.printing import excerpt
from tests.cli.stewards import COMMAND, DEFINITIONS, environment, steward


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
        (("check", "--json", "--format", "sarif"), "--json and --format sarif exclude each other"),
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


def test_findings_are_written_as_github_shows_them(folder: Path) -> None:
    line = spoil(folder / "incident.yaml", "calendar: office", "calendar: 100%, a:b")
    done = steward("check", "--format", "github", "incident.yaml", where=folder)
    [command] = done.stdout.splitlines()
    assert command.startswith(f"::error file=incident.yaml,line={line},col=11,title=unknown-calendar::no calendar")
    assert '"100%25, a:b"' in command


def test_findings_are_written_as_sarif_for_code_scanning(folder: Path) -> None:
    line = spoil(folder / "incident.yaml", "to: pending, by", "to: pendng, by")
    spoil(folder / "incident.yaml", "blocked: Close the open tasks first.", "")
    moved = (folder / "incident.yaml").rename(folder / "the incident.yaml")
    log = json.loads(steward("check", "--format", "sarif", moved.name, where=folder).stdout)
    [run] = log["runs"]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert [rule["id"] for rule in rules] == ["unknown-state", "guard-without-blocked"]
    assert rules[0]["help"]["text"].endswith("See docs/language/problems.md#unknown-state.")
    assert [(each["ruleId"], each["ruleIndex"], each["level"]) for each in results] == [
        ("unknown-state", 0, "error"),
        ("guard-without-blocked", 1, "warning"),
    ]
    [place] = [each["physicalLocation"] for each in results[0]["locations"]]
    assert place["artifactLocation"] == {"uri": "the%20incident.yaml"}
    assert place["region"] == {"startLine": line, "startColumn": 18}


def test_a_file_elsewhere_is_named_in_sarif_by_its_whole_path(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    spoil(folder / "incident.yaml", "to: pending, by", "to: pendng, by")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    [run] = json.loads(steward("check", "--format", "sarif", str(folder), where=elsewhere).stdout)["runs"]
    [result] = run["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (folder / "incident.yaml").as_uri()


def test_nothing_found_is_an_empty_list_in_every_form_for_programs() -> None:
    assert json.loads(steward("check", "--format", "json").stdout) == []
    assert steward("check", "--format", "github").stdout == ""
    assert json.loads(steward("check", "--format", "sarif").stdout)["runs"][0]["results"] == []


@pytest.mark.parametrize(
    ("text", "line", "column", "shown"),
    [
        ("a: b\nto: pendng", 2, 5, ["    2 │ to: pendng", "      │     ^"]),
        ("\ta: b", 1, 2, ["    1 │ \ta: b", "      │ \t^"]),
        ("a", 7, 1, []),
        ("a\n\n", 2, 1, []),
    ],
)
def test_the_place_of_a_finding_is_shown_with_a_caret(text: str, line: int, column: int, shown: list[str]) -> None:
    assert [said for said, _style in excerpt(text, line, column)] == shown


def test_at_a_terminal_a_finding_shows_its_line(folder: Path) -> None:
    spoil(folder / "incident.yaml", "to: pending, by", "to: pendng, by")
    main, terminal = pty.openpty()
    command = [*COMMAND, "check", "incident.yaml"]
    subprocess.run(command, cwd=folder, env=environment(NO_COLOR="1"), stdout=terminal, check=False)
    os.close(terminal)
    said = os.read(main, 4096).decode()
    os.close(main)
    assert "│       hold: {to: pendng, by" in said
    assert re.search(r"^ +│ {18}\^", said, re.MULTILINE)
