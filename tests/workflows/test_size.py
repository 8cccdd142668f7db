"""A record as large as one can be, on a real server: it is refused more, carried from run to run, and closed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.record import Kind
from tests.temporal import TemporalServer
from tests.workflows.house import PATIENCE, House
from workflows.client import RefusedError
from workflows.messages import Limits

pytestmark = pytest.mark.server

NAMES = [f"t{number}" for number in range(10)]
THING = f"""
process: thing
version: 1
title: Thing
number: THG
owner: ann
read: [anyone]
write: [ann]
start: {{to: new, by: [ann], ask: [subject]}}
fields: {{subject: text, {", ".join(f"{name}: long_text" for name in NAMES)}}}
states:
  new: {{transitions: {{close: {{to: done, by: [ann], needs: [reason]}}}}}}
  done: {{final: true}}
"""
LONG = "ß漢" * 15_500
"""As many letters as a field holds, which JSON writes with six signs each."""


@pytest.fixture
async def house(temporal: TemporalServer, url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house of things that continue as new every few events."""
    opened = House(temporal, url, tmp_path, THING)
    await opened.open(Limits(events=25))
    await opened.start_worker()
    yield opened
    await opened.close()


async def edit(house: House, record: str, **fields: str) -> int:
    """Write fields as ann."""
    return await house.records.send(record, house.event(Kind.EDIT, "", "ann", fields), house.facts, PATIENCE)


async def test_a_full_record_takes_nothing_more_lives_on_and_can_be_closed(house: House) -> None:
    record = await house.new()
    run = await house.run(record)
    for name in NAMES[:3]:
        await edit(house, record, **{name: LONG})
    with pytest.raises(RefusedError, match="larger than the 256 KB"):
        await edit(house, record, t9=LONG)
    for _ in range(5):
        await house.comment(record, "ann", "Still there")
    await house.until(lambda: house.says(f"{record} is large"))
    assert await house.run(record) != run
    await house.act(record, "close", "ann", reason="It is full")
    assert (await house.row(record)).state == "done"
    await house.proven(record)
