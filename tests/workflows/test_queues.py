"""Queues of actions: each action has its class, and a call waits for a worker that serves it, which is told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.registry import ours, with_connectors
from cli.checkup import Status
from cli.doctor_queues import queues
from settings import SHIPPED, settings
from store.queries import RecordRow
from tests.temporal import TemporalServer
from tests.workflows.house import House
from workflows.queues import CLASSES, Queue, queue_of


def test_every_action_of_our_own_has_a_class_and_those_of_connectors_call_other_systems() -> None:
    assert set(CLASSES) == {action.name for action in ours()}
    outside = with_connectors(SHIPPED / "connectors" / "company.yaml")[len(ours()) :]
    assert {queue_of(action.name) for action in outside} == {Queue.CALLS}


def test_queues_have_names_of_their_own() -> None:
    assert [queue.task_queue for queue in Queue] == ["steward-records", "steward-calls", "steward-deployments"]


@pytest.fixture
async def split(url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house on a server of its own, whose worker serves no calls."""
    server = TemporalServer(tmp_path)
    opened = House(server, url, tmp_path)
    (tmp_path / "queues").write_text("records deployments")
    try:
        await opened.open()
        await opened.start_worker()
        yield opened
    finally:
        await opened.close()
        server.kill()


@pytest.mark.server
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_call_waits_for_who_serves_its_queue_and_the_doctor_says_so(split: House) -> None:
    record = await split.new("printer")
    await split.act(record, "take", "bob")
    await split.act(record, "look_up", "ann")
    chosen = settings(temporal_address=split.server.address)

    async def told() -> bool:
        return (await asyncio.to_thread(queues, chosen)).status is Status.WRONG

    await split.until(told)
    said = await asyncio.to_thread(queues, chosen)
    assert said.found == "nobody serves calls (1 calls wait)"
    assert said.remedy == "`steward worker --queues calls` serves them."
    (split.directory / "calls").mkdir()
    (split.directory / "calls" / "queues").write_text("calls")
    other = House(split.server, split.url, split.directory / "calls")
    try:
        await other.start_worker()
        row = await split.until(lambda: _back(split, record))
    finally:
        await other.close()
    assert row.body["fields"]["answer"].endswith("printer")
    await split.proven(record)


async def _back(house: House, record: str) -> RecordRow | None:
    row = await house.row(record)
    return row if row.body["fields"]["answer"] else None
