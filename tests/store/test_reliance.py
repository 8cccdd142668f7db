"""A change of the organisation tells the open records that rely on it, and no others, whenever they began to."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, text

from store import outbox, tables
from store.database import Database
from store.projections import Index, project
from store.reliance import ORGANISATION, SOON
from tests import organisations
from tests.store.builders import a_projection, given

ANN: dict[str, Any] = {"name": "Ann", "groups": ["desk"]}
BEFORE: dict[str, Any] = {"people": {"ann": ANN, "bob": {"name": "Bob", "groups": []}}}
AFTER: dict[str, Any] = {"people": {**BEFORE["people"], "ann": {**ANN, "active": False}}}


def relying(record: str, *what: str, seq: int = 1, **columns: Any) -> Any:
    return a_projection(record, seq, index=Index(relies_on=list(what)), **{"fence": 100.0 + seq, **columns})


async def told(database: Database, record: str) -> list[str]:
    return [row.key for row in await outbox.of_record(database, record)]


async def applied(database: Database, document: dict[str, Any] = AFTER, at: float = 20.0) -> None:
    await organisations.apply(database, document, by="ann", at=at)


@pytest.mark.semantics("C3.1")
async def test_records_that_rely_on_what_has_changed_are_told_once(database: Database) -> None:
    await applied(database, BEFORE, 1.0)
    await given(database, relying("R1", "user:ann", "user:bob"), relying("R2", "user:bob"), relying("R3", "user:ann"))
    await applied(database)
    await applied(database)
    (row,) = await outbox.of_record(database, "R1")
    assert (row.key, row.kind, row.body, row.state) == ("R1/organisation-2", ORGANISATION, {"version": 2}, "waiting")
    assert [await told(database, record) for record in ("R2", "R3")] == [[], ["R3/organisation-2"]]
    assert sorted(row.record for row in await outbox.lease(database, 30.0, 9, 60.0)) == ["R1", "R3"]


async def test_what_a_record_relies_on_no_more_does_not_touch_it(database: Database) -> None:
    await applied(database, BEFORE, 1.0)
    await given(database, relying("R1", "user:ann"), relying("R1", "user:bob", seq=2), relying("R2", "user:ann"))
    await project(database, relying("R2", seq=2, final=True))
    await applied(database)
    assert [await told(database, record) for record in ("R1", "R2")] == [[], []]


async def test_an_event_that_was_decided_just_before_tells_its_own_record_once(database: Database) -> None:
    await applied(database, BEFORE, 1.0)
    await applied(database, at=11.0 + SOON)
    await given(database, relying("R1", "user:ann"), relying("R1", "user:ann", seq=2), relying("R2", "user:bob"))
    assert [await told(database, record) for record in ("R1", "R2")] == [["R1/organisation-2"], []]


async def test_what_changed_long_ago_touches_nobody_new(database: Database) -> None:
    await applied(database, BEFORE, 1.0)
    await applied(database, at=10.0 - SOON)
    await given(database, relying("R1", "user:ann"))
    assert await told(database, "R1") == []
    await applied(database, BEFORE, at=12.0)
    with database.reading() as connection:
        found = connection.execute(tables.organisation_touch.select()).all()
    assert [tuple(row) for row in found] == [(3, "user:ann", 12.0)]


async def test_an_event_that_never_was_takes_no_news_away(database: Database) -> None:
    await applied(database, BEFORE, 1.0)
    await given(database, relying("R1", "user:ann"), relying("R1", "user:ann", seq=2))
    await applied(database)
    await project(database, relying("R1", "user:ann", seq=2, head="other", fence=200.0))
    assert await told(database, "R1") == ["R1/organisation-2"]


async def test_a_change_and_an_event_at_the_same_time_never_miss_each_other(
    database: Database, another: Database
) -> None:
    await applied(database, BEFORE, 1.0)
    await given(database)
    names = [f"R{number}" for number in range(40)]
    writing = [project(another, relying(name, "user:ann")) for name in names]
    await asyncio.gather(*writing[:20], applied(database), *writing[20:])
    assert [await told(database, name) for name in names] == [[f"{name}/organisation-2"] for name in names]


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.semantics("C3.1")
async def test_one_changed_person_touches_few_of_ten_thousand_records(database: Database, people: int) -> None:
    await applied(database, BEFORE, 1.0)
    rows = [{"record": f"R{number}", "what": f"user:p{number // 5}"} for number in range(10_000)]
    known = {f"p{number}": ANN for number in range(2_000)}
    gone = {f"p{number}": {**ANN, "active": False} for number in range(people)}
    with database.writing() as connection:
        connection.execute(insert(tables.record_reliance), rows)
    await applied(database, {"people": {**BEFORE["people"], **known}}, at=2.0)
    with database.writing() as connection:
        connection.execute(text("DELETE FROM outbox"))
    await applied(database, {"people": {**BEFORE["people"], **known, **gone}})
    assert len(await outbox.lease(database, 30.0, 100, 60.0)) == 5 * people


async def test_records_are_found_by_an_index(database: Database) -> None:
    query = "SELECT record FROM record_reliance WHERE what IN (SELECT what FROM organisation_touch WHERE version = 2)"
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    with database.writing() as connection:
        rows = [{"record": f"R{number}", "what": f"user:p{number}"} for number in range(5_000)]
        connection.execute(insert(tables.record_reliance), rows)
        connection.execute(text("ANALYZE"))
        plan = "\n".join(" ".join(map(str, row)) for row in connection.execute(text(explain + query)))
    assert "ix_record_reliance_what" in plan
