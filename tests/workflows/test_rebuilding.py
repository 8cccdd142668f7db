"""The store has forgotten what happened: its rows of open records are made again from their workflows."""

import pytest
from sqlalchemy import Connection, delete, update

from activities.rebuilding import Outcome, Rebuilding
from store import tables
from store.heads import StoredHead, record_head
from tests.workflows.house import House
from workflows.reviving import Reviving

pytestmark = pytest.mark.server

OF_A_RECORD = (tables.record, tables.record_value, tables.record_reader, tables.record_reliance, tables.task)
"""Tables from which a record is gone that was started after a backup."""


def a_rebuilding(house: House) -> Rebuilding:
    return Rebuilding(house.database, house.records, Reviving(house.temporal))


async def outcomes(house: House, *records: str) -> list[Outcome]:
    return [each.outcome async for each in a_rebuilding(house).rebuild(records)]


async def forget(house: House, record: str) -> None:
    """Restore a backup that is older than the record."""

    def gone(connection: Connection) -> None:
        for table in OF_A_RECORD:
            column = table.c.id if table is tables.record else table.c.record
            connection.execute(delete(table).where(column == record))
        connection.execute(delete(tables.journal).where(tables.journal.c.record == record))

    await house.database.write(gone)


async def go_back(house: House, record: str, to: StoredHead) -> None:
    """Restore a backup that is older than what happened to the record last."""
    row, events = tables.record, tables.journal
    await house.database.write(
        lambda connection: connection.execute(
            update(row).where(row.c.id == record).values(seq=to.seq, head=to.head, fence=to.fence, state="open")
        )
    )
    later = delete(events).where(events.c.record == record, events.c.seq > to.seq)
    await house.database.write(lambda connection: connection.execute(later))


async def test_rows_that_are_gone_or_old_are_made_again_once_and_records_go_on(shared: House) -> None:
    right, old, gone = [await shared.new() for _ in range(3)]
    before = await record_head(shared.database, old)
    assert before is not None
    for record in (old, gone):
        await shared.act(record, "take", "bob")
    await go_back(shared, old, before)
    await forget(shared, gone)
    wanted = [Outcome.RIGHT, Outcome.REMADE, Outcome.REMADE]
    assert await outcomes(shared, right, old, gone) == wanted
    assert await outcomes(shared, right, old, gone) == [Outcome.RIGHT] * 3
    for record in (old, gone):
        await shared.complete(record, "2/working/do/0", "bob", answer="Yes")
        await shared.act(record, "finish", "ann")
        assert (await shared.row(record)).state == "done"


async def test_a_record_without_a_row_is_found_by_its_workflow(shared: House) -> None:
    record = await shared.new()
    await forget(shared, record)

    async def named() -> bool:
        return record in await a_rebuilding(shared).names()

    await shared.until(named)
