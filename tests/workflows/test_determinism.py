"""Histories replay from nothing to the same record, whatever the hash seed; changed rules show."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.temporal import TemporalServer
from tests.workflows.house import HERE, House
from tests.workflows.test_moving import another, elsewhere, move

pytestmark = pytest.mark.server
SEEDS = ("0", "1", "4242")


@pytest.fixture
async def histories(temporal: TemporalServer, tmp_path: Path, url: str) -> Path:
    """Record the histories of a busy ticket, of one whose call fails and of one that is moved to another version."""
    directory = tmp_path / "histories"
    directory.mkdir()
    house = House(temporal, url, tmp_path)
    await house.open()
    await house.start_worker()
    try:
        for subject in ("printer", "refuse this"):
            record = await house.new(subject, service="mail", deadline="2199-01-01 10:00")
            await house.act(record, "take", "bob", taker="carl")
            await house.comment(record, "bob", "On it")
            await house.occur(record, "ticket.noted")
            await house.act(record, "look_up", "ann")
            await house.until(lambda record=record: house.has_said(record, "call_returned", "fault"))
            await house.proven(record)
            await _write(house, directory, record)
        await _write_moved(house, directory)
    finally:
        await house.close()
    return directory


async def _write_moved(house: House, directory: Path) -> None:
    """Record both runs of a ticket that is moved."""
    record = await house.new()
    run, into = await house.run(record), await another(house, 2)
    await move(house, record, into)
    await house.until(lambda: elsewhere(house, record, run))
    await house.act(record, "begin", "bob")
    await house.proven(record)
    for each in (run, await house.run(record)):
        await _write(house, directory, record, each)


async def _write(house: House, directory: Path, record: str, run: str | None = None) -> None:
    """Record the history of a run (None: the last one) in a file called like the record, as a replay wants it."""
    history = await house.temporal.get_workflow_handle(record, run_id=run).fetch_history()
    file = directory / (run or "last") / f"{record}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(history.to_json())


def replay(directory: Path, seed: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Replay in a process of its own, under a hash seed."""
    command = [sys.executable, "-W", "error", "-m", "tests.workflows.replay", str(directory), *options]
    return subprocess.run(
        command, cwd=HERE, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.semantics("J1.2")
async def test_histories_replay_under_every_hash_seed_and_a_changed_rule_is_caught(histories: Path) -> None:
    for seed in SEEDS:
        done = replay(histories, seed)
        assert done.returncode == 0, done.stdout + done.stderr
    changed = replay(histories, SEEDS[0], "changed")
    assert changed.returncode == 1
    assert "the engine decided" in changed.stdout
