"""Applying an organisation from a terminal: the difference first, and nothing where anything is wrong."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.difference import counted, difference
from tests.cli.stewards import DEFINITIONS, Up, steward, up

pytestmark = pytest.mark.server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be changed."""
    return shutil.copytree(DEFINITIONS, tmp_path / "definitions")


def change(folder: Path, file: str, right: str, other: str) -> None:
    path = folder / "organisation" / file
    assert right in path.read_text()
    path.write_text(path.read_text().replace(right, other, 1))


def test_the_difference_is_shown_and_applied_when_said(steward_up: Up, folder: Path) -> None:
    change(folder, "groups.yaml", "groups:\n", "groups:\n  night_shift: {title: Night shift, lead: miriam}\n")
    change(folder, "people.yaml", "name: Jonas Brandt", "name: Jonas Brand")
    shown = steward_up.run("apply", str(folder), "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert "  ~ jonas  name: Jonas Brandt → Jonas Brand\n" in shown.stdout
    assert "  + night_shift  Night shift\n" in shown.stdout
    assert "1 added, 1 changed." in shown.stdout
    done = steward_up.run("apply", str(folder / "organisation"), "--yes")
    assert (done.returncode, "Applied: the organisation is version" in done.stdout) == (0, True)
    again = json.loads(steward_up.run("apply", str(folder), "--yes", "--json").stdout)
    assert (again["changes"], again["applied"]) == ([], False)
    back = json.loads(steward_up.run("apply", "--yes", "--json").stdout)
    assert ([each["id"] for each in back["changes"]], back["applied"]) == (["jonas", "night_shift"], True)


def test_mistakes_are_said_with_file_line_and_hint_and_nothing_is_applied(steward_up: Up, folder: Path) -> None:
    change(folder, "people.yaml", "manager: henrik", "manager: hendrik")
    done = steward_up.run("apply", str(folder), "--yes")
    assert done.returncode == 1
    file = folder / "organisation" / "people.yaml"
    assert f"{file}:" in done.stderr
    assert 'unknown-user: no person named "hendrik" Did you mean "henrik"?' in done.stderr


def test_without_anybody_to_ask_it_wants_to_be_told(steward_up: Up, tmp_path: Path) -> None:
    assert steward_up.run("apply").returncode == 2
    assert "--yes" in steward_up.run("apply", "--json").stderr
    (tmp_path / "empty").mkdir()
    assert "there is no organisation in" in steward_up.run("apply", str(tmp_path / "empty"), "--yes").stderr
    assert steward("apply", "--yes", STEWARD_URL="http://127.0.0.1:9", STEWARD_TOKEN="stw_x").returncode == 3


def test_what_was_changed_through_the_api_survives_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with up(data) as running:
        folder = shutil.copytree(DEFINITIONS, tmp_path / "definitions")
        change(folder, "people.yaml", "name: Jonas Brandt", "name: Jonas Brand")
        assert running.run("apply", str(folder), "--yes").returncode == 0
    with up(data, "--definitions", str(folder)) as running:
        answer = json.loads(running.run("apply", str(folder), "--dry-run", "--json").stdout)
        assert answer["changes"] == []


def test_a_difference_reads_as_sentences() -> None:
    old = {"name": "Ann", "groups": ["desk"], "active": True, "hours": {}, "note": "x" * 80}
    new = {"name": "Ann", "groups": ["desk", "night"], "active": False, "hours": {"mon": ["09:00-17:00"]}, "note": None}
    made: list[dict[str, Any]] = [
        {"kind": "people", "id": "ann", "old": old, "new": new},
        {"kind": "people", "id": "bob", "old": None, "new": {"name": None}},
        {"kind": "configuration-items", "id": "db", "old": {"title": "Database"}, "new": None},
    ]
    said = "groups: desk → desk, night; active: yes → no; hours: nothing → {mon: 09:00-17:00}"
    assert list(difference(made)) == [
        "people",
        f"  ~ ann  {said}; note: {'x' * 59}… → nothing",
        "  + bob",
        "configuration items",
        "  - db  Database",
    ]
    assert counted(made) == "1 added, 1 changed, 1 removed"
