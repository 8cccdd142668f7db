"""A timer that repeats on a real server: it keeps its rhythm, also from one run of the record to the next."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store import queries
from tests.temporal import TemporalServer
from tests.workflows.house import House
from workflows.messages import Limits

pytestmark = pytest.mark.server

WATCH = """
process: watch
version: 1
title: Watch
number: WAT
owner: ann
read: [anyone]
start: {to: watching, ask: [subject]}
fields:
  subject: {type: text, required: true}
  rounds: {type: number, default: 0}
states:
  watching:
    transitions:
      look: {every: 1 week, then: [{set: {rounds: =rounds + 1}}]}
      stop: {to: over, by: [ann]}
  over: {final: true}
"""
WEEK = 7 * 86_400


@pytest.fixture
async def house(temporal: TemporalServer, url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house of watches that continue as new every few events."""
    opened = House(temporal, url, tmp_path, WATCH)
    await opened.open(Limits(events=30))
    await opened.start_worker()
    yield opened
    await opened.close()


async def rounds(house: House, record: str) -> tuple[str, list[float]]:
    """How often somebody has looked, and how many weeks after the start that was."""
    journal = await queries.get_journal(house.database, record)
    looked = [each.at - journal[0].at for each in journal[1:]]
    return (await house.row(record)).body["fields"]["rounds"], [round(each / WEEK, 2) for each in looked]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_rhythm_goes_on_from_one_run_of_a_record_to_the_next(house: House) -> None:
    record = await house.new()
    before = await house.run(record)
    await house.pass_time(record, 10.5 * WEEK)

    async def looked() -> bool:
        return (await rounds(house, record))[0] == "10"

    await house.until(looked)
    assert await rounds(house, record) == ("10", [float(week) for week in range(1, 11)])
    assert await house.run(record) != before
    await house.proven(record)
