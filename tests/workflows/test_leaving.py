"""A run that has continued as new can be replayed: what was refused, of which no history tells, has decided nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.house import HERE, House
from workflows.client import RefusedError
from workflows.messages import Limits

pytestmark = [pytest.mark.server, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]


@pytest.mark.semantics("J1.2")
async def test_a_run_that_grew_too_long_between_refused_commands_replays(house: House, tmp_path: Path) -> None:
    await house.open(Limits(events=20))
    record = await house.new()
    run = await house.run(record)
    while await house.run(record) == run:
        await house.comment(record, "bob", "On it")
        with pytest.raises(RefusedError):
            await house.act(record, "cancel", "bob")
    history = await house.temporal.get_workflow_handle(record, run_id=run).fetch_history()
    assert replays(tmp_path / "histories", record, history.to_json()) == ""


def replays(directory: Path, record: str, history: str) -> str:
    """Replay a history; give what differs."""
    directory.mkdir()
    (directory / f"{record}.json").write_text(history)
    command = [sys.executable, "-W", "error", "-m", "tests.workflows.replay", str(directory)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""
