"""What monitoring counts: what waits and for whom, how old the outbox is, and how long records stayed in states."""

from typing import Any

from sqlalchemy import insert

from store import outbox
from store.counting import Counted, Counts, counted
from store.database import Database
from store.projections import Index
from store.reporting.keeping import DAY, day_of
from store.state_times import StateTimes, Stayed
from store.tables import record_move
from tests import organisations
from tests.store.builders import a_projection, given


def an_approval(path: str, *asked: str) -> dict[str, Any]:
    told = {"path": path, "id": path, "title": "Sign", "name": path, "seats": ["user:ann"], "due": None, "since": 1.0}
    return {**told, "asked": list(asked)}


async def test_an_empty_store_counts_nothing(database: Database) -> None:
    dead: Counts = {("waiting",): 0, ("dead",): 0}
    assert await counted(database) == Counted({}, {}, {}, {}, {}, None, dead)


async def test_an_approval_counts_for_each_group_that_is_asked_and_once_for_people(database: Database) -> None:
    groups: dict[str, Any] = {name: {"title": name, "members": [], "lead": None} for name in ("board", "mail")}
    await organisations.apply(database, {"groups": groups}, by="ann", at=1.0)
    asked = [an_approval("a", "board", "mail", "ann", "mail"), an_approval("b", "ann", "bob"), an_approval("c")]
    await given(database, a_projection(index=Index(approvals=asked)))
    found = await counted(database)
    assert found.approvals == {("paper", "board"): 1, ("paper", "mail"): 1, ("paper", ""): 2}


async def test_the_outbox_is_as_old_as_the_event_of_what_waits_first(database: Database) -> None:
    await given(database, a_projection(outbox=("one",)), a_projection(seq=2, outbox=("two", "three")))
    both = await counted(database)
    await outbox.sent(database, "one", 50.0)
    rest = await counted(database)
    assert (both.messages, both.oldest) == ({("notify",): 3}, 11.0)
    assert (rest.messages, rest.oldest) == ({("notify",): 2}, 12.0)


async def moved(database: Database, seq: int, source: str, at: float, lasted: float) -> None:
    row = {"record": "R1", "seq": seq, "place": 0, "head": "h", "process": "paper", "day": day_of(at), "at": at}
    told = {**row, "source": source, "target": "next", "final": False, "lasted": lasted}
    await database.write(lambda connection: connection.execute(insert(record_move), told))


async def test_stays_are_counted_once_whether_their_days_are_over_or_not(database: Database) -> None:
    times = StateTimes(database)
    await moved(database, 1, "", DAY, 0.0)
    await moved(database, 2, "open", DAY * 2, 60.0)
    await moved(database, 3, "held", DAY * 3, 10.0)
    first = await times.counted(DAY * 3)
    await moved(database, 4, "open", DAY * 8, 30.0)
    assert first == {("paper", "open"): Stayed(1, 60.0), ("paper", "held"): Stayed(1, 10.0)}
    for now in (DAY * 8, DAY * 9, DAY * 20):
        assert await times.counted(now) == {**first, ("paper", "open"): Stayed(2, 90.0)}
