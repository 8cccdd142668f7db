"""The reconciler makes the store say what happened, and names what Temporal no longer knows."""

import asyncio
import time
from typing import Any

from activities.reconciler import PATIENCE, Reconciler
from engine.record import Event, Kind
from store import findings
from store.database import Database
from store.findings import MENDED, REMEMBERED, STANDING
from store.queries import find_break, get_journal, get_record
from tests.activities.story import SEND, Story
from workflows.client import BusyError
from workflows.messages import Head

HEAVY = Event(Kind.COMMENT, data={"text": "Heavy"})


def a_reconciler(database: Database, story: Story) -> Reconciler:
    return Reconciler(database, story.head, story.snapshot, time.time)


async def stored(database: Database, name: str = "PAR0000001") -> tuple[int, str, str]:
    record = await get_record(database, name)
    assert record is not None
    return record.seq, record.head, record.state


async def test_an_event_that_never_happened_is_taken_back(database: Database) -> None:
    story = await Story(database).start()
    await story.lose(SEND)
    assert (await stored(database))[2] == "sent"
    await a_reconciler(database, story).round()
    assert await stored(database) == (story.record.seq, story.record.head, "packed")
    assert [entry.kind for entry in await get_journal(database, "PAR0000001")] == ["start"]
    assert await find_break(database, "PAR0000001") is None


async def test_what_agrees_stays_as_it_is(database: Database) -> None:
    story = await Story(database).start()
    before = await get_record(database, "PAR0000001")
    await a_reconciler(database, story).round()
    assert await get_record(database, "PAR0000001") == before


async def test_a_later_round_looks_at_what_was_written_since(database: Database) -> None:
    story = await Story(database).start()
    reconciler = a_reconciler(database, story)
    await reconciler.round()
    await story.lose(SEND)
    await reconciler.round()
    assert await stored(database) == (story.record.seq, story.record.head, "packed")


async def test_a_projection_that_is_on_its_way_is_left_alone(database: Database) -> None:
    story = await Story(database).start()
    reconciler = a_reconciler(database, story)
    before = await stored(database)
    await story.keep(HEAVY)
    await reconciler.round()
    assert await stored(database) == before


async def test_a_projection_that_never_came_is_made_up_for(database: Database) -> None:
    story = await Story(database).start()
    reconciler = a_reconciler(database, story)
    await story.keep(HEAVY)
    await reconciler.round()
    await reconciler.round()
    assert (await stored(database))[:2] == (story.record.seq, story.record.head)


async def test_a_projection_that_comes_after_it_was_made_up_for_says_what_happened(database: Database) -> None:
    story = await Story(database).start()
    before, reconciler = story.record, a_reconciler(database, story)
    advanced = story.advanced(HEAVY)
    await story.keep(HEAVY)
    await reconciler.round()
    await reconciler.round()
    assert [entry.kind for entry in await get_journal(database, "PAR0000001")] == ["start", "reconciled"]
    await story._project(before, advanced)
    entry = (await get_journal(database, "PAR0000001"))[-1]
    assert (entry.kind, entry.lines[0]["data"]["text"]) == ("comment", "Heavy")
    assert await find_break(database, "PAR0000001") is None


async def test_a_record_that_cannot_be_compared_stops_no_other(database: Database) -> None:
    story, strange = await Story(database).start(), Story(database, "PAR0000000")
    await strange.start()
    await story.lose(SEND)

    async def head(name: str) -> Head | None:
        if name == strange.record.id:
            raise ValueError("an answer nobody understands")
        return await story.head(name)

    await Reconciler(database, head, story.snapshot, time.time).round()
    assert (await stored(database))[2] == "packed"


async def test_events_go_on_after_the_store_was_mended(database: Database) -> None:
    story = await Story(database).start()
    await story.lose(SEND)
    await a_reconciler(database, story).round()
    await story.take(HEAVY)
    assert await stored(database) == (story.record.seq, story.record.head, "packed")
    assert await find_break(database, "PAR0000001") is None


async def test_a_record_that_moves_meanwhile_is_left_to_the_next_round(database: Database) -> None:
    story = await Story(database).start()
    asked: list[str] = []

    async def head(name: str) -> Head | None:
        earlier = await story.head(name)
        if not asked:
            await story.take(HEAVY)
        asked.append(name)
        return earlier if len(asked) == 1 else await story.head(name)

    reconciler = Reconciler(database, head, story.snapshot, time.time)
    await reconciler.round()
    await reconciler.round()
    assert await stored(database) == (story.record.seq, story.record.head, "packed")
    assert len(asked) == 2


async def found(database: Database) -> list[tuple[str, str]]:
    return [(each.record, each.what) for each in await findings.findings(database, (*STANDING, MENDED))]


async def test_an_open_record_without_a_workflow_is_a_finding_until_it_has_one(database: Database) -> None:
    story = await Story(database).start()
    story.gone = True
    await a_reconciler(database, story).round()
    assert await found(database) == [("PAR0000001", "gone")]
    story.gone = False
    await a_reconciler(database, story).round()
    assert await found(database) == []


async def test_a_record_that_has_ended_needs_no_workflow(database: Database) -> None:
    story = await Story(database).start()
    reconciler = a_reconciler(database, story)
    story.gone = True
    await reconciler.round()
    story.gone = False
    await story.send()
    story.gone = True
    await reconciler.round()
    assert await found(database) == []


async def test_a_row_that_was_mended_is_remembered_for_a_while(database: Database) -> None:
    story = await Story(database).start()
    await story.lose(SEND)
    await a_reconciler(database, story).round()
    [mended] = await findings.findings(database, (MENDED,))
    assert mended[:3] == ("PAR0000001", "mended", "the store had event 2, it was at event 1")
    await findings.note(database, "PAR0000002", MENDED, "", mended.last_at + REMEMBERED + 1)
    assert await found(database) == [("PAR0000002", "mended")]


async def test_a_record_that_goes_on_being_silent_is_a_finding(database: Database) -> None:
    story = await Story(database).start()

    async def head(name: str) -> Head | None:
        raise BusyError("its row cannot be written")

    reconciler = Reconciler(database, head, story.snapshot, time.time)
    for _ in range(PATIENCE):
        assert await found(database) == []
        await reconciler.round()
    assert await found(database) == [("PAR0000001", "silent")]
    assert (await findings.counted(database))["silent"] == 1


async def test_a_record_that_does_not_answer_is_asked_in_the_next_round(database: Database) -> None:
    story, asked = await Story(database).start(), 0
    await story.lose(SEND)

    async def head(name: str) -> Head | None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise BusyError("no worker")
        return await story.head(name)

    reconciler = Reconciler(database, head, story.snapshot, time.time)
    await reconciler.round()
    assert (await stored(database))[2] == "sent"
    await reconciler.round()
    assert (await stored(database))[2] == "packed"


async def test_the_loop_waits_for_a_store_that_is_away(database: Database, impatient: Database) -> None:
    stop, story = asyncio.Event(), await Story(database).start()
    await story.lose(SEND)
    with database.writing():
        running = asyncio.create_task(a_reconciler(impatient, story).run(stop))
        await asyncio.wait({running}, timeout=0.5)
        assert not running.done()
    stop.set()
    await running


async def test_a_record_whose_definition_is_not_here_is_left_alone(database: Database) -> None:
    story = await Story(database).start()
    await story.lose(SEND)

    async def snapshot(name: str) -> dict[str, Any]:
        return {**await story.snapshot(name), "digest": "0"}

    await Reconciler(database, story.head, snapshot, time.time).round()
    assert (await stored(database))[2] == "sent"
    assert await found(database) == [("PAR0000001", "unwritable")]
