"""A living record is moved: its workflow goes on with the new version, through continue-as-new and a killed worker."""

import asyncio
from typing import Any

import pytest

from engine.record import Kind
from language.definition import Definition
from language.reading import read_definition
from store import definitions
from store.queries import get_journal
from tests.workflows.house import PATIENCE, House
from workflows.client import RefusedError

pytestmark = pytest.mark.server
ONE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def another(house: House, number: int) -> Definition:
    """Publish another version, in which a ticket is begun, not taken."""
    source = house.source.replace("version: 1", f"version: {number}").replace("      take: {to", "      begin: {to")
    definition = read_definition(source)
    published: dict[str, Any] = {"title": definition.title, "messages": {}, "by": "ann", "at": house.clock()}
    await definitions.publish(house.database, definition.process, number, source, **published)
    return definition


async def move(house: House, record: str, into: Definition, who: str = "ann") -> int:
    """Move a record that is on version 1."""
    data = {"definition": into.source, "digest": into.digest, "from": [1]}
    return await house.records.send(record, house.event(Kind.MOVE, "", who, data), house.facts, PATIENCE)


async def moves(house: House, record: str) -> list[int]:
    """Give the versions to which a record was moved, as its journal tells."""
    journal = await get_journal(house.database, record)
    return [line["data"]["to"] for each in journal for line in each.lines if line["what"] == "moved"]


async def test_a_moved_record_lives_by_the_new_version_in_a_new_run(house: House) -> None:
    record = await house.new()
    run, into = await house.run(record), await another(house, 2)
    with pytest.raises(RefusedError, match="only administrator, process_owner, ann may move records to version 2"):
        await move(house, record, into, "bob")
    await move(house, record, into)
    await house.until(lambda: elsewhere(house, record, run))
    row = await house.row(record)
    assert (row.version, row.digest) == (2, into.digest)
    with pytest.raises(RefusedError, match="is on version 2 already"):
        await move(house, record, into)
    house.kill_worker()
    await house.start_worker()
    await house.act(record, "begin", "bob")
    assert (await house.row(record)).state == "working"
    await house.proven(record)


@ONE
async def test_a_worker_killed_in_the_middle_of_a_move_leaves_one_move(house: House) -> None:
    record = await house.new()
    run, into = await house.run(record), await another(house, 2)
    await house.hold()
    moving = asyncio.create_task(move(house, record, into))
    await house.held()
    house.kill_worker()
    house.let_go()
    await house.start_worker()
    assert await moving == 2
    await house.until(lambda: elsewhere(house, record, run))
    await house.act(record, "begin", "bob")
    assert await moves(house, record) == [2]
    await house.proven(record)


@ONE
@pytest.mark.semantics("M2.13")
async def test_of_two_moves_at_once_one_wins_and_the_other_is_told_where_the_record_is(house: House) -> None:
    record, versions = await house.new(), [await another(house, number) for number in (2, 3)]
    asked = await asyncio.gather(*(move(house, record, each) for each in versions), return_exceptions=True)
    [won] = await moves(house, record)
    [refused] = [each for each in asked if isinstance(each, RefusedError)]
    assert str(refused) == f"{record} is on version {won}, not on 1"
    assert 2 in asked
    await house.proven(record)


async def elsewhere(house: House, record: str, run: str | None) -> bool:
    return await house.run(record) != run
