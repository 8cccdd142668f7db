"""The organisation: one document, unchanged when it says the same, and every change of it by row."""

import asyncio

import pytest
from sqlalchemy import select

from language.organisation import Organisation
from store import organisation, tables
from store.database import Database
from store.errors import StaleOrganisationError
from tests import organisations

FIRST = {"people": {"zoe": {"name": "Zoë", "groups": []}, "ann": {"name": "Ann", "groups": []}}}
SECOND = {"people": {"ann": {"name": "Ann", "groups": []}}}


async def test_there_is_none_before_the_first(database: Database) -> None:
    assert await organisation.current(database) is None


async def test_the_last_one_applied_is_current(database: Database) -> None:
    await organisations.apply(database, FIRST, by="ann", at=1.0)
    applied = await organisations.apply(database, SECOND, by="bob", at=2.0)
    assert await organisation.current(database) == applied
    assert (applied.version, applied.document, applied.applied_by, applied.applied_at) == (2, SECOND, "bob", 2.0)


async def test_the_order_of_its_rows_is_kept(database: Database) -> None:
    await organisations.apply(database, FIRST, by="ann", at=1.0)
    current = await organisation.current(database)
    assert current is not None
    assert list(current.document["people"]) == ["zoe", "ann"]


async def test_applying_the_same_again_changes_nothing(database: Database, another: Database) -> None:
    first = await organisations.apply(database, FIRST, by="ann", at=1.0)
    both = await asyncio.gather(*(organisations.apply(into, FIRST, by="bob", at=2.0) for into in (database, another)))
    assert both == [first, first]
    await organisations.apply(database, SECOND, by="ann", at=3.0)
    again = await organisations.apply(database, FIRST, by="ann", at=4.0)
    assert (again.version, again.digest) == (3, first.digest)


async def test_only_the_newest_document_is_kept_and_every_change(database: Database) -> None:
    await organisations.apply(database, FIRST, by="ann", at=1.0)
    await organisations.apply(database, SECOND, by="bob", at=2.0)
    with database.reading() as connection:
        documents = connection.execute(select(tables.organisation.c.document)).scalars().all()
    assert documents == [{}, SECOND]
    found = await organisation.changes_of(database)
    assert [(each.version, each.by, each.row, each.old is None, each.new is None) for each in found] == [
        (2, "bob", "zoe", False, True),
        (1, "ann", "zoe", True, False),
        (1, "ann", "ann", True, False),
    ]
    assert [each.version for each in await organisation.changes_of(database, "user", "zoe", after=(2, 0))] == [1]
    assert await organisation.changes_of(database, "group") == ()


async def test_an_edit_of_what_somebody_has_not_seen_is_refused(database: Database) -> None:
    first = await organisation.change(database, lambda _: Organisation(), by="ann", at=1.0)
    assert (first.version, first.changes) == (1, ())
    role = Organisation({"role": {"agent": {"title": "Agent"}}})
    with pytest.raises(StaleOrganisationError, match="it is version 1 now"):
        await organisation.change(database, lambda _: role, by="ann", at=2.0, expected=0)
    done = await organisation.change(database, lambda before: before.merged(role), by="ann", at=2.0, expected=1)
    assert (done.version, [each.id for each in done.changes]) == (2, ["agent"])


async def test_edits_at_the_same_time_all_count(database: Database, another: Database) -> None:
    def adding(name: str) -> organisation.Edit:
        return lambda before: before.merged(Organisation({"role": {name: {"title": name}}}))

    edits = [
        organisation.change(each, adding(f"r{n}"), by="a", at=1.0) for n, each in enumerate((database, another) * 5)
    ]
    await asyncio.gather(*edits)
    current = await organisation.current(database)
    assert current is not None
    assert (current.version, sorted(current.document["roles"])) == (10, [f"r{number}" for number in range(10)])


async def test_an_edit_that_fails_changes_nothing(database: Database) -> None:
    def fail(_before: Organisation) -> Organisation:
        raise LookupError

    with pytest.raises(LookupError):
        await organisation.change(database, fail, by="ann", at=1.0)
    assert await organisation.current(database) is None
