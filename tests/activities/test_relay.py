"""The relay sends what is confirmed, once for each recipient, and never gives up early."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from activities.post import Post
from activities.relay import AT_ONCE, LEASE, Confirm, NotSentError, Relay
from engine.messages import MESSAGE
from engine.record import Event, Kind
from store import inbox, outbox
from store.database import Database
from store.errors import UnavailableError
from store.outbox import DEAD, SENT, WAITING, OutboxRow
from store.queries import RecordRow
from store.sealing import Seals
from store.signing import Signing
from tests.activities.mailbox import Mailbox
from tests.activities.story import NOON, SEND, Story
from workflows.client import BusyError
from workflows.messages import Head

Carrier = Callable[[OutboxRow, RecordRow], Awaitable[None]]


class Clock:
    """The time, as the test says."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


class Carried:
    """A carrier that keeps the keys it was given, after the failures it was told to have."""

    def __init__(self, *failures: Exception) -> None:
        self.keys: list[str] = []
        self.failures = list(failures)

    async def __call__(self, row: OutboxRow, record: RecordRow) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.keys.append(row.key)


def a_relay(database: Database, confirm: Confirm, carrier: Carrier, clock: Clock | None = None) -> Relay:
    return Relay(database, confirm, {MESSAGE: carrier}, clock or Clock())


async def states(database: Database, record: str = "PAR0000001") -> list[str]:
    return [row.state for row in await outbox.of_record(database, record)]


async def test_what_is_confirmed_is_sent_once(database: Database) -> None:
    story, carried = await Story(database).start(), Carried()
    relay = a_relay(database, story.head, carried)
    assert await relay.round()
    assert not await relay.round()
    assert len(carried.keys) == 1
    assert await states(database) == [SENT]


async def test_what_temporal_does_not_confirm_waits_without_an_attempt(database: Database) -> None:
    story, carried, clock = await Story(database).start(), Carried(), Clock()
    await story.keep(Event(Kind.COMMENT, data={"text": "Heavy"}))
    relay = a_relay(database, story.head, carried, clock)
    await relay.round()
    assert carried.keys == []
    (row,) = await outbox.of_record(database, "PAR0000001")
    assert (row.state, row.attempts) == (WAITING, 0)


async def test_what_an_attempt_left_behind_that_temporal_never_saw_is_not_sent(database: Database) -> None:
    story, carried, clock = await Story(database).start(), Carried(), Clock()
    relay = a_relay(database, story.head, carried, clock)
    await relay.round()
    await story.lose(SEND)
    await relay.round()
    await story.take(Event(Kind.COMMENT, data={"text": "Heavy"}))
    clock.now += 60
    await relay.round()
    assert len(carried.keys) == 1
    assert "/then/" not in carried.keys[0]


async def test_a_row_that_is_voided_between_lease_and_confirmation_is_not_sent(database: Database) -> None:
    story, carried = await Story(database).start(), Carried()
    await story.lose(SEND)

    async def confirm(name: str) -> Head | None:
        await story.take(Event(Kind.COMMENT, data={"text": "Heavy"}))
        return await story.head(name)

    await a_relay(database, confirm, carried).round()
    assert len(carried.keys) == 1
    assert await states(database) == [SENT]


async def test_a_record_that_has_ended_needs_no_workflow(database: Database) -> None:
    story, carried = await Story(database).start(), Carried()
    await story.send()
    story.gone = True
    await a_relay(database, story.head, carried).round()
    assert await states(database) == [SENT, SENT]
    assert len(carried.keys) == 2


async def test_an_open_record_whose_workflow_is_gone_waits(database: Database) -> None:
    story, carried = await Story(database).start(), Carried()
    story.gone = True
    await a_relay(database, story.head, carried).round()
    assert await states(database) == [WAITING]


async def test_a_record_that_does_not_answer_is_asked_again(database: Database) -> None:
    story, carried, clock, silent = await Story(database).start(), Carried(), Clock(), [True]

    async def confirm(name: str) -> Head | None:
        if silent.pop() if silent else False:
            raise BusyError("no worker")
        return await story.head(name)

    relay = a_relay(database, confirm, carried, clock)
    await relay.round()
    assert carried.keys == []
    clock.now += 5
    await relay.round()
    assert len(carried.keys) == 1


async def test_failures_wait_ever_longer_and_end_after_twelve(database: Database) -> None:
    story, clock = await Story(database).start(), Clock()
    relay = a_relay(database, story.head, Carried(*[NotSentError("away")] * 20), clock)
    waits = []
    while await relay.round():
        (row,) = await outbox.of_record(database, "PAR0000001")
        waits.append(row.due_at - clock.now)
        clock.now += waits[-1]
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600, 600]
    assert await states(database) == [DEAD]


@pytest.mark.parametrize(
    ("failure", "state", "error"),
    [
        (NotSentError("550 unknown", again=False), DEAD, "550 unknown"),
        (NotSentError("451 later"), WAITING, "451 later"),
        (ZeroDivisionError("oops"), WAITING, "ZeroDivisionError: oops"),
    ],
)
async def test_a_failure_is_kept_where_people_see_it(
    database: Database, failure: Exception, state: str, error: str
) -> None:
    story = await Story(database).start()
    await a_relay(database, story.head, Carried(failure)).round()
    (row,) = await outbox.of_record(database, "PAR0000001")
    assert (row.state, row.error) == (state, error)


async def test_a_kind_that_nothing_carries_is_given_up(database: Database) -> None:
    story = await Story(database).start()
    await Relay(database, story.head, {}, Clock()).round()
    (row,) = await outbox.of_record(database, "PAR0000001")
    assert (row.state, row.error) == (DEAD, 'nothing carries "message"')


async def test_a_failing_row_does_not_hold_the_next_one(database: Database) -> None:
    story, carried = await Story(database).start(), Carried(NotSentError("away"))
    await story.send()
    await a_relay(database, story.head, carried).round()
    assert await states(database) == [WAITING, SENT]


async def test_records_that_do_not_answer_hold_up_nobody_else(database: Database) -> None:
    carried, clock = Carried(), Clock()
    for number in range(AT_ONCE):
        await Story(database, f"PAR1{number:06}").start()

    async def confirm(name: str) -> Head | None:
        if name != story.record.id:
            raise BusyError("no worker")
        return await story.head(name)

    story = Story(database)
    relay = a_relay(database, confirm, carried, clock)
    await relay.round()
    await story.start()
    clock.now += 60
    await relay.round()
    assert [key.split("/")[0] for key in carried.keys] == ["PAR0000001"]


async def test_a_row_whose_lease_ran_out_while_others_were_sent_is_left_to_whoever_has_it(database: Database) -> None:
    story, clock, keys = await Story(database).start(), Clock(), list[str]()
    await story.send()

    async def slowly(row: OutboxRow, record: RecordRow) -> None:
        keys.append(row.key)
        clock.now += LEASE

    relay = a_relay(database, story.head, slowly, clock)
    await relay.round()
    assert await states(database) == [SENT, WAITING]
    await relay.round()
    assert len(keys) == len(set(keys)) == 2


async def test_a_row_that_was_written_anew_since_it_was_taken_is_not_sent_as_it_was(database: Database) -> None:
    story, carried = await Story(database).start(), Carried()
    await story.lose(SEND)

    async def confirm(name: str) -> Head | None:
        await story.take(Event(Kind.COMMENT, data={"text": "Heavy"}))
        await story.send()
        return await story.head(name)

    await a_relay(database, confirm, carried).round()
    assert await states(database) == [SENT, WAITING]


async def test_two_relays_on_one_store_send_once(database: Database) -> None:
    story, carried = await Story(database).start(), Carried()
    relays = [a_relay(database, story.head, carried) for _ in range(3)]
    await asyncio.gather(*(relay.round() for relay in relays))
    assert len(carried.keys) == 1


async def test_the_loop_sends_what_comes_and_stops_when_told(database: Database) -> None:
    stop, story = asyncio.Event(), Story(database)

    class Last(Carried):
        async def __call__(self, row: OutboxRow, record: RecordRow) -> None:
            await super().__call__(row, record)
            stop.set()

    running = asyncio.create_task(a_relay(database, story.head, Last()).run(stop))
    await story.start()
    await running
    assert await states(database) == [SENT]


async def test_the_loop_waits_for_a_store_that_is_away(database: Database, impatient: Database) -> None:
    stop, story, carried = asyncio.Event(), await Story(database).start(), Carried()
    relay = a_relay(impatient, story.head, carried)
    with database.writing():
        running = asyncio.create_task(relay.run(stop))
        await asyncio.wait({running}, timeout=0.5)
    while not carried.keys:
        await asyncio.wait({running}, timeout=0.05)
    stop.set()
    await running


async def test_a_store_that_goes_away_while_sending_costs_no_attempt(database: Database) -> None:
    story, clock, carried = await Story(database).start(), Clock(), Carried(UnavailableError("away"))
    relay = a_relay(database, story.head, carried, clock)
    await relay.round()
    (row,) = await outbox.of_record(database, "PAR0000001")
    assert (row.state, row.attempts) == (WAITING, 0)
    clock.now += LEASE
    await relay.round()
    assert await states(database) == [SENT]


async def test_a_mail_is_sent_once_for_each_recipient_though_the_second_fails_first(
    database: Database, mailbox: Mailbox
) -> None:
    story, clock = await Story(database).start(), Clock()
    mailbox.refusals["bob@example.org"] = ["451 later", "421 still later"]
    relay = a_relay(
        database, story.head, Post(database, mailbox.options(), "http://s", clock, Signing(Seals())).carry, clock
    )
    for _ in range(4):
        await relay.round()
        clock.now += 60
    assert mailbox.sent_to() == ["ann@example.org", "bob@example.org"]
    assert len({message["Message-ID"] for message in mailbox.taken}) == 2
    assert await states(database) == [SENT]
    assert len(await inbox.letters(database, "bob")) == 1
