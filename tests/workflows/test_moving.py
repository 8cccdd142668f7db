"""A living record is moved: its workflow goes on with the new version, through continue-as-new and a killed worker."""

from typing import Any

import pytest

from engine.record import Kind
from language.definition import Definition
from language.reading import read_definition
from store import definitions
from tests.workflows.house import House
from workflows.client import RefusedError

pytestmark = pytest.mark.server


async def another(house: House, number: int) -> Definition:
    """Publish another version, in which a ticket is begun, not taken."""
    source = house.source.replace("version: 1", f"version: {number}").replace("      take: {to", "      begin: {to")
    definition = read_definition(source)
    published: dict[str, Any] = {"title": definition.title, "messages": {}, "by": "ann", "at": house.clock()}
    await definitions.publish(house.database, definition.process, number, source, **published)
    return definition


async def move(house: House, record: str, into: Definition, who: str = "ann") -> int:
    data = {"definition": into.source, "digest": into.digest}
    return await house.records.send(record, house.event(Kind.MOVE, "", who, data), house.facts, 10.0)


async def test_a_moved_record_lives_by_the_new_version_in_a_new_run(house: House) -> None:
    record = await house.new()
    run, into = await house.run(record), await another(house, 2)
    with pytest.raises(RefusedError, match="only ann may move records to version 2"):
        await move(house, record, into, "bob")
    await move(house, record, into)
    await house.until(lambda: _elsewhere(house, record, run))
    row = await house.row(record)
    assert (row.version, row.digest) == (2, into.digest)
    with pytest.raises(RefusedError, match="is on version 2 already"):
        await move(house, record, into)
    house.kill_worker()
    await house.start_worker()
    await house.act(record, "begin", "bob")
    assert (await house.row(record)).state == "working"
    await house.proven(record)


async def _elsewhere(house: House, record: str, run: str | None) -> bool:
    return await house.run(record) != run
