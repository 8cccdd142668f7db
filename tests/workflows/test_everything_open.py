"""A record with everything open at once goes on exactly where it was, in another run and with another worker."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.record import Record
from tests.temporal import TemporalServer
from tests.workflows.house import House
from workflows.client import RefusedError
from workflows.messages import Limits

pytestmark = pytest.mark.server

ROLLOUT = """
process: rollout
version: 1
title: Rollout
number: ROL
owner: ann
read: [anyone]
write: [ann]
start: {to: planned, ask: [subject, file, parts]}
fields:
  subject: {type: text, required: true}
  file: text
  parts: {type: list, of: text}
  notes: {type: number, default: 0}
targets:
  begin: {runs_in: [planned], pauses_in: [running], within: 4 hours}
states:
  planned:
    transitions:
      begin: {to: running, by: [ann]}
  running:
    do:
      - together:
          deciding:
            - {approval: May it be for all, id: may, by: [ann, bob, carl], votes: all, rejected: [{go: backing_out}]}
          doing:
            - for_each: part in parts
              do:
                - call: test.look_up
                  with: {text: "append {{ file }} {{ part }}"}
                  undo: [{call: test.look_up, with: {text: "append {{ file }} {{ part }}-undone"}}]
                - {task: "Check {{ part }}", for: [bob]}
          waiting:
            - wait: 30 days
      - go: finished
    transitions:
      back_out: {to: backing_out, by: [ann]}
  backing_out: {do: [{rollback: running}, {go: as_before}]}
  finished: {final: true}
  as_before: {final: true}
transitions:
  noted: {from: [planned, running], event: ticket.noted, then: [{set: {notes: =notes + 1}}]}
"""
MAY = "2.may.1"
KINDS = ["approval", "for_each", "task", "together", "wait"]


@pytest.fixture
async def house(temporal: TemporalServer, url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house of rollouts that continue as new every few events."""
    opened = House(temporal, url, tmp_path, ROLLOUT)
    await opened.open(Limits(events=60))
    await opened.start_worker()
    yield opened
    await opened.close()


async def test_it_goes_on_where_it_was_and_takes_back_the_last_first(house: House) -> None:
    record, before = await _continued_with_everything_open(house)
    with pytest.raises(RefusedError, match="has voted already"):
        await house.vote(record, MAY, "bob")
    await house.vote(record, MAY, "carl")
    await house.complete(record, await _task(house, record, "Check b"), "bob")
    await _task(house, record, "Check c")
    await house.act(record, "back_out", "ann")
    await house.until(lambda: _in(house, record, "as_before"))
    assert _done(house) == ["a", "b", "c", "c-undone", "b-undone", "a-undone"]
    assert [each.path for each in before.undo] == [f"2/running/do/0/branch-1/0/item-{each}/0" for each in range(2)]
    await house.proven(record)


async def test_it_goes_on_where_it_was_and_comes_to_its_end(house: House) -> None:
    record, _before = await _continued_with_everything_open(house)
    await house.vote(record, MAY, "carl")
    for part in ("b", "c"):
        await house.complete(record, await _task(house, record, f"Check {part}"), "bob")
    assert (await house.row(record)).state == "running"
    await house.pass_time(record, 31 * 86_400)
    await house.until(lambda: _in(house, record, "finished"))
    assert _done(house) == ["a", "b", "c"]
    await house.proven(record)


async def _continued_with_everything_open(house: House) -> tuple[str, Record]:
    """Open everything, continue as new, kill the worker; give the record as it was, and is, unchanged."""
    record = await house.new(file=str(house.directory / "done"), parts=["a", "b", "c"])
    await house.act(record, "begin", "ann")
    for who in ("ann", "bob"):
        await house.vote(record, MAY, who)
    await house.complete(record, await _task(house, record, "Check a"), "bob")
    await _task(house, record, "Check b")
    before, run, noted = await house.whole(record), await house.run(record), 0
    while await house.run(record) == run:
        noted += 1
        await house.occur(record, "ticket.noted")
        await house.until(lambda noted=noted: _noted(house, record, noted))
    house.kill_worker()
    await house.start_worker()
    assert before.targets["begin"].status == "paused"
    assert sorted(token.kind for token in before.tokens.values()) == KINDS
    assert _still(await house.whole(record)) == _still(before)
    return record, before


async def _task(house: House, record: str, title: str) -> str:
    """Wait for a task; give its path."""

    async def found() -> str | None:
        tokens = (await house.row(record)).body["tokens"]
        return next((path for path, each in tokens.items() if each["data"].get("title") == title), None)

    return str(await house.until(found))


def _done(house: House) -> list[str]:
    """What was done outside, in order."""
    return [line.split(" ", 1)[1] for line in (house.directory / "done").read_text().splitlines()]


async def _noted(house: House, record: str, times: int) -> bool:
    return bool((await house.row(record)).body["fields"]["notes"] == str(times))


async def _in(house: House, record: str, state: str) -> bool:
    return (await house.row(record)).state == state


def _still(record: Record) -> Record:
    """Give a record without what every event changes."""
    return record._replace(seq=0, head="", revision=0, updated_at=0.0, fields={}, seen={}, size=0)
