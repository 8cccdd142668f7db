"""Projections: what is stored is what the workflow did, whatever was lost, repeated or late."""

import asyncio
import itertools
from contextlib import suppress

import pytest
from sqlalchemy import Connection, delete, select
from temporalio.converter import DataConverter

from store import outbox
from store.database import Database
from store.errors import DataError, NotPublishedError, UnavailableError
from store.heads import newer_fence, record_head
from store.projections import Index, Projection, project
from store.queries import LATEST, approvals_for, find_break, get_journal, get_record, tasks_for
from store.tables import journal, record
from tests.store.builders import a_projection, given, publish_paper

A_TASK = {"path": "1/do/0", "title": "Read it", "seats": ["user:ann"], "claimed_by": None, "due": None, "since": 5.0}


async def heads(database: Database, record: str = "R1") -> list[tuple[int, str]]:
    return [(entry.seq, entry.head) for entry in await get_journal(database, record)]


def feeds(connection: Connection) -> list[int]:
    return list(connection.scalars(select(journal.c.feed).order_by(journal.c.feed)))


async def outbox_keys(database: Database, record: str = "R1") -> list[str]:
    return [row.key for row in await outbox.of_record(database, record)]


async def test_a_projection_answers_the_stored_head(database: Database) -> None:
    await publish_paper(database)
    assert await project(database, a_projection(head="abc")) == "abc"
    stored = await record_head(database, "R1")
    assert stored is not None
    assert (stored.seq, stored.head, stored.fence) == (1, "abc", 100.0)


async def test_a_rerun_with_a_newer_fence_voids_the_phantom(database: Database) -> None:
    phantom = a_projection(seq=3, head="phantom", fence=103.0, outbox=("R1:never",))
    await given(database, a_projection(seq=1), a_projection(seq=2, fence=101.0, outbox=("R1:kept",)), phantom)
    assert await project(database, a_projection(seq=3, head="real", fence=104.0, outbox=("R1:real",))) == "real"
    assert await heads(database) == [(1, "h1"), (2, "h2"), (3, "real")]
    assert await outbox_keys(database) == ["R1:kept", "R1:real"]
    assert await find_break(database, "R1") is None


async def test_a_row_that_was_lost_is_written_again_among_what_is_left_of_it(database: Database) -> None:
    await given(database, a_projection(index=Index(tasks=[A_TASK])))
    await database.write(lambda connection: connection.execute(delete(record)))
    await project(database, a_projection(seq=2, index=Index(tasks=[A_TASK])))
    assert await get_record(database, "R1") is not None
    assert [each.path for each in await tasks_for(database, ("user:ann",))] == ["1/do/0"]


async def test_a_void_row_is_kept(database: Database) -> None:
    await given(database, a_projection(head="phantom"), a_projection(head="real", fence=101.0))
    with database.reading() as connection:
        rows = connection.execute(select(journal.c.head, journal.c.void).order_by(journal.c.head))
        assert [tuple(row) for row in rows] == [("phantom", True), ("real", False)]


async def test_a_rerun_voids_everything_above_its_seq(database: Database) -> None:
    lost = [a_projection(seq=seq, fence=102.0, outbox=(f"R1:{seq}",)) for seq in (2, 3, 4)]
    await given(database, a_projection(seq=1), *lost)
    await project(database, a_projection(seq=2, head="other", fence=103.0))
    assert await heads(database) == [(1, "h1"), (2, "other")]
    assert await outbox_keys(database) == []
    row = await get_record(database, "R1")
    assert row is not None
    assert (row.seq, row.head) == (2, "other")


async def test_a_rerun_that_decides_the_same_keeps_journal_and_outbox(database: Database) -> None:
    first = [a_projection(seq=seq, fence=102.0, outbox=(f"R1:{seq}",)) for seq in (1, 2)]
    again = [a_projection(seq=seq, fence=103.0, outbox=(f"R1:{seq}",)) for seq in (1, 2)]
    await given(database, *first)
    assert [await project(database, projection) for projection in again] == ["h1", "h2"]
    assert await heads(database) == [(1, "h1"), (2, "h2")]
    assert await outbox_keys(database) == ["R1:1", "R1:2"]


async def test_a_voided_effect_that_was_sent_is_kept_and_not_sent_again(database: Database) -> None:
    await given(database, a_projection(seq=1), a_projection(seq=2, fence=101.0, outbox=("R1:mail",)))
    await outbox.sent(database, "R1:mail", now=1.0)
    await project(database, a_projection(seq=2, head="other", fence=102.0, outbox=("R1:mail",)))
    assert await outbox.lease(database, now=9.0, limit=10, seconds=60) == ()
    assert await outbox_keys(database) == ["R1:mail"]


async def test_an_older_fence_is_dropped_whole(database: Database) -> None:
    await given(database, a_projection(seq=1), a_projection(seq=2, head="real", fence=104.0))
    zombie = a_projection(seq=3, fence=103.0, outbox=("R1:zombie",), index=Index(title="Zombie"))
    assert await project(database, zombie) == ""
    assert await project(database, a_projection(seq=2, head="zombie", fence=103.0)) == "real"
    row = await get_record(database, "R1")
    assert row is not None
    assert (row.seq, row.title) == (2, "Paper R1")
    assert await outbox_keys(database) == []


async def test_events_of_one_task_share_its_fence(database: Database) -> None:
    await given(database, *(a_projection(seq=seq, fence=100.0) for seq in (1, 2, 3)))
    assert await project(database, a_projection(seq=2, fence=100.0)) == "h2"  # a late repeat of an earlier one
    assert await heads(database) == [(1, "h1"), (2, "h2"), (3, "h3")]


async def test_the_same_projection_twice_is_one(database: Database) -> None:
    projection = a_projection(outbox=("R1:mail",), index=Index(tasks=[A_TASK], readers=[("user:ann", True)]))
    await given(database, projection)
    before = await get_record(database, "R1")
    assert await project(database, projection) == "h1"
    assert await get_record(database, "R1") == before
    assert await outbox_keys(database) == ["R1:mail"]


async def test_the_reconciler_takes_a_phantom_back(database: Database) -> None:
    await given(database, a_projection(seq=1), a_projection(seq=2, head="phantom", fence=102.5, state="signed"))
    stored = await record_head(database, "R1")
    assert stored is not None
    workflows_own = a_projection(seq=1, fence=newer_fence(stored.fence))
    assert await project(database, workflows_own) == "h1"
    row = await get_record(database, "R1")
    assert row is not None
    assert (row.seq, row.state) == (1, "open")
    assert await project(database, a_projection(seq=2, fence=102.501)) == "h2"


async def test_a_void_event_that_happens_after_all_counts_again(database: Database) -> None:
    await given(database, a_projection(seq=1), a_projection(seq=2, fence=102.0, outbox=("R1:2",)))
    await project(database, a_projection(seq=1, fence=103.0))
    assert await project(database, a_projection(seq=2, fence=103.0, outbox=("R1:2",))) == "h2"
    assert await heads(database) == [(1, "h1"), (2, "h2")]
    assert await outbox_keys(database) == ["R1:2"]


async def stored(into: Database, projection: Projection) -> bool:
    """Store a projection; say whether the database was free for it, which on a busy machine it may not be for long."""
    with suppress(UnavailableError):
        await project(into, projection)
        return True
    return False


async def test_the_feed_is_one_order_across_records_and_never_grows_behind_a_reader(
    database: Database, another: Database
) -> None:
    await publish_paper(database)

    async def write(into: Database, record: str) -> None:
        for seq in range(1, 11):
            while not await stored(into, a_projection(record, seq, fence=100.0 + seq)):
                pass

    async def read() -> None:
        seen: list[int] = []
        while len(seen) < 30:
            seen = await another.read(feeds)
            assert seen == list(range(1, len(seen) + 1))

    await asyncio.gather(write(database, "R1"), write(another, "R2"), write(database, "R3"), read())
    entries = [entry for record in ("R1", "R2", "R3") for entry in await get_journal(database, record)]
    assert all(a.feed < b.feed for a, b in itertools.pairwise(entries) if a.record == b.record)


async def test_attempts_that_race_leave_the_newest(database: Database, another: Database) -> None:
    await given(database, a_projection(seq=1))
    old = [a_projection(seq=seq, head=f"old{seq}", previous="", fence=101.0) for seq in (2, 3)]
    new = [a_projection(seq=seq, head=f"new{seq}", previous="", fence=102.0) for seq in (2, 3)]

    async def write(into: Database, projections: list[Projection]) -> None:
        for projection in projections:
            await project(into, projection)

    await asyncio.gather(write(database, old), write(another, new))
    assert await heads(database) == [(1, "h1"), (2, "new2"), (3, "new3")]


@pytest.mark.parametrize(("text", "code"), [("a\x00b", "U+0000"), ("a\ud800b", "U+D800")])
async def test_a_text_no_database_can_carry_is_refused_by_its_path(database: Database, text: str, code: str) -> None:
    await publish_paper(database)
    with pytest.raises(DataError, match=r"fields\.rows\[1\]\.note cannot be stored") as refused:
        await project(database, a_projection(fields={"rows": [{}, {"note": text}]}))
    assert refused.value.path == "fields.rows[1].note"
    assert code in str(refused.value)
    assert await get_record(database, "R1") is None


@pytest.mark.parametrize("index", [Index(title="\x00"), Index(indexed={"owner": "\ud800"})])
async def test_an_index_that_cannot_be_stored_is_refused_whole(database: Database, index: Index) -> None:
    await publish_paper(database)
    with pytest.raises(DataError):
        await project(database, a_projection(index=index))
    assert await get_record(database, "R1") is None


async def test_a_number_that_is_none_is_refused(database: Database) -> None:
    await publish_paper(database)
    with pytest.raises(DataError, match=r"fields\.cost cannot be stored: nan is no number"):
        await project(database, a_projection(fields={"cost": float("nan")}))


async def test_a_definition_that_was_never_published_is_refused(database: Database) -> None:
    with pytest.raises(NotPublishedError, match="record R1 follows a definition that is not published"):
        await project(database, a_projection())


async def test_a_record_is_not_moved_to_a_definition_that_was_never_published(database: Database) -> None:
    await given(database, a_projection())
    with pytest.raises(NotPublishedError, match="record R1 follows a definition that is not published"):
        await project(database, a_projection(seq=2, digest="0", version=2))
    assert await heads(database) == [(1, "h1")]


async def test_a_cancelled_projection_leaves_the_database_free(database: Database) -> None:
    await publish_paper(database)
    for milliseconds in range(12):
        projection = a_projection(f"R{milliseconds}", outbox=(f"R{milliseconds}:mail",))
        cut = asyncio.create_task(project(database, projection))
        await asyncio.wait({cut}, timeout=milliseconds / 1000)
        cut.cancel()
        await asyncio.wait({cut})
        assert await project(database, projection) == "h1"


async def test_tasks_come_change_and_go(database: Database) -> None:
    claimed = {**A_TASK, "claimed_by": "ann", "seats": ["user:ann", "user:bob"]}
    await given(database, a_projection(seq=1, index=Index(title="Paper", tasks=[A_TASK])))
    (task,) = await tasks_for(database, ("user:ann", "group:mail"))
    assert (task.id, task.process, task.record_title, task.seats) == ("R1.1/do/0", "paper", "Paper", ("user:ann",))
    await project(database, a_projection(seq=2, index=Index(tasks=[claimed])))
    assert [found.claimed_by for found in await tasks_for(database, ("user:bob",))] == ["ann"]
    await project(database, a_projection(seq=3))
    assert await tasks_for(database, ("user:ann", "user:bob")) == ()


AN_APPROVAL = {
    "path": "2/asked/do/0",
    "name": "2.may.1",
    "title": "May we",
    "seats": ["user:ann"],
    "due": 9.0,
    "since": 1.0,
}


async def test_approvals_are_listed_for_those_who_have_not_voted(database: Database) -> None:
    await given(database, a_projection(seq=1, index=Index(title="Paper", approvals=[AN_APPROVAL])))
    (found,) = await approvals_for(database, ("user:ann",))
    assert (found.id, found.title, found.seats, found.record_title) == ("R1.2.may.1", "May we", ("user:ann",), "Paper")
    again = {**AN_APPROVAL, "name": "2.may.2", "seats": ["user:bob"]}
    await project(database, a_projection(seq=2, index=Index(approvals=[again])))
    assert await approvals_for(database, ("user:ann",)) == ()
    assert [each.id for each in await approvals_for(database, ("user:bob",))] == ["R1.2.may.2"]


async def test_tasks_without_a_deadline_come_last(database: Database) -> None:
    tasks = [{**A_TASK, "path": path, "due": due} for path, due in (("a", None), ("b", 30.0), ("c", 20.0))]
    await given(database, a_projection(index=Index(tasks=tasks)))
    assert [task.path for task in await tasks_for(database, ("user:ann",))] == ["c", "b", "a"]


async def test_less_urgent_tasks_follow_the_last_one_of_a_page(database: Database) -> None:
    due = {"a": None, "b": 30.0, "c": 20.0, "d": 30.0, "e": None}
    await given(database, a_projection(index=Index(tasks=[{**A_TASK, "path": path, "due": due[path]} for path in due])))
    found: list[str] = []
    after = None
    while page := await tasks_for(database, ("user:ann",), 2, after):
        found += [task.path for task in page]
        after = (LATEST if page[-1].due is None else page[-1].due, page[-1].since, page[-1].id)
    assert found == ["c", "b", "d", "a", "e"]


async def test_a_projection_travels_as_an_activity_input() -> None:
    sent = a_projection(outbox=("R1:mail",), index=Index(readers=[("user:ann", True)], indexed={"owner": ["ann"]}))
    payloads = await DataConverter.default.encode([sent])
    assert await DataConverter.default.decode(payloads, [Projection]) == [sent]
