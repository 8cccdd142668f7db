"""Links that sign somebody in: good once, and for minutes."""

import asyncio

import pytest
from sqlalchemy import select

from store import sign_in_links
from store.database import Database
from store.sign_in_links import GOOD
from store.tables import sign_in_link


async def test_a_link_is_good_for_one_use_and_looking_uses_nothing(database: Database) -> None:
    secret = await sign_in_links.create(database, "ann", 0.0)
    assert await sign_in_links.find(database, secret, 1.0) == "ann"
    assert await sign_in_links.use(database, secret, 1.0) == "ann"
    assert await sign_in_links.find(database, secret, 1.0) is None
    assert await sign_in_links.use(database, secret, 1.0) is None


async def test_a_link_that_many_use_at_once_is_good_for_one(database: Database) -> None:
    secret = await sign_in_links.create(database, "ann", 0.0)
    used = await asyncio.gather(*(sign_in_links.use(database, secret, 1.0) for _ in range(5)))
    assert sorted(used, key=str) == [None, None, None, None, "ann"]


async def test_a_link_is_over_after_minutes(database: Database) -> None:
    secret = await sign_in_links.create(database, "ann", 0.0)
    assert await sign_in_links.find(database, secret, GOOD) is None
    assert await sign_in_links.use(database, secret, GOOD) is None


@pytest.mark.parametrize("secret", ["", "A" * 43, "\x00", "\ud800"])
async def test_an_unknown_link_is_good_for_nothing(database: Database, secret: str) -> None:
    await sign_in_links.create(database, "ann", 0.0)
    assert await sign_in_links.use(database, secret, 1.0) is None


async def test_links_are_kept_as_digests_and_those_that_are_over_are_forgotten(database: Database) -> None:
    secret = await sign_in_links.create(database, "ann", 0.0)
    later = await sign_in_links.create(database, "bob", GOOD)
    with database.reading() as connection:
        (row,) = connection.execute(select(sign_in_link))
    assert row.person == "bob"
    assert not [value for value in row if secret in str(value) or later in str(value)]
