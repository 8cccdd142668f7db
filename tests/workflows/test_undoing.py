"""Lists and undoing on a real server: a worker that dies half-way changes nothing about what is done, and how often."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.temporal import TemporalServer
from tests.workflows.house import House
from workflows.messages import Limits

pytestmark = pytest.mark.server

MOVE = """
process: move
version: 1
title: Move
number: MOV
owner: ann
read: [anyone]
write: [ann]
start: {to: moving, ask: [subject, file, last, parts]}
fields:
  subject: {type: text, required: true}
  file: text
  last: text
  parts: {type: list, of: text}
states:
  moving:
    do:
      - for_each: part in parts
        do:
          - call: test.look_up
            with: {text: "append {{ file }} {{ part }}"}
            undo:
              - {task: "Look after {{ part }}", for: [bob]}
              - {call: test.look_up, with: {text: "append {{ file }} {{ part }}-undone"}}
          - {task: "Check {{ part }}", for: [bob]}
      - {call: test.look_up, with: {text: =last}, undo: [{set: {last: undone}}]}
      - go: moved
    transitions:
      back_out: {to: moving_back, by: [ann]}
      note: {by: [ann], event: noted}
  moving_back: {do: [{rollback: moving}, {go: as_before}]}
  moved: {final: true}
  as_before: {final: true}
"""


@pytest.fixture
async def house(temporal: TemporalServer, url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house of moves that continue as new every few events."""
    opened = House(temporal, url, tmp_path, MOVE)
    await opened.open(Limits(events=40))
    await opened.start_worker()
    yield opened
    await opened.close()


async def started(house: House, last: str = "x") -> str:
    file = house.directory / "done"
    return await house.new(file=str(file), last=last, parts=["a", "b", "c"])


def done(house: House) -> list[str]:
    """What was done outside, in order."""
    return [line.split(" ", 1)[1] for line in (house.directory / "done").read_text().splitlines()]


async def task(house: House, record: str, title: str) -> str:
    """Wait for a task that is not only written but durable; give its path."""

    async def found() -> str | None:
        tokens = (await house.row(record)).body["tokens"]
        return next((path for path, each in tokens.items() if each["data"].get("title") == title), None)

    path = str(await house.until(found))
    await house.head(record)
    return path


async def in_state(house: House, record: str, state: str) -> None:
    async def found() -> bool:
        return (await house.row(record)).state == state

    await house.until(found)


async def killed_while_completing(house: House, record: str, title: str) -> None:
    """Complete a task, and kill the worker between the commit of that and the end of its workflow task."""
    path = await task(house, record, title)
    await house.hold()
    completing = asyncio.create_task(house.complete(record, path, "bob"))
    await house.held()
    house.kill_worker()
    house.let_go()
    await house.start_worker()
    await completing


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_list_that_is_half_done_goes_on_exactly_after_its_worker_died(house: House) -> None:
    record = await started(house)
    await killed_while_completing(house, record, "Check a")
    await killed_while_completing(house, record, "Check b")
    path = await task(house, record, "Check c")
    assert done(house) == ["a", "b", "c"]
    row = await house.row(record)
    assert [each["path"] for each in row.body["undo"]] == [f"1/moving/do/0/item-{each}/0" for each in range(3)]
    await house.complete(record, path, "bob")
    await in_state(house, record, "moved")
    await house.proven(record)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_rollback_undoes_the_last_first_each_once_though_its_worker_dies_in_the_middle(house: House) -> None:
    record = await started(house)
    for part in ("a", "b"):
        await house.complete(record, await task(house, record, f"Check {part}"), "bob")
    await task(house, record, "Check c")
    await house.act(record, "back_out", "ann")
    for part in ("c", "b", "a"):
        await killed_while_completing(house, record, f"Look after {part}")
    await in_state(house, record, "as_before")
    assert done(house) == ["a", "b", "c", "c-undone", "b-undone", "a-undone"]
    await house.proven(record)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("last", ["fail", "slow"])
@pytest.mark.semantics("H1.11")
async def test_a_rollback_waits_until_a_call_that_was_asked_to_stop_has_ended(house: House, last: str) -> None:
    gate = house.directory / "gate"
    record = await started(house, f"{last} {gate}")
    for part in ("a", "b", "c"):
        await house.complete(record, await task(house, record, f"Check {part}"), "bob")
    if last == "slow":
        await house.until((house.directory / "gate.asked").exists)
    await house.act(record, "back_out", "ann")
    if last == "slow":
        row = await house.row(record)
        assert [(each["path"], each["ending"]) for each in row.body["undo"]][-1] == ("1/moving/do/1", True)
        assert row.body["fields"]["last"] == f"slow {gate}"
        gate.touch()
    await task(house, record, "Look after c")
    assert (await house.row(record)).body["fields"]["last"] == "undone"
    assert await house.has_said(record, "call_stopped")
    await house.proven(record)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.semantics("H1.11")
async def test_a_call_that_ends_while_it_is_asked_to_stop_is_told_of_once_and_as_it_ended(house: House) -> None:
    await house.open()
    gate = house.directory / "gate"
    record = await started(house, f"slow {gate}")
    for part in ("a", "b", "c"):
        await house.complete(record, await task(house, record, f"Check {part}"), "bob")
    await house.until((house.directory / "gate.asked").exists)
    ended = (await house.history(record))["EVENT_TYPE_ACTIVITY_TASK_COMPLETED"]
    await house.hold()
    leaving = asyncio.create_task(house.act(record, "back_out", "ann"))
    await house.held()
    await house.until(lambda: house.waits_for_the_store(record))
    gate.touch()
    await house.until(lambda: house.was_told_of(record, ended + 1))
    house.let_go()
    await leaving
    await task(house, record, "Look after c")
    await house.head(record)
    assert [line for line in await house.lines(record) if line == "result 1/moving/do/1"] == ["result 1/moving/do/1"]
    assert not await house.has_said(record, "late_result")
    await house.proven(record)
