"""Temporal has lost everything: from the store alone, each open record goes on as it would have, two hours later."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import temporalio.client
from google.protobuf.duration_pb2 import Duration
from sqlalchemy import update
from temporalio.api.common.v1 import FastForwardConfig, TimeSkippingConfig
from temporalio.client import Client, ScheduleActionExecutionStartWorkflow, StartWorkflowInput, WorkflowHandle

from activities.recovering import Fate, Found, Recovering
from activities.relay import NotSentError
from activities.sending import Sending
from engine.messages import MESSAGE
from engine.parting import ANSWER
from engine.sending import SEND
from store import outbox, tables
from store.auditing import audited
from store.database import Database
from store.listing import Filter, list_records
from store.migrations import migrate
from store.outbox import OutboxRow
from store.queries import RecordRow
from tests.postgres import PostgresServer
from tests.store.conftest import BOTH
from tests.temporal import MOST_SKIPS, TemporalServer
from tests.workflows.errands import begun, job, jobs, publish
from tests.workflows.house import House
from tests.workflows.test_everything_open import MAY, ROLLOUT
from tests.workflows.test_schedules import a_round
from workflows.client import ClosedError, RefusedError
from workflows.reviving import Reviving

pytestmark = pytest.mark.server

HOUR = 3_600
LATER = 2 * HOUR
"""Seconds for which nothing ran."""


class Lost(NamedTuple):
    """What was open when Temporal's data went, how the store was then, and what two recoveries at once found."""

    server: TemporalServer
    url: str
    directory: Path
    records: dict[str, str]
    rows: dict[str, RecordRow]
    found: tuple[tuple[Found, ...], tuple[Found, ...]]


class Later(temporalio.client.Interceptor):
    """Lets workflows begin when so much time has passed as nothing ran."""

    def intercept_client(
        self,
        next: temporalio.client.OutboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.client.OutboundInterceptor:
        return _Delayed(next)


class _Delayed(temporalio.client.OutboundInterceptor):
    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - the SDK's name
        duration = Duration()
        duration.FromTimedelta(timedelta(seconds=LATER))
        input.start_delay = timedelta(seconds=LATER)
        input.time_skipping_config = TimeSkippingConfig(
            enabled=True,
            fast_forward_config=FastForwardConfig(id="later", duration=duration),
            max_session_skip_count=MOST_SKIPS,
        )
        return await super().start_workflow(input)


@pytest.fixture(scope="module", params=BOTH)
def lost(request: pytest.FixtureRequest, blank_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    """Open records of every kind, lose them, recover twice at once, and have a worker for all tests."""
    directory = tmp_path_factory.mktemp("lost")
    url = f"sqlite:///{directory / 'steward.db'}"
    if request.param == "sqlite":
        shutil.copy(blank_file, directory / "steward.db")
    else:
        running: PostgresServer = request.getfixturevalue("server")
        url = running.create(directory.name)
        asyncio.run(migrate(url))
    server = TemporalServer(directory)
    house = House(server, url, directory)
    try:
        yield asyncio.run(_lost(house))
    finally:
        house.kill_worker()
        server.kill()


async def _lost(house: House) -> Lost:
    rounds = House(house.server, house.url, house.directory, a_round(int(time.time()) - 60))
    rollouts = House(house.server, house.url, house.directory, ROLLOUT)
    rounds.ahead = -120.0  # published before the first round was due, which is made up for
    for each in (rounds, rollouts, house):
        await each.open()
    await house.start_worker()
    records = await _opened(house, rollouts)
    await house.until(lambda: _rounds(house.database))
    await _end_a_child_of_which_the_parent_never_hears(house, records)
    house.server.kill()
    house.server.start()
    rows = {name: await house.row(record) for name, record in records.items()}
    await house.server.connect()
    temporal = await Client.connect(house.server.address, interceptors=[Later()])
    found = await asyncio.gather(*(_recovered(Recovering(house.database, Reviving(temporal))) for _ in range(2)))
    (house.directory / "ahead").write_text(str(LATER))
    await house.start_worker()
    for each in (rounds, rollouts, house):
        await each.database.close()
    return Lost(house.server, house.url, house.directory, records, rows, (found[0], found[1]))


async def _opened(house: House, rollouts: House) -> dict[str, str]:
    errand = await publish(house)
    records = {
        "new": await house.new("Nothing yet"),
        "lapsing": await house.new(deadline=datetime.fromtimestamp(house.clock() + HOUR, UTC).isoformat()),
        "asking": await house.new(deadline=datetime.fromtimestamp(house.clock() + 90 * HOUR, UTC).isoformat()),
        "calling": await house.new(f"slow {house.directory / 'found'}"),
        "waiting": await house.new("A task and a wait"),
        "closed": await house.new("Closed before"),
        "rollout": await rollouts.new(file=str(house.directory / "done"), parts=["a", "b"]),
        "parent": await begun(house, errand),
        "deaf": await begun(house, errand),
    }
    await house.act(records["asking"], "consult", "ann")
    await house.vote(records["asking"], MAY, "ann")
    await house.act(records["calling"], "take", "bob")
    await house.act(records["calling"], "look_up", "ann")
    await house.until((house.directory / "found.asked").exists)
    await house.act(records["waiting"], "take", "bob")
    await house.act(records["closed"], "cancel", "bob", reason="No")
    await rollouts.act(records["rollout"], "begin", "ann")
    await rollouts.vote(records["rollout"], MAY, "bob")
    await rollouts.until(lambda: _task(rollouts, records["rollout"], "Check a"))
    return records


async def _end_a_child_of_which_the_parent_never_hears(house: House, records: dict[str, str]) -> None:
    """Have Temporal forget the end of a child that the relay has told it of; nothing runs afterwards."""
    records["told"] = first = await job(house, records["deaf"], 1)
    records["child"] = await job(house, records["parent"], 1)
    await house.hold()
    ending = asyncio.create_task(house.act(first, "end", "bob"))
    await house.held()
    house.kill_worker()
    house.let_go()
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    sent = update(tables.outbox).where(tables.outbox.c.kind == ANSWER).values(state=outbox.SENT, sent_at=1.0)
    await house.database.write(lambda connection: connection.execute(sent))


async def _recovered(recovering: Recovering) -> tuple[Found, ...]:
    return tuple([each async for each in recovering.recover()])


async def _rounds(database: Database) -> tuple[str, ...]:
    return tuple(row.id for row in (await list_records(database, Filter(process=("round",)))).rows)


async def _task(house: House, record: str, title: str) -> str | None:
    tokens = (await house.row(record)).body["tokens"]
    return next((path for path, each in tokens.items() if each["data"].get("title") == title), None)


@pytest.fixture
async def house(lost: Lost) -> AsyncIterator[House]:
    """The house after the loss, whose clock is two hours ahead."""
    opened = House(lost.server, lost.url, lost.directory)
    opened.ahead = LATER
    await opened.open()
    yield opened
    await opened.close()


async def _in(house: House, record: str, state: str) -> bool:
    return (await house.row(record)).state == state


async def test_of_two_recoveries_at_once_each_record_is_begun_by_one(lost: Lost) -> None:
    begun = [each.record for found in lost.found for each in found if each.fate is Fate.REVIVED]
    closed = {name for name, row in lost.rows.items() if row.final}
    assert closed == {"closed", "told"}
    assert {lost.records[name] for name in lost.rows.keys() - closed} <= set(begun)
    assert len(begun) == len(set(begun))


async def test_what_had_ended_is_not_touched(lost: Lost, house: House) -> None:
    assert await house.row(lost.records["closed"]) == lost.rows["closed"]
    with pytest.raises(ClosedError):
        await house.act(lost.records["closed"], "take", "bob")


async def test_a_target_goes_on_with_the_time_that_has_passed(lost: Lost, house: House) -> None:
    record = lost.records["new"]
    assert await house.comment(record, "ann", "Still there?") == 2
    await house.pass_time(record, 3 * HOUR)
    await house.until(lambda: house.has_said(record, "target_missed"))
    assert await _told(house, record) == ["open", "late"]
    await house.proven(record)


async def _told(house: House, record: str) -> list[str]:
    """Give the last word of each message that a record has sent."""
    rows = await outbox.of_record(house.database, record)
    return [row.body["text"].split()[-1] for row in rows if row.kind == MESSAGE]


async def test_a_deadline_that_passed_meanwhile_acts_once(lost: Lost, house: House) -> None:
    record = lost.records["lapsing"]
    await house.until(lambda: _in(house, record, "expired"))
    assert await house.lines(record) == ["ann start", "tick"]
    await house.proven(record)


async def test_votes_are_kept_and_the_others_are_waited_for(lost: Lost, house: House) -> None:
    record = lost.records["asking"]
    with pytest.raises(RefusedError, match="has voted already"):
        await house.vote(record, MAY, "ann")
    for who in ("bob", "carl"):
        await house.vote(record, MAY, who)
    assert await _in(house, record, "working")
    await house.proven(record)


async def test_a_call_is_made_again_under_its_key(lost: Lost, house: House) -> None:
    record = lost.records["calling"]
    assert (await house.row(record)).state == "looking"
    (house.directory / "found").touch()
    await house.until(lambda: _in(house, record, "working"))
    answer = (await house.row(record)).body["fields"]["answer"]
    [path] = lost.rows["calling"].body["tokens"]
    assert answer == f"{record}/{path}: slow {house.directory / 'found'}"
    await house.proven(record)


async def test_a_task_and_a_wait_go_on(lost: Lost, house: House) -> None:
    record = lost.records["waiting"]
    await house.complete(record, str(await _task(house, record, "Ask the customer")), "bob", answer="Yes")
    assert (await house.row(record)).body["tokens"]
    await house.pass_time(record, 31 * 24 * HOUR)
    await house.until(lambda: _empty(house, record))
    await house.proven(record)


async def _empty(house: House, record: str) -> bool:
    return not (await house.row(record)).body["tokens"]


async def test_branches_go_on_and_what_was_done_is_taken_back_in_order(lost: Lost, house: House) -> None:
    record = lost.records["rollout"]
    await house.complete(record, str(await _task(house, record, "Check a")), "bob")
    await house.until(lambda: _task(house, record, "Check b"))
    await house.act(record, "back_out", "ann")
    await house.until(lambda: _in(house, record, "as_before"))
    done = (house.directory / "done").read_text().splitlines()
    assert [line.split(" ", 1)[1] for line in done] == ["a", "b", "b-undone", "a-undone"]
    await house.proven(record)


async def test_a_parent_goes_on_when_its_child_ends(lost: Lost, house: House) -> None:
    parent, child = lost.records["parent"], lost.records["child"]
    assert await jobs(house, parent) == [child]
    await house.act(child, "end", "bob")
    second = await job(house, parent, 2)
    assert await jobs(house, parent) == [child, second]
    await house.proven(parent)
    await house.proven(child)


async def test_a_parent_hears_of_the_end_that_temporal_had_been_told_and_forgot(lost: Lost, house: House) -> None:
    deaf, told = lost.records["deaf"], lost.records["told"]
    second = await job(house, deaf, 2)
    assert await jobs(house, deaf) == [told, second]
    await house.proven(deaf)


async def test_a_schedule_is_there_again_and_starts_nothing_twice(lost: Lost, house: House) -> None:
    schedule = house.temporal.get_schedule_handle("steward-start-round")

    async def made_up() -> bool:
        return bool((await schedule.describe()).info.recent_actions)

    await house.until(made_up)
    action = (await schedule.describe()).info.recent_actions[0].action
    assert isinstance(action, ScheduleActionExecutionStartWorkflow)
    started = house.temporal.get_workflow_handle(action.workflow_id)
    [record] = await _rounds(house.database)
    assert await started.result() == f"{record} was started before"


async def test_a_workflow_that_somebody_terminated_is_left_to_people(lost: Lost, house: House) -> None:
    record = await house.new()
    await house.temporal.get_workflow_handle(record).terminate()
    found = await _recovered(Recovering(house.database, Reviving(house.temporal)))
    assert {each.record: each.fate for each in found}[record] is Fate.ENDED
    assert not [each for each in found if each.fate is Fate.REVIVED]


async def test_an_event_for_an_open_record_without_a_workflow_is_not_given_up(lost: Lost, house: House) -> None:
    record = await house.new()
    await house.temporal.get_workflow_handle(record).terminate()
    body = {"event": "ticket.noted", "to": [record], "with": {}, "depth": 0}
    row = OutboxRow("key", record, 1, "", SEND, body, outbox.WAITING, (), 0, 0.0, 0.0, "", None)
    with pytest.raises(NotSentError, match="closed"):
        await Sending(house.database, house.records).send(row, await house.row(record))


async def test_every_chain_is_what_was_written(lost: Lost, house: House) -> None:
    assert [flaw async for lot in audited(house.database) for flaw in lot.flaws] == []
