"""What dies, and what must be true afterwards: journal, record and outbox equal the workflow's own head."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import outbox
from store.outbox import SENT
from store.queries import RecordRow, get_journal
from tests.activities.mailbox import Mailbox, a_mailbox
from tests.temporal import TemporalServer
from tests.workflows.house import House
from workflows.client import BusyError, ClosedError, RefusedError

pytestmark = pytest.mark.server
ONE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server on loopback that keeps what it is sent."""
    async with a_mailbox() as running:
        yield running


@pytest.mark.semantics("A1.5")
async def test_a_worker_killed_after_its_projection_committed_repeats_it_without_a_trace(house: House) -> None:
    record = await house.new()
    await house.hold()
    taking = asyncio.create_task(house.act(record, "take", "bob"))
    await house.held()
    house.kill_worker()
    house.let_go()
    await house.start_worker()
    assert await taking == 2
    assert await house.lines(record) == ["ann start", "bob act take"]
    await house.proven(record)


async def test_a_signal_that_overtakes_the_killed_workers_event_voids_what_it_wrote(house: House) -> None:
    record = await house.new()
    await house.hold()
    taking = asyncio.create_task(house.act(record, "take", "bob"))
    await house.held()
    house.kill_worker()
    await house.occur(record, "ticket.noted")
    house.let_go()
    await house.start_worker()
    await taking
    assert sorted(await house.lines(record)) == ["ann start", "bob act take", "occur ticket.noted"]
    await house.proven(record)


@pytest.mark.semantics("A1.5")
async def test_a_temporal_server_killed_on_its_file_loses_nothing(url: str, tmp_path: Path) -> None:
    server = TemporalServer(tmp_path, on_file=True)
    house = House(server, url, tmp_path)
    try:
        await house.open()
        await house.start_worker()
        record = await house.new()
        await house.act(record, "take", "bob")
        server.kill()
        server.start()
        house.temporal = await server.connect()
        await house.until(lambda: _finished_task(house, record))
        assert await house.act(record, "finish", "bob") == 4
        await house.proven(record)
    finally:
        await house.close()
        server.kill()


async def test_what_a_caller_gave_up_is_not_carried_out_when_a_worker_returns(house: House) -> None:
    record = await house.new()
    house.kill_worker()
    with pytest.raises(BusyError):
        await house.act(record, "take", "bob", wait=1)
    await house.start_worker()
    assert await house.act(record, "cancel", "bob", reason="Nobody took it") == 2
    assert await house.lines(record) == ["ann start", "bob act cancel"]
    await house.proven(record)


@pytest.mark.semantics("B2.1")
async def test_a_deadline_that_passed_while_the_worker_was_away_comes_first(house: House) -> None:
    due = house.clock() + 3600
    record = await house.new(deadline=datetime.fromtimestamp(due, UTC).isoformat())
    await house.kill_worker_at_rest(record)
    await house.pass_time_until_due(record, due + 60 - house.clock())
    taking = asyncio.create_task(house.act(record, "take", "bob"))
    await house.start_worker()
    with pytest.raises((RefusedError, ClosedError), match=r"expired|closed"):
        await taking
    await house.until(lambda: _in(house, record, "expired"))
    await house.proven(record)


@ONE
async def test_an_approval_overdue_while_every_worker_was_dead_escalates_once_keeps_its_vote_and_mails_nobody_twice(
    house: House, mailbox: Mailbox
) -> None:
    house.kill_worker()
    await house.start_worker(mail_port=mailbox.port)
    record, due = await house.new(), house.clock() + 3600
    await house.act(record, "consult", "ann", deadline=datetime.fromtimestamp(due, UTC).isoformat())
    await house.vote(record, "2.may.1", "ann")
    await house.until(lambda: _sent(house, record))
    await house.kill_worker_at_rest(record)
    await house.pass_time_until_due(record, due + 1800 - house.clock())
    await house.start_worker(mail_port=mailbox.port)
    await house.until(lambda: house.has_said(record, "approval_escalated"))
    await house.until(lambda: _sent(house, record))
    await house.vote(record, "2.may.1", "bob")
    what = [line["what"] for each in await get_journal(house.database, record) for line in each.lines]
    assert [each for each in what if each in ("voted", "approval_escalated")] == [
        "voted",
        "approval_escalated",
        "voted",
    ]
    assert len({mail["Message-ID"] for mail in mailbox.taken}) == len(mailbox.taken)
    assert sum(mail["To"].addresses[0].username == "dora" for mail in mailbox.taken) == 1
    await house.proven(record)


async def test_the_mail_of_an_attempt_that_temporal_never_saw_is_not_sent(house: House, mailbox: Mailbox) -> None:
    house.kill_worker()
    await house.start_worker(mail_port=mailbox.port)
    record = await house.new()
    await house.until(lambda: len(mailbox.taken) == 1)
    await house.hold()
    taking = await house.held_of_one_who_waits_briefly(record, "take", "bob", wait=0.2)
    house.kill_worker()
    house.let_go()
    with pytest.raises(BusyError):
        await taking
    assert (await house.row(record)).state == "working"
    await house.start_worker(mail_port=mailbox.port)
    await house.act(record, "cancel", "bob", reason="Nobody took it")
    await house.until(lambda: len(mailbox.taken) == 2)
    assert [message["Subject"].split("] ")[1].split()[-1] for message in mailbox.taken] == ["open", "cancelled"]
    assert await house.lines(record) == ["ann start", "bob act cancel"]
    await house.proven(record)


async def test_a_mail_that_was_taken_when_the_worker_died_comes_again_as_the_same(
    house: House, mailbox: Mailbox
) -> None:
    house.kill_worker()
    mailbox.thanks.clear()
    await house.start_worker(mail_port=mailbox.port)
    record = await house.new()
    await house.until(lambda: len(mailbox.taken) == 1)
    house.kill_worker()
    mailbox.thanks.set()
    await house.end_leases()
    await house.start_worker(mail_port=mailbox.port)
    await house.until(lambda: _sent(house, record))
    assert len(mailbox.taken) == 2
    assert len({message["Message-ID"] for message in mailbox.taken}) == 1


@pytest.mark.semantics("A1.5")
async def test_what_temporal_forgot_in_a_power_failure_is_taken_back_from_the_store(url: str, tmp_path: Path) -> None:
    server = TemporalServer(tmp_path, on_file=True)
    house = House(server, url, tmp_path)
    try:
        await house.open()
        await house.start_worker()
        record = await house.new()
        house.kill_worker()
        server.kill()
        kept = {file: file.read_bytes() for file in tmp_path.glob("temporal.db*")}
        server.start()
        house.temporal = await server.connect()
        await house.start_worker()
        await house.until(lambda: _taken(house, record))
        house.kill_worker()
        server.kill()
        for file in tmp_path.glob("temporal.db*"):
            file.unlink()
        for file, content in kept.items():
            file.write_bytes(content)
        server.start()
        house.temporal = await server.connect()
        await house.start_worker()
        await house.until(lambda: _in(house, record, "open"))
        assert await house.lines(record) == ["ann start"]
        await house.proven(record)
    finally:
        await house.close()
        server.kill()


@ONE
async def test_a_call_whose_worker_was_killed_is_made_again_by_another(house: House) -> None:
    go = house.directory / "go"
    record = await house.new(f"slow {go}")
    await house.act(record, "take", "bob")
    await house.act(record, "look_up", "ann")
    await house.until(go.with_suffix(".asked").exists)
    house.kill_worker()
    await house.start_worker()
    go.touch()
    row = await house.until(lambda: _answered(house, record))
    assert row.body["fields"]["answer"].startswith(f"{record}/3/looking/do/0: slow")
    await house.proven(record)


async def _in(house: House, record: str, state: str) -> bool:
    return (await house.row(record)).state == state


async def _finished_task(house: House, record: str) -> int | None:
    """Complete the one open task, as soon as the server answers again."""
    task = next(path for path, token in (await house.row(record)).body["tokens"].items() if token["kind"] == "task")
    try:
        return await house.complete(record, task, "bob", answer="Yes")
    except BusyError:
        return None


async def _taken(house: House, record: str) -> int | None:
    """Take it, as soon as the server answers again."""
    try:
        return await house.act(record, "take", "bob")
    except BusyError:
        return None


async def _answered(house: House, record: str) -> RecordRow | None:
    row = await house.row(record)
    return row if row.body["fields"]["answer"] else None


async def _sent(house: House, record: str) -> bool:
    return {row.state for row in await outbox.of_record(house.database, record)} == {SENT}
