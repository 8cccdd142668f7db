"""A process that starts by itself says when it does so next."""

from datetime import UTC, datetime

import pytest

from store.publishing import publish
from tests.api.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROUND = """
process: round
version: 1
title: Round
number: RND
owner: ann
start: {to: open, at: 2026-01-05 09:00, every: 1 week}
fields: {summary: {type: text, default: Look around}}
states:
  open: {transitions: {end: {to: over, by: [anyone]}}}
  over: {final: true}
"""


async def test_a_process_says_when_it_starts_by_itself_next(alone: Office) -> None:
    await publish(alone.services.database, ROUND, "", {}, {}, "test", alone.clock())
    schedule = (await alone.get("dora", "/processes/round")).json()["schedule"]
    assert (schedule["at"], schedule["every"]) == ("2026-01-05 09:00", "1 week")
    following = datetime.fromisoformat(schedule["next"])
    assert (following.weekday(), following.hour, following.utcoffset()) == (0, 9, UTC.utcoffset(None))
    assert 0 < following.timestamp() - alone.clock() <= 7 * 86_400


async def test_a_process_that_people_start_has_no_schedule(alone: Office) -> None:
    assert (await alone.get("dora", "/processes/repair")).json()["schedule"] is None
