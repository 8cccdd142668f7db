"""What people have in hand: seats at open tasks and approvals, and open records that name them."""

from store.database import Database
from store.open_work import OpenWork, open_work
from store.projections import Index
from tests.store.builders import a_projection, given

TASK = {"path": "1/open/do/0", "title": "Sign", "seats": ["user:ann", "user:bob"], "since": 1.0}
APPROVAL = {"path": "1/open/do/1", "name": "1.x.1", "title": "May we", "seats": ["user:ann"], "since": 1.0}


async def test_open_seats_and_open_records_are_counted(database: Database) -> None:
    named: dict[str, str | list[str] | None] = {
        "assignee": "ann",
        "caller": "ann",
        "helpers": ["bob", "cat"],
        "created_by": "dot",
    }
    await given(
        database,
        a_projection("R1", index=Index(tasks=[TASK], approvals=[APPROVAL], indexed=named)),
        a_projection("R2", index=Index(internal_indexed={"assignee": "cat"})),
        a_projection("R3", final=True, index=Index(indexed={"assignee": "dot"})),
    )
    assert await open_work(database, ["ann", "bob", "cat", "dot", "eve"]) == {
        "ann": OpenWork(2, 1),
        "bob": OpenWork(1, 1),
        "cat": OpenWork(0, 2),
    }
    assert await open_work(database, []) == {}
