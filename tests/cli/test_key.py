"""Keys of sensitive values: the first is made by itself, others are put before it, in a file for its owner alone."""

import stat
from pathlib import Path

import pytest

from cli.record_page import in_words
from cli.sealing import seals
from settings import settings
from store.errors import NoSealingKeyError
from store.sealing import new_key
from tests.cli.stewards import Up, steward


def test_a_key_is_made_and_another_put_before_it(tmp_path: Path) -> None:
    file = tmp_path / "sealing.keys"
    first = steward("key", "add", STEWARD_DATA=str(tmp_path))
    before = file.read_text().split()
    second = steward("key", "add", STEWARD_DATA=str(tmp_path))
    assert (first.returncode, second.returncode) == (0, 0)
    assert file.read_text().split()[1:] == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "and one more opens" in second.stdout.replace("\n", " ")


def test_no_key_is_written_to_the_terminal(tmp_path: Path) -> None:
    said = steward("key", "add", STEWARD_DATA=str(tmp_path))
    assert (tmp_path / "sealing.keys").read_text().strip() not in said.stdout + said.stderr


def test_a_file_that_holds_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    done = steward("key", "add", STEWARD_SEALING_KEY_FILE=str(tmp_path / "keys"))
    assert (done.returncode, "cannot be read" in done.stderr.replace("\n", " ")) == (1, True)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    done = steward("key", "add", STEWARD_SEALING_KEY_FILE=str(tmp_path / "nowhere" / "keys"))
    assert (done.returncode, "cannot be kept in" in done.stderr) == (2, True)


def test_keys_of_the_environment_go_before_the_file(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    (tmp_path / "sealing.keys").write_text(f"{old}\n")
    sealed = seals(settings(data=tmp_path)).seal("hire", "x")
    assert seals(settings(data=tmp_path, sealing_keys=f"{new}, {old}")).open("hire", sealed) == "x"
    with pytest.raises(NoSealingKeyError):
        seals(settings(data=tmp_path / "other")).open("hire", sealed)


def test_a_value_that_one_may_not_read_is_shown_as_sealed() -> None:
    assert in_words({"sealed": True}) == "sealed"


@pytest.mark.server
def test_what_runs_on_one_machine_makes_its_own_key(steward_up: Up) -> None:
    file = steward_up.data / "sealing.keys"
    assert (stat.S_IMODE(file.stat().st_mode), len(file.read_text().split())) == (0o600, 1)
