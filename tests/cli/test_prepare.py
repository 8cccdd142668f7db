"""A database is made ready for worker and API, before either runs."""

import shutil
from pathlib import Path

import pytest

from tests.cli.stewards import DEFINITIONS, steward


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The definitions of a house that has an organisation, and no process yet."""
    ours = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS / "organisation", ours / "organisation", ignore=shutil.ignore_patterns("intakes.yaml"))
    return ours


def test_an_empty_database_gets_its_tables_and_the_organisation_and_then_tokens(tmp_path: Path, folder: Path) -> None:
    for _ in range(2):
        done = steward("prepare", "--definitions", str(folder), STEWARD_DATA=str(tmp_path))
        assert (done.returncode, "is ready" in done.stderr) == (0, True), done.stderr
    made = steward("token", "create", "laptop", "--person", "dana", STEWARD_DATA=str(tmp_path))
    assert (made.returncode, made.stdout.startswith("stw_")) == (0, True), made.stderr


def test_a_file_that_is_not_taken_is_named(tmp_path: Path, folder: Path) -> None:
    (folder / "wrong.yaml").write_text("process: wrong\n")
    done = steward("prepare", "--definitions", str(folder), STEWARD_DATA=str(tmp_path))
    assert (done.returncode, "wrong.yaml is not taken" in done.stderr.replace("\n", " ")) == (1, True)
