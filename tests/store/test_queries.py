"""Journal and chain, and what the relay and the reconciler ask."""

import pytest
from sqlalchemy import delete, update

from store.database import Database
from store.heads import open_records, recently_projected, record_head
from store.projections import project
from store.queries import Break, find_break, get_journal
from store.tables import journal
from tests.store.builders import a_projection, given


async def three_events(database: Database) -> None:
    await given(database, *(a_projection(seq=seq, fence=100.0 + seq) for seq in (1, 2, 3)))


async def test_the_journal_tells_every_event_in_order(database: Database) -> None:
    await three_events(database)
    first, second, _ = await get_journal(database, "R1")
    assert (first.seq, first.head, first.previous_head, first.at, first.kind, first.name) == (
        1,
        "h1",
        "",
        11.0,
        "act",
        "sign",
    )
    assert first.event["actor"] == {"id": "ann"}
    assert first.lines == ({"what": "taken", "name": "sign"},)
    assert second.previous_head == first.head


async def test_a_journal_as_it_was_written_is_one_chain(database: Database) -> None:
    await three_events(database)
    assert await find_break(database, "R1") is None
    assert await find_break(database, "R9") is None


@pytest.mark.parametrize(
    ("seq", "change", "found"),
    [
        (1, None, Break(1, "event 1 is missing")),
        (2, None, Break(2, "event 2 is missing")),
        (3, None, Break(3, "the record is at event 3, its journal ends with event 2")),
        (2, {"head": "forged"}, Break(3, "event 3 does not follow event 2")),
        (2, {"previous_head": "forged"}, Break(2, "event 2 does not follow event 1")),
        (3, {"head": "forged"}, Break(3, "the record is at event 3, its journal ends with event 3")),
    ],
)
async def test_a_journal_that_was_tampered_with_shows_where(
    database: Database, seq: int, change: dict[str, str] | None, found: Break
) -> None:
    await three_events(database)
    row = (journal.c.record == "R1", journal.c.seq == seq)
    with database.writing() as connection:
        connection.execute(
            delete(journal).where(*row) if change is None else update(journal).where(*row).values(change)
        )
    assert await find_break(database, "R1") == found


async def test_the_head_of_an_unknown_record_is_none(database: Database) -> None:
    assert await record_head(database, "R9") is None


async def test_what_was_projected_lately_is_found_by_the_feed(database: Database) -> None:
    await given(database, *(a_projection(record) for record in ("R1", "R2", "R3")))
    await project(database, a_projection("R1", seq=2))
    assert [(head.record, head.seq) for head in await recently_projected(database, 1)] == [
        ("R2", 1),
        ("R3", 1),
        ("R1", 2),
    ]
    assert [head.record for head in await recently_projected(database, 2, limit=1)] == ["R3"]
    assert await recently_projected(database, 4) == ()


async def test_records_that_have_not_ended_are_listed_in_parts(database: Database) -> None:
    await given(database, a_projection("R3"), a_projection("R2", final=True), a_projection("R1"))
    assert [head.record for head in await open_records(database)] == ["R1", "R3"]
    assert [head.record for head in await open_records(database, limit=1)] == ["R1"]
    assert [head.record for head in await open_records(database, after="R1")] == ["R3"]
