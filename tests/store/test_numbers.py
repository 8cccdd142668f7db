"""Numbers: the same key has the same one, different keys never do."""

import asyncio

import pytest
from sqlalchemy import insert

from store.database import Database
from store.numbers import allot, note
from store.tables import number


async def test_numbers_count_up_for_each_prefix(database: Database) -> None:
    got = [await allot(database, prefix, key) for prefix, key in (("INC", "a"), ("INC", "b"), ("CHG", "a"))]
    assert got == ["INC0000001", "INC0000002", "CHG0000001"]


@pytest.mark.parametrize("key", ["a", "x" * 10_000])
async def test_the_same_key_gets_the_same_number(database: Database, key: str) -> None:
    first = await allot(database, "INC", key)
    await allot(database, "INC", key + "y")
    assert await allot(database, "INC", key) == first


async def test_many_at_once_get_one_number_a_key(database: Database, another: Database) -> None:
    keys = [f"key{number}" for number in range(10)] * 2
    got = await asyncio.gather(*(allot(into, "INC", key) for key in keys for into in (database, another)))
    by_key = {key: got[index * 2] for index, key in enumerate(keys)}
    assert sorted(by_key.values()) == [f"INC{value:07}" for value in range(1, 11)]
    assert set(got) == set(by_key.values())


async def test_numbers_grow_beyond_seven_digits(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(number).values(prefix="INC", key="last", value=9_999_999))
    assert await allot(database, "INC", "next") == "INC10000000"


async def test_a_number_that_is_in_use_is_given_out_no_more_and_stays_with_its_key(database: Database) -> None:
    for key in ("start", "start", "another"):
        await note(database, "INC", key, 7)
    assert await allot(database, "INC", "start") == "INC0000007"
    assert await allot(database, "INC", "next") == "INC0000008"
