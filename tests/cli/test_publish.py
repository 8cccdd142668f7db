"""Publishing from a terminal: what is new is published, what is wrong is refused, what is published stays."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.stewards import DEFINITIONS, Up

pytestmark = pytest.mark.server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be changed."""
    return shutil.copytree(DEFINITIONS, tmp_path / "definitions")


def change(folder: Path, right: str, other: str) -> None:
    """Change the definition of an incident."""
    file = folder / "incident.yaml"
    assert right in file.read_text()
    file.write_text(file.read_text().replace(right, other, 1))


def test_what_is_published_already_stays_as_it_is(steward_up: Up, folder: Path) -> None:
    done = steward_up.run("publish", str(folder))
    assert (done.returncode, "was published already" in done.stdout) == (0, True), done.stderr


def test_another_content_needs_another_version(steward_up: Up, folder: Path) -> None:
    change(folder, "title: Incident", "title: Trouble")
    done = steward_up.run("publish", str(folder / "incident.yaml"))
    assert (done.returncode, "raise `version` to" in done.stderr) == (1, True)


def test_a_mistake_is_said_with_the_file_it_is_in(steward_up: Up, folder: Path) -> None:
    change(folder, "version: 1", "version: 7")
    change(folder, "to: pending, by", "to: pendng, by")
    done = steward_up.run("publish", str(folder))
    assert done.returncode == 1
    assert f"{folder / 'incident.yaml'}:" in done.stderr
    assert 'Did you mean "pending"?' in done.stderr


def test_a_new_version_is_what_new_records_follow(steward_up: Up, folder: Path) -> None:
    change(folder, "version: 1", "version: 2")
    [published] = json.loads(steward_up.run("publish", "--json", str(folder / "incident.yaml")).stdout)
    assert (published["version"], published["new"]) == (2, True)
    record = steward_up.started("incident", "summary=x", "caller=carla", "service=mail")
    assert steward_up.shown(record)["version"] == 2
