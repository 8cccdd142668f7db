"""Approvals on a real server: votes survive continue-as-new and a killed worker, and no deadline approves anything."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import queries
from tests.temporal import TemporalServer
from tests.workflows.house import House
from workflows.client import RefusedError
from workflows.messages import Limits

pytestmark = pytest.mark.server
MAY = "2.may.1"


async def test_an_approval_with_two_votes_is_continued_as_new_and_keeps_them(
    temporal: TemporalServer, url: str, tmp_path: Path
) -> None:
    house = House(temporal, url, tmp_path)
    try:
        await house.open(Limits(events=60))
        await house.start_worker()
        record = await house.new()
        await house.act(record, "consult", "ann")
        for who in ("ann", "bob"):
            await house.vote(record, MAY, who)
        await house.another_run(record, "ticket.noted")
        house.kill_worker()
        await house.start_worker()
        with pytest.raises(RefusedError, match="has voted already"):
            await house.vote(record, MAY, "bob")
        await house.vote(record, MAY, "carl")
        assert (await house.row(record)).state == "working"
        await house.proven(record)
    finally:
        await house.close()


@pytest.mark.semantics("B2.3")
async def test_a_deadline_past_while_the_worker_was_away_escalates_and_approves_nothing(house: House) -> None:
    record = await house.new()
    due = house.clock() + 3600
    await house.act(record, "consult", "ann", deadline=datetime.fromtimestamp(due, UTC).isoformat())
    await house.vote(record, MAY, "ann")
    await house.kill_worker_at_rest(record)
    await house.pass_time_until_due(record, due + 60 - house.clock())
    voting = asyncio.create_task(house.vote(record, MAY, "bob"))
    await house.start_worker()
    await voting
    what = [line["what"] for each in await queries.get_journal(house.database, record) for line in each.lines]
    voted = [place for place, each in enumerate(what) if each == "voted"]
    assert voted[0] < what.index("approval_escalated") < voted[1]
    assert (await house.row(record)).state == "asking"
    await house.pass_time(record, 2 * 3600)
    await house.until(lambda: _in(house, record, "cancelled"))
    assert (await house.row(record)).body["approvals"]["may"]["outcome"] == "rejected"
    await house.proven(record)


async def _in(house: House, record: str, state: str) -> bool:
    return (await house.row(record)).state == state
