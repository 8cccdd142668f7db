"""The sender gives a message exactly what the checker lets it read."""

from activities.message_values import message_values
from language.calendars import ALWAYS_OPEN
from language.messages import names_of
from language.reading import read_definition
from store import outbox
from store.database import Database
from store.queries import get_record
from tests.activities.story import PARCEL, Story

LINK = "http://steward.example/records/PAR0000001"


async def test_a_message_is_given_every_name_that_it_may_read(database: Database) -> None:
    story = await Story(database).start()
    (row,) = await outbox.of_record(database, story.record.id)
    record = await get_record(database, story.record.id)
    assert record is not None
    definition = read_definition(PARCEL)
    values = message_values(row.body, record, definition, ALWAYS_OPEN, LINK)
    assert sorted((*values, "recipient")) == sorted((*names_of(definition), *row.body["with"]))
