"""The organisation: one document a version, unchanged when it says the same."""

import asyncio

from store import organisation
from store.database import Database

FIRST = {"people": {"zoe": {"name": "Zoë", "groups": []}, "ann": {"name": "Ann", "groups": []}}}
SECOND = {"people": {"ann": {"name": "Ann", "groups": []}}}


async def test_there_is_none_before_the_first(database: Database) -> None:
    assert await organisation.current(database) is None


async def test_the_last_one_applied_is_current(database: Database) -> None:
    await organisation.apply(database, FIRST, by="ann", at=1.0)
    applied = await organisation.apply(database, SECOND, by="bob", at=2.0)
    assert await organisation.current(database) == applied
    assert (applied.version, applied.document, applied.applied_by, applied.applied_at) == (2, SECOND, "bob", 2.0)


async def test_the_order_of_its_rows_is_kept(database: Database) -> None:
    await organisation.apply(database, FIRST, by="ann", at=1.0)
    current = await organisation.current(database)
    assert current is not None
    assert list(current.document["people"]) == ["zoe", "ann"]


async def test_applying_the_same_again_changes_nothing(database: Database, another: Database) -> None:
    first = await organisation.apply(database, FIRST, by="ann", at=1.0)
    both = await asyncio.gather(*(organisation.apply(into, FIRST, by="bob", at=2.0) for into in (database, another)))
    assert both == [first, first]
    await organisation.apply(database, SECOND, by="ann", at=3.0)
    again = await organisation.apply(database, FIRST, by="ann", at=4.0)
    assert (again.version, again.digest) == (3, first.digest)
