"""The local activities: what a workflow sends is written, and answered as the store holds it."""

import json
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.projection import StoreActivities
from engine.turn import fact_key
from store.database import Database
from store.queries import get_record
from tests.activities.story import NOON, START, Story
from workflows.messages import FOR_GOOD, FactsInput, ProjectionInput


def an_input(database: Database, **changes: Any) -> ProjectionInput:
    """The start of a parcel as a workflow sends it, after its travel as JSON."""
    story = Story(database)
    given: ProjectionInput = json.loads(json.dumps(story.projection(story.record, story.advanced(START))))
    return {**given, "record": {**given["record"], **changes}}


async def project(database: Database, given: ProjectionInput) -> str:
    answer: str = await ActivityEnvironment().run(StoreActivities(database).project, given)
    return answer


async def test_a_projection_is_written_and_answers_its_head(database: Database) -> None:
    given = an_input(database)
    assert await project(database, given) == given["record"]["head"]
    record = await get_record(database, "PAR0000001", ("name:anyone",))
    assert record is not None
    assert (record.title, record.full) == ("Books", False)


@pytest.mark.parametrize(
    ("changes", "kind"), [({"digest": "0"}, "NotPublishedError"), ({"fields": {"contents": "\x00"}}, "DataError")]
)
async def test_what_repeating_does_not_mend_is_told_by_its_type(
    database: Database, changes: dict[str, Any], kind: str
) -> None:
    with pytest.raises(ApplicationError) as failed:
        await project(database, an_input(database, **changes))
    assert (failed.value.type, failed.value.non_retryable) == (kind, False)
    assert kind in FOR_GOOD


async def test_facts_are_answered_by_their_keys(database: Database) -> None:
    key = fact_key("entity", "service", "lorries")
    answer = await ActivityEnvironment().run(StoreActivities(database).facts, FactsInput([key], NOON))
    assert answer[key]["value"]["group"] == {"id": "dispatch", "label": "Dispatch of parcels"}
