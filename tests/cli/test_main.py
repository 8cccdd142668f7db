"""The command itself: its help, and that no verb loads more than it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli import VERBS, run
from cli.errors import ExitCode
from tests.cli.stewards import environment

WITH_TEMPORAL = {f"cli.{verb}" for verb in ("api", "doctor", "rebuild", "recover", "up", "worker")}


def test_without_a_verb_it_lists_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == ExitCode.USAGE
    listed = capsys.readouterr().out
    assert all(f"  {verb} " in listed for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_helps(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == ExitCode.FINE
    assert f"Usage: steward {verb}" in capsys.readouterr().out


def test_no_verb_but_those_that_speak_with_temporal_loads_its_library() -> None:
    modules = sorted({verb.module for verb in VERBS.values()} - WITH_TEMPORAL)
    asks = f"import sys, {', '.join(modules)}; print('temporalio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("verb", ["show", "list", "journal", "start", "act"])
def test_without_a_server_it_says_how_to_start_one(
    verb: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"show": ["INC1"], "journal": ["INC1"], "start": ["incident"], "act": ["INC1", "assign"]}.get(verb, [])
    monkeypatch.setenv("STEWARD_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("STEWARD_TOKEN", "stw_x")
    assert run([verb, *words]) == ExitCode.UNREACHABLE
    assert "steward up" in capsys.readouterr().err


def test_the_first_token_is_never_sent_to_a_server_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("stw_secret\n")
    monkeypatch.setenv("STEWARD_DATA", str(tmp_path))
    monkeypatch.setenv("STEWARD_URL", "https://steward.example")
    assert run(["list"]) == ExitCode.USAGE
    assert "STEWARD_TOKEN" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["apply", "no-such-folder"], "no-such-folder"),
        (["check", "no-such.yaml"], "there is no file no-such.yaml"),
        (["draw", "no_such"], "there is no process no_such here. There are: "),
        (["completion", "tcsh"], "say which shell: bash, zsh or fish"),
    ],
)
def test_what_is_not_there_is_said_before_anything_else(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == ExitCode.USAGE
    assert said in capsys.readouterr().err
