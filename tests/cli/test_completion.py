"""What a shell is offered while somebody types, and that every option has its variable."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.completion import Shell, candidates
from tests.cli.stewards import ROOT, Up, environment, steward

NOWHERE = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["sta"], ["start"]),
        (["nothing"], []),
        (["list", "--l"], ["--limit"]),
        (["token", "create", "--d"], ["--days"]),
        (["vote", "CHG1.1.board.1", "y"], ["yes"]),
        (["check", "defin"], []),
        (["nothing", "--"], []),
    ],
)
def test_what_the_commands_themselves_know_is_offered(words: list[str], found: list[str]) -> None:
    assert candidates(words) == found


@pytest.mark.parametrize("words", [["start", ""], ["act", "INC1", ""], ["show", "I"], ["claim", ""]])
def test_without_a_server_nothing_is_offered_and_nothing_said(words: list[str]) -> None:
    done = steward("completion", "--words", "--", *words, STEWARD_URL=NOWHERE, STEWARD_TOKEN="x")
    assert done == (0, "", "")


@pytest.mark.server
def test_processes_records_and_actions_come_from_the_server(steward_up: Up) -> None:
    record = steward_up.started("incident", "caller=dana", "summary=slow", "service=mail")

    def offered(*words: str) -> list[str]:
        return steward_up.run("completion", "--words", "--", *words).stdout.split()

    assert offered("start", "inci") == ["incident"]
    assert offered("show", record) == [record]
    assert "assign" in offered("act", record, "a")


@pytest.mark.parametrize("shell", Shell)
def test_each_shell_is_told_what_it_understands(shell: Shell, tmp_path: Path) -> None:
    done = steward("completion", shell)
    assert (done.returncode, "steward completion --words" in done.stdout) == (0, True)
    if shutil.which(shell):
        (tmp_path / "script").write_text(done.stdout)
        asked = subprocess.run([shell, "-n", str(tmp_path / "script")], capture_output=True, text=True, check=False)
        assert (asked.returncode, asked.stderr) == (0, "")


def test_bash_offers_what_the_command_says(tmp_path: Path) -> None:
    program = tmp_path / "steward"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m cli "$@"\n')
    program.chmod(0o755)
    typed = "COMP_WORDS=(steward ver); COMP_CWORD=1; _steward; printf '%s\\n' \"${COMPREPLY[@]}\""
    path = f"{tmp_path}:{os.environ['PATH']}"
    script = f'complete() {{ :; }}; eval "$(steward completion bash)"; {typed}'
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment(PATH=path), capture_output=True, text=True, check=True
    )
    assert done.stdout == "versions\n"


def test_a_shell_that_is_not_known_is_refused() -> None:
    done = steward("completion", "csh")
    assert (done.returncode, "bash, zsh or fish" in done.stderr) == (2, True)


def test_every_option_is_a_variable_too() -> None:
    done = steward("gate", "PET1", STEWARD_GATE_TIMEOUT="soon", STEWARD_URL=NOWHERE, STEWARD_TOKEN="x")
    assert (done.returncode, '"soon" is no time to wait' in done.stderr) == (2, True)
