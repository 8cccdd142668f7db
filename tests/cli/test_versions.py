"""The versions of a process from a terminal: who follows them, and how running records are moved."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.cli.stewards import DEFINITIONS, Up

pytestmark = pytest.mark.server

LOAN = """
process: loan
version: 1
title: Loan
number: LOA
owner: service_desk_manager
read: [agent]
start: {to: out, by: [agent], ask: [what]}
fields: {what: text}
states:
  out: {transitions: {remind: {to: reminded, by: [agent]}, bring_back: {to: back, by: [agent]}}}
  reminded: {transitions: {bring_back: {to: back, by: [agent]}}}
  back: {final: true}
"""
NEWER = LOAN.replace("version: 1", "version: 2").replace("reminded", "late").replace("Loan", "Lending")


@pytest.fixture(scope="module")
def loans(steward_up: Up, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two loans of the first version of two: one that can be moved, and one whose state is gone."""
    folder = Path(shutil.copytree(DEFINITIONS, tmp_path_factory.mktemp("lending") / "definitions"))
    publish(steward_up, folder, LOAN)
    fine, late = [steward_up.started("loan", f"what={each}") for each in ("a drill", "a saw")]
    assert steward_up.run("act", late, "remind").returncode == 0
    publish(steward_up, folder, NEWER)
    return fine, late


def publish(steward_up: Up, folder: Path, source: str) -> None:
    file = folder / f"{source.split()[1]}.yaml"
    file.write_text(source)
    done = steward_up.run("publish", str(file))
    assert done.returncode == 0, done.stderr


def test_records_are_tried_first_and_then_moved(steward_up: Up, loans: tuple[str, str]) -> None:
    fine, late = loans
    tried = steward_up.run("migrate", "loan", "--dry-run")
    rows = [line.split("\t") for line in tried.stdout.splitlines()]
    assert [row[:4] for row in rows[:2]] == [[fine, "1", "out", "would move"], [late, "1", "reminded", "stays"]]
    assert "migrate: {from: 1, states: {reminded: …}}" in rows[1][4]
    assert (tried.returncode, rows[2]) == (1, ["loan 1 → 2: 1 would move, 1 stays"])
    moved = json.loads(steward_up.run("migrate", "loan", "--json").stdout)
    assert [each["outcome"] for each in moved["records"]] == ["moved", "refused"]
    assert [steward_up.shown(each)["version"] for each in loans] == [2, 1]
    assert "moved from version 1 to version 2" in steward_up.run("journal", fine).stdout
    listed = steward_up.run("versions", "loan").stdout.splitlines()
    assert [line.split("\t")[:3] for line in listed] == [["2", "Lending", "1"], ["1", "Loan", "1"]]


def test_records_that_are_named_are_moved_and_no_others(steward_up: Up, loans: tuple[str, str]) -> None:
    words = ("migrate", "loan", "--from", "1", "--from", "2", "--to", "1", "--record", loans[1])
    refused = steward_up.run(*words)
    assert (refused.returncode, "records on version 1 are there already" in refused.stderr) == (1, True)
    done = steward_up.run("migrate", "loan", "--record", loans[1], "--dry-run")
    assert (done.returncode, loans[0] in done.stdout, loans[1] in done.stdout) == (1, False, True)


@pytest.mark.parametrize(
    ("words", "code"), [(["nothing"], 1), (["incident", "--to", "9"], 1), (["incident", "--to", "x"], 2), ([], 2)]
)
def test_what_cannot_be_moved_ends_as_scripts_expect(steward_up: Up, words: list[str], code: int) -> None:
    assert steward_up.run("migrate", *words).returncode == code


def test_a_version_that_was_replaced_is_retired_and_a_process_as_a_whole(
    steward_up: Up, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = Path(shutil.copytree(DEFINITIONS, tmp_path_factory.mktemp("hiring") / "definitions"))
    for source in (LOAN, NEWER):
        publish(steward_up, folder, source.replace("process: loan", "process: hire").replace("LOA", "HIR"))
    newest = steward_up.run("retire", "hire", "2")
    assert (newest.returncode, "retire the whole process" in newest.stderr) == (1, True)
    replaced = steward_up.run("retire", "hire", "1").stdout.splitlines()
    assert [line.split("\t")[3].split()[0] for line in replaced] == ["published", "retired"]
    assert steward_up.run("retire", "hire").returncode == 2
    assert steward_up.run("retire", "hire", "--whole").returncode == 0
    refused = steward_up.run("start", "hire", "what=a car")
    assert (refused.returncode, "Lending is retired: no new record of it begins" in refused.stderr) == (1, True)
    assert "retired: no new record of it begins" in steward_up.run("show", "hire").stdout


def test_a_record_that_does_not_answer_is_said_with_how_to_repeat(
    steward_up: Up, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = Path(shutil.copytree(DEFINITIONS, tmp_path_factory.mktemp("renting") / "definitions"))
    first, second = (each.replace("process: loan", "process: rent").replace("LOA", "REN") for each in (LOAN, NEWER))
    publish(steward_up, folder, first)
    record = steward_up.started("rent", "what=a room")
    asyncio.run(lose(steward_up.note["temporal"], record))
    publish(steward_up, folder, second)
    done = steward_up.run("migrate", "rent", "--key", "again")
    assert (done.returncode, "Repeat it with --key again" in done.stderr) == (3, True)
    assert done.stdout.splitlines()[0].split("\t")[:4] == [record, "1", "out", "not moved"]


async def lose(address: str, record: str) -> None:
    """Take a record's workflow away."""
    temporal = await Client.connect(address)
    await temporal.get_workflow_handle(record).terminate()
