"""Which open records follow which version, the same on both databases."""

from store.database import Database
from store.following import counted, counted_everywhere, open_on
from tests.store.builders import a_projection, given


async def some(database: Database) -> None:
    """Four papers: two on version 1, one on version 2, and one on version 2 that is closed."""
    records = [("R1", 1, False), ("R2", 2, False), ("R3", 1, False), ("R4", 2, True)]
    await given(database, *(a_projection(name, version=version, final=final) for name, version, final in records))


async def test_open_records_of_versions_come_in_pages(database: Database) -> None:
    await some(database)
    assert await open_on(database, "paper", [1, 2], limit=2) == ("R1", "R2")
    assert await open_on(database, "paper", [1, 2], after="R2") == ("R3",)
    assert await open_on(database, "paper", [2]) == ("R2",)
    assert await open_on(database, "other", [1, 2]) == ()


async def test_open_records_are_counted_by_version(database: Database) -> None:
    await some(database)
    assert (await counted(database, "paper"), await counted(database, "other")) == ({1: 2, 2: 1}, {})
    assert await counted_everywhere(database) == {("paper", 1): 2, ("paper", 2): 1}
