"""The outbox: every effect is leased by one relay at a time, and how it went is kept."""

import asyncio
from itertools import chain

from store import outbox
from store.database import Database
from tests.store.builders import a_projection, given

KEYS = tuple(f"R1:{number}" for number in range(20))


async def lease(database: Database, now: float, limit: int = 10) -> list[str]:
    return [row.key for row in await outbox.lease(database, now, limit, seconds=60)]


async def test_rows_are_leased_in_the_order_of_events(database: Database) -> None:
    await given(database, a_projection(outbox=("R1:b", "R1:a")), a_projection("R2", outbox=("R2:x",)))
    (first, second) = await outbox.lease(database, now=5.0, limit=2, seconds=60)
    assert [first.key, second.key] == ["R1:b", "R1:a"]
    assert (first.record, first.seq, first.head, first.kind, first.body) == ("R1", 1, "h1", "notify", {"to": "ann"})
    assert await lease(database, now=5.0) == ["R2:x"]


async def test_no_row_is_given_to_two_relays(database: Database, another: Database) -> None:
    await given(database, a_projection(outbox=KEYS))
    relays = [lease(relay, now=5.0, limit=3) for relay in (database, another) * 5]
    leased = list(chain.from_iterable(await asyncio.gather(*relays)))
    assert len(leased) == len(set(leased))
    rest = list(chain.from_iterable([await lease(database, now=5.0) for _ in range(3)]))
    assert sorted([*leased, *rest]) == sorted(KEYS)


async def test_a_lease_that_ran_out_is_given_again(database: Database) -> None:
    await given(database, a_projection(outbox=("R1:a",)))
    assert await lease(database, now=5.0) == ["R1:a"]
    assert await lease(database, now=64.0) == []
    assert await lease(database, now=65.0) == ["R1:a"]


async def test_an_unconfirmed_row_waits_without_counting(database: Database) -> None:
    await given(database, a_projection(outbox=("R1:a",)))
    await lease(database, now=5.0)
    await outbox.postpone(database, ["R1:a"], until=7.0)
    assert await lease(database, now=6.0) == []
    (row,) = await outbox.lease(database, now=7.0, limit=1, seconds=60)
    assert row.attempts == 0


async def test_what_is_sent_is_done(database: Database) -> None:
    await given(database, a_projection(outbox=("R1:a",)))
    await outbox.sent(database, "R1:a", now=6.0)
    (row,) = await outbox.of_record(database, "R1")
    assert (row.state, row.sent_at) == ("sent", 6.0)
    await outbox.failed(database, "R1:a", "too late", retry_at=7.0)
    assert await lease(database, now=100.0) == []


async def test_a_failure_is_tried_again_later(database: Database) -> None:
    await given(database, a_projection(outbox=("R1:a",)))
    await lease(database, now=5.0)
    await outbox.failed(database, "R1:a", "451 try later", retry_at=9.0)
    assert await lease(database, now=8.0) == []
    (row,) = await outbox.lease(database, now=9.0, limit=1, seconds=60)
    assert (row.attempts, row.error, row.state) == (1, "451 try later", "waiting")


async def test_an_error_is_kept_whatever_it_says(database: Database) -> None:
    await given(database, a_projection(outbox=("R1:a",)))
    await outbox.failed(database, "R1:a", "broken \x00\ud800", retry_at=None)
    assert [row.error for row in await outbox.dead(database)] == ["broken ��"]


async def test_a_row_is_dead_after_its_last_attempt(database: Database) -> None:
    await given(database, a_projection(outbox=("R1:a", "R1:b")))
    for attempt in range(outbox.ATTEMPTS):
        await outbox.failed(database, "R1:a", f"attempt {attempt}", retry_at=1.0)
    await outbox.failed(database, "R1:b", "550 no such user", retry_at=None)
    assert [(row.key, row.error) for row in await outbox.dead(database)] == [
        ("R1:a", "attempt 11"),
        ("R1:b", "550 no such user"),
    ]
    assert await lease(database, now=100.0) == []


async def test_recipients_that_have_it_are_remembered(database: Database, another: Database) -> None:
    await given(database, a_projection(outbox=("R1:a",)))
    people = ("ann", "bob", "ann", "kim")
    await asyncio.gather(*(outbox.delivered(into, "R1:a", one) for one in people for into in (database, another)))
    (row,) = await outbox.of_record(database, "R1")
    assert sorted(row.delivered) == ["ann", "bob", "kim"]


async def test_a_row_that_was_voided_meanwhile_is_not_missed(database: Database) -> None:
    await outbox.delivered(database, "R1:gone", "ann")
    await outbox.sent(database, "R1:gone", now=1.0)
    await outbox.failed(database, "R1:gone", "no", retry_at=1.0)
    assert await outbox.of_record(database, "R1") == ()
