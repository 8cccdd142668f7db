"""What waits for a person: tasks and approvals in one order, page by page, without what others are at."""

from typing import Any

import pytest

from store.database import Database
from store.projections import Index
from store.waiting_work import Which, work_counts, work_for
from tests.store.builders import a_projection, given


def a_task(path: str, due: float | None = None, claimed_by: str | None = None) -> dict[str, Any]:
    seats = ["user:ann", "user:bob"]
    return {"path": path, "title": path, "seats": seats, "claimed_by": claimed_by, "due": due, "since": 1.0}


def an_approval(path: str, due: float | None = None) -> dict[str, Any]:
    return {"path": path, "name": path, "title": path, "seats": ["user:ann"], "due": due, "since": 1.0}


def index(*tasks: dict[str, Any], **given: Any) -> Index:
    return Index(title="Paper", tasks=list(tasks), **given)


async def some_work(database: Database) -> None:
    await given(
        database,
        a_projection(
            "R1", index=index(a_task("late", 50.0), a_task("theirs", 1.0, "bob"), a_task("mine", 30.0, "ann"))
        ),
        a_projection("R2", index=index(a_task("low"), due=40.0, indexed={"priority": "P2"})),
        a_projection("R3", index=index(a_task("high"), due=40.0, indexed={"priority": "P1"})),
        a_projection("R4", index=index(a_task("hidden"), due=40.0, internal_indexed={"priority": "P0"})),
        a_projection("R5", index=index(approvals=[an_approval("soon", 20.0), an_approval("never")])),
    )


ALL = ["soon", "mine", "high", "low", "hidden", "late", "never"]


@pytest.mark.parametrize(
    ("which", "titles"),
    [
        (Which.ALL, ALL),
        (Which.APPROVALS, ["soon", "never"]),
        (Which.TASKS, ["mine", "high", "low", "hidden", "late"]),
        (Which.OTHERS, ["theirs"]),
    ],
)
async def test_the_soonest_deadline_comes_first_then_the_highest_priority_one_may_see(
    database: Database, which: Which, titles: list[str]
) -> None:
    await some_work(database)
    assert [each.title for each in await work_for(database, "ann", which, limit=20)] == titles
    assert (await work_counts(database, "ann"))[which] == len(titles)


async def test_a_page_goes_on_where_the_one_before_ended(database: Database) -> None:
    await some_work(database)
    found, after = [], None
    while page := await work_for(database, "ann", limit=2, after=after):
        found += [each.title for each in page]
        after = page[-1].place
    assert found == ALL


async def test_nothing_waits_for_who_has_no_seat(database: Database) -> None:
    await some_work(database)
    assert await work_for(database, "carl", limit=20) == ()
    assert set((await work_counts(database, "carl")).values()) == {0}
