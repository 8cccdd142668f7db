"""The feed as it is read: one order, nothing that did not happen, nothing that is not for the viewer."""

from typing import Any

import pytest

from store import feed
from store.database import Database, lock
from store.errors import UnavailableError
from store.feed import newest_feed, read_feed
from store.projections import Index, project
from tests.store.builders import a_projection, given

ANN, CARL = ("user:ann", "name:agent"), ("user:carl",)


def seen_by(*readers: tuple[str, bool]) -> Index:
    return Index(title="Paper", readers=list(readers))


async def told(database: Database, after: int = 0, **asked: Any) -> list[tuple[str, int]]:
    part = await read_feed(database, after, **asked)
    return [(each.entry.record, each.entry.seq) for each in part.events]


async def test_it_tells_what_happened_to_all_records_in_one_order(database: Database) -> None:
    await given(database, a_projection("R2"), a_projection("R1"), a_projection("R2", 2, state="signed"))
    part = await read_feed(database, 0)
    assert [(each.entry.record, each.entry.seq, each.entry.feed) for each in part.events] == [
        ("R2", 1, 1),
        ("R1", 1, 2),
        ("R2", 2, 3),
    ]
    assert {each.record.state for each in part.events if each.record.id == "R2"} == {"signed"}
    assert (part.last, part.more, await newest_feed(database)) == (3, False, 3)


async def test_it_goes_on_after_any_number_in_parts(database: Database) -> None:
    assert await newest_feed(database) == 0
    await given(database, *(a_projection("R1", seq) for seq in range(1, 6)))
    first = await read_feed(database, 1, limit=2)
    assert ([each.entry.seq for each in first.events], first.last, first.more) == ([2, 3], 3, True)
    rest = await read_feed(database, first.last, limit=2)
    assert ([each.entry.seq for each in rest.events], rest.last, rest.more) == ([4, 5], 5, False)
    assert await read_feed(database, 5) == ((), 5, False)


async def test_it_tells_each_viewer_of_the_records_they_may_read_now(database: Database) -> None:
    await given(
        database,
        a_projection("R1", index=seen_by(("name:agent", True), ("user:carl", False))),
        a_projection("R2", index=seen_by(("name:agent", True))),
    )
    assert await told(database, viewer=ANN) == [("R1", 1), ("R2", 1)]
    assert await told(database, viewer=CARL) == [("R1", 1)]
    assert [each.record.full for each in (await read_feed(database, 0, viewer=CARL)).events] == [False]
    await project(database, a_projection("R1", 2, fence=101.0, index=seen_by(("name:agent", True))))
    await project(database, a_projection("R2", 2, fence=101.0, index=seen_by(("user:carl", True))))
    assert await told(database, viewer=CARL) == [("R2", 1), ("R2", 2)]
    assert await told(database, viewer=()) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"record": ["R2"]}, [("R2", 1)]),
        ({"record": ["R2", "R3"]}, [("R2", 1), ("R3", 1)]),
        ({"process": ["paper"], "record": ["R1"]}, [("R1", 1)]),
        ({"process": ["other"]}, []),
    ],
)
async def test_it_is_narrowed_to_processes_and_records(
    database: Database, asked: dict[str, Any], expected: list[tuple[str, int]]
) -> None:
    await given(database, a_projection("R1"), a_projection("R2"), a_projection("R3"))
    assert await told(database, **asked) == expected
    assert (await read_feed(database, 0, **asked)).last == 3


async def test_what_a_lost_attempt_had_written_is_told_no_more_and_what_came_instead_is(database: Database) -> None:
    await given(database, a_projection(seq=1), a_projection(seq=2, head="lost", fence=101.0))
    assert await told(database, 1) == [("R1", 2)]
    await project(database, a_projection(seq=2, fence=102.0))
    part = await read_feed(database, 0)
    assert [(each.entry.seq, each.entry.head, each.entry.feed) for each in part.events] == [(1, "h1", 1), (2, "h2", 3)]
    await project(database, a_projection(seq=1, fence=103.0))
    assert await told(database, part.last) == [("R1", 1)]  # told again: what was told after it did not happen


async def test_one_reading_goes_through_so_many_events_and_no_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LOOKED_AT", 2)
    await given(database, *(a_projection("R1", seq) for seq in (1, 2, 3)), a_projection("R2"))
    first = await read_feed(database, 0, record=["R2"])
    assert (first.events, first.last, first.more) == ((), 2, True)
    assert await told(database, first.last, record=["R2"]) == [("R2", 1)]


async def test_no_later_number_can_be_read_before_an_earlier_one(url: str, database: Database) -> None:
    await given(database, a_projection("R1"))
    hasty = Database(url, lock_wait=0.05)
    with database.writing() as connection:
        lock(connection, "feed")  # as a projection does until it commits
        with pytest.raises(UnavailableError):
            await project(hasty, a_projection("R2"))
        assert await newest_feed(database) == 1
    assert await project(database, a_projection("R2")) == "h1"
    assert await newest_feed(database) == 2
    await hasty.close()
