"""Bearer tokens: shown once, found by their secret while they are good."""

import pytest
from sqlalchemy import select

from store import tokens
from store.database import Database
from store.tables import token


async def a_token(database: Database, name: str = "ci", expires: float | None = None) -> tuple[tokens.Token, str]:
    return await tokens.create(
        database, name, "ann", roles=("agent",), groups=("desk", "mail"), at=10.0, expires=expires
    )


async def test_a_token_is_found_by_its_secret(database: Database) -> None:
    made, secret = await a_token(database)
    assert secret.startswith("stw_")
    assert len(secret) == 47
    assert await tokens.find(database, secret, now=11.0) == made
    assert (made.person, made.roles, made.groups) == ("ann", ("agent",), ("desk", "mail"))


async def test_the_secret_is_stored_nowhere(database: Database) -> None:
    _, secret = await a_token(database)
    with database.reading() as connection:
        (row,) = connection.execute(select(token))
    assert not [value for value in row if secret.removeprefix("stw_") in str(value)]


@pytest.mark.parametrize("secret", ["", "stw_", "stw_" + "A" * 43, "\x00", "\ud800"])
async def test_an_unknown_secret_finds_nothing(database: Database, secret: str) -> None:
    await a_token(database)
    assert await tokens.find(database, secret, now=11.0) is None


async def test_a_token_expires(database: Database) -> None:
    made, secret = await a_token(database, expires=20.0)
    assert await tokens.find(database, secret, now=19.9) == made
    assert await tokens.find(database, secret, now=20.0) is None


async def test_a_revoked_token_is_good_no_more(database: Database) -> None:
    made, secret = await a_token(database)
    assert await tokens.revoke(database, made.id, at=12.0) is True
    assert await tokens.find(database, secret, now=13.0) is None
    assert await tokens.revoke(database, made.id, at=14.0) is False
    assert [row.revoked_at for row in await tokens.all_tokens(database)] == [12.0]


async def test_a_robot_is_known_while_one_of_its_tokens_is_good(database: Database) -> None:
    made, _ = await tokens.create(database, "ci", "ci", roles=("agent",), groups=(), at=10.0, expires=20.0)
    assert [await tokens.is_robot(database, "ci", now) for now in (19.9, 20.0)] == [True, False]
    assert not await tokens.is_robot(database, "ann", 11.0)
    assert await tokens.revoke(database, made.id, at=12.0)
    assert not await tokens.is_robot(database, "ci", 13.0)


async def test_its_use_is_noted_once_a_minute(database: Database) -> None:
    made, secret = await tokens.create(database, "robot", "robot", roles=("a",), groups=(), at=10.0, expires=None)
    noted = []
    for now in (100.0, 130.0, 159.9, 160.0):
        found = await tokens.find(database, secret, now)
        assert found is not None
        await tokens.note_use(database, found, now)
        await tokens.note_use(database, made, now)  # as another request that has read it before
        noted += [each.used_at for each in await tokens.all_tokens(database)]
    assert (made.used_at, noted) == (None, [100.0, 100.0, 100.0, 160.0])
