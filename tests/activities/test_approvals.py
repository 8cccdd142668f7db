"""Votes from minutes are refused where there is nothing to vote on; tests/whole/test_board.py records real ones."""

import pytest

from activities.actions import Context, Refusal
from activities.approvals import Minuted, record_vote
from store.database import Database
from tests.activities.story import NOON, Story, nowhere

VOTE = Minuted(
    record="PAR0000001",
    approval="authorise",
    voter="bob",
    choice="yes",
    recorded_by="ann",
    seen_at="2026-03-06T11:00:00Z",
)


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"record": "PAR0000009"}, "no-record"), ({}, "not-open"), ({"recorded_by": "nemo"}, "nobody")],
)
async def test_a_vote_needs_a_record_that_waits_for_it_and_somebody_who_records_it(
    database: Database, changed: dict[str, str], code: str
) -> None:
    await Story(database).start()
    context = Context("CAB1/1/held/do/0", "CAB1", "cab_meeting", database, lambda: NOON, nowhere)
    with pytest.raises(Refusal) as refused:
        await record_vote(VOTE.model_copy(update=changed), context)
    assert refused.value.code == code
