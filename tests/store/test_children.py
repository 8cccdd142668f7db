"""The children of a record: the newest first, only those that somebody may read, and never more than asked for."""

import pytest

from store.children import children_of, family_of
from store.database import Database
from store.projections import Index, Projection
from store.queries import get_record
from tests.store.builders import a_projection, given


@pytest.mark.parametrize(
    ("viewer", "limit", "seen"),
    [
        (None, 9, ["C3", "C2", "C1"]),
        (None, 2, ["C3", "C2"]),
        (("user:ann", "role:agent"), 9, ["C2", "C1"]),
        (("user:bob",), 9, ["C3"]),
        (("user:zoe",), 9, []),
    ],
)
async def test_somebody_gets_the_children_they_may_read(
    database: Database, viewer: tuple[str, ...] | None, limit: int, seen: list[str]
) -> None:
    read_by = {"C1": "user:ann", "C2": "role:agent", "C3": "user:bob"}
    children = [a_child(name, "P1", who) for name, who in read_by.items()]
    await given(database, *children, a_child("D1", "P2", "user:ann"))
    assert [each.id for each in await children_of(database, "P1", viewer, limit)] == seen


async def test_a_record_and_its_children_are_seen_together(database: Database) -> None:
    parent = a_projection("P1", index=Index(readers=[("user:ann", True)]))
    await given(database, parent, a_child("C1", "P1", "user:ann"), a_child("C2", "P1", "user:bob"))
    row = await get_record(database, "P1", ("user:ann",))
    assert await family_of(database, "P1", ("user:ann",), 9) == (
        row,
        await children_of(database, "P1", ("user:ann",), 9),
    )
    assert await family_of(database, "P1", ("user:bob",), 9) is None


def a_child(name: str, parent: str, reader: str) -> Projection:
    return a_projection(name, index=Index(indexed={"parent": parent}, readers=[(reader, False)]))
