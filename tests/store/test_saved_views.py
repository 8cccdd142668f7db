"""Saved views: a person's own by name, then those that others share; as many as there may be."""

import pytest

from store import saved_views
from store.database import Database
from store.saved_views import View, forget, keep, views_for


def a_view(person: str, name: str, address: str = "/records", *, shared: bool = False) -> View:
    return View(person, name, address, shared, 1.0)


async def test_ones_own_views_come_first_and_then_those_that_others_share(database: Database) -> None:
    for each in (a_view("ann", "b"), a_view("ann", "a"), a_view("bob", "0"), a_view("bob", "1", shared=True)):
        assert await keep(database, each)
    assert [(each.person, each.name) for each in await views_for(database, "ann")] == [
        ("ann", "a"),
        ("ann", "b"),
        ("bob", "1"),
    ]


async def test_a_view_takes_the_place_of_one_of_the_same_name_and_is_forgotten_once(database: Database) -> None:
    await keep(database, a_view("ann", "a"))
    await keep(database, a_view("ann", "a", "/records?q=b"))
    assert [each.address for each in await views_for(database, "ann")] == ["/records?q=b"]
    assert [await forget(database, "ann", "a") for _each in range(2)] == [True, False]


async def test_there_are_no_more_views_than_there_may_be(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    assert [await keep(database, a_view("ann", name)) for name in ("a", "b", "a")] == [True, False, True]
    assert [each.name for each in await views_for(database, "ann")] == ["a"]
