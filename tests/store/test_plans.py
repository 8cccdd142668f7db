"""When records plan something is kept for calendars: moved, given up before it began, or past."""

import pytest

from store.database import Database
from store.plans import Narrowing, Planned, Status, planned
from store.projections import Index, project
from tests.store.builders import a_projection, given

Booked = tuple[str, float, float]
MAIL, WEB, LATER = ("service:mail", 100.0, 200.0), ("service:web", 100.0, 200.0), ("service:mail", 300.0, 400.0)
ALL = [("name:agent", True), ("user:carl", False)]
VALUES = {"group": "desk", "assignee": "ann"}


async def told(database: Database, seq: int, *booked: Booked, name: str = "R1", now: float = 20.0) -> None:
    """Let a record have booked this after an event at a time."""
    index = Index(bookings=list(booked), readers=ALL, indexed=dict(VALUES), internal_indexed={"helper": "bob"})
    projection = a_projection(name, seq, fence=100.0 + seq, index=index)
    projection.event["now"] = now
    await (project(database, projection) if seq > 1 else given(database, projection))


async def found(database: Database, *narrowing: Narrowing, viewer: str | None = "name:agent") -> list[Planned]:
    seen = None if viewer is None else (viewer,)
    return list(await planned(database, 0.0, 1_000.0, viewer=seen, narrowing=narrowing))


def times(plans: list[Planned]) -> list[tuple[float, str, int]]:
    return [(each.since, each.status, each.seq) for each in plans]


async def test_what_is_booked_at_one_time_is_one_plan(database: Database) -> None:
    await told(database, 1, WEB, MAIL, LATER)
    plans = await found(database)
    assert times(plans) == [(100.0, "booked", 1), (300.0, "booked", 1)]
    assert (plans[0].things, plans[0].title, plans[0].full) == (("service:mail", "service:web"), "", True)
    assert [each.record for each in await planned(database, 200.0, 300.0)] == []


async def test_a_plan_keeps_its_place_and_counts_when_it_changed(database: Database) -> None:
    await told(database, 1, MAIL)
    await told(database, 2, MAIL, now=30.0)
    assert times(await found(database)) == [(100.0, "booked", 1)]
    await told(database, 3, LATER, now=40.0)
    [moved] = await found(database)
    assert (moved.place, moved.since, moved.seq, moved.changed_at) == (0, 300.0, 3, 40.0)
    await told(database, 4, LATER, ("service:web", 300.0, 400.0), now=50.0)
    assert [each.seq for each in await found(database)] == [4]


@pytest.mark.parametrize(("now", "status"), [(99.0, Status.CANCELLED), (100.0, Status.PAST)])
async def test_what_is_booked_no_more_was_given_up_or_is_past(database: Database, now: float, status: Status) -> None:
    await told(database, 1, MAIL)
    await told(database, 2, now=now)
    await told(database, 3, now=500.0)
    [plan] = await found(database)
    assert (plan.status, plan.seq, plan.changed_at) == (status, 2, now)
    assert await planned(database, 0.0, 900.0, status=(Status.BOOKED,)) == ()
    await told(database, 4, MAIL, now=600.0)
    assert times(await found(database)) == [(100.0, "booked", 4)]


async def test_only_plans_of_records_that_somebody_may_read_are_given(database: Database) -> None:
    await told(database, 1, MAIL)
    assert [each.full for each in await found(database, viewer="user:carl")] == [False]
    assert await found(database, viewer="user:dora") == []
    assert len(await found(database, viewer=None)) == 1


@pytest.mark.parametrize(
    ("wanted", "viewer", "fits"),
    [
        (Narrowing(("service:mail",)), "name:agent", True),
        (Narrowing(("service:erp",)), "name:agent", False),
        (Narrowing(("service:erp",), "desk", "group"), "name:agent", True),
        (Narrowing((), "ann"), "name:agent", True),
        (Narrowing((), "ann", "group"), "name:agent", False),
        (Narrowing((), "bob"), "name:agent", True),
        (Narrowing((), "bob"), "user:carl", False),
    ],
)
async def test_plans_are_narrowed_by_things_and_values(
    database: Database, wanted: Narrowing, viewer: str, fits: bool
) -> None:
    await told(database, 1, MAIL)
    assert bool(await found(database, wanted, viewer=viewer)) is fits
