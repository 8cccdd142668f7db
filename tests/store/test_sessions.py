"""Sessions: found by their secret until sign-out, silence or age ends them."""

import pytest
from sqlalchemy import select

from store import sessions
from store.database import Database
from store.sessions import LONGEST, NOTED, SILENT, Session, begun
from store.tables import session


async def test_a_session_is_found_by_its_secret_which_is_stored_nowhere(database: Database) -> None:
    secret = await sessions.create(database, begun("ann", 10.0, roles=("agent",)))
    found = await sessions.find(database, secret, 11.0)
    assert found is not None
    assert found == Session(found.id, "ann", "", ("agent",), 10.0, 10.0)
    assert len(found.id) == 12
    with database.reading() as connection:
        (row,) = connection.execute(select(session))
    assert not [value for value in row if secret in str(value)]
    assert secret != await sessions.create(database, begun("ann", 10.0))


@pytest.mark.parametrize("secret", ["", "A" * 43, "\x00", "\ud800"])
async def test_an_unknown_secret_finds_no_session(database: Database, secret: str) -> None:
    await sessions.create(database, begun("ann", 10.0))
    assert await sessions.find(database, secret, 11.0) is None


async def test_a_session_ends_in_silence_and_goes_on_while_it_is_used(database: Database) -> None:
    secret = await sessions.create(database, begun("ann", 0.0))
    assert await sessions.find(database, secret, SILENT - 1) is not None
    assert await sessions.find(database, secret, 2 * SILENT - 2) is not None
    assert await sessions.find(database, secret, 3 * SILENT) is None


async def test_a_use_right_after_another_is_not_written_down(database: Database) -> None:
    secret = await sessions.create(database, begun("ann", 0.0))
    await sessions.find(database, secret, NOTED - 1)
    used = [await sessions.find(database, secret, NOTED) for _ in range(2)]
    assert [each.used_at for each in used if each] == [0.0, NOTED]


async def test_a_session_ends_with_age_however_much_it_is_used(database: Database) -> None:
    secret, now = await sessions.create(database, begun("ann", 0.0)), 0.0
    while now < LONGEST:
        assert await sessions.find(database, secret, now) is not None
        now += SILENT / 2
    assert await sessions.find(database, secret, now) is None


async def test_a_session_that_was_ended_is_over_and_no_other(database: Database) -> None:
    one, other = [await sessions.create(database, begun("ann", 0.0)) for _ in range(2)]
    await sessions.end(database, one)
    assert await sessions.find(database, one, 1.0) is None
    assert await sessions.find(database, other, 1.0) is not None


async def test_sessions_that_are_over_are_forgotten_when_one_begins(database: Database) -> None:
    await sessions.create(database, begun("ann", 0.0))
    await sessions.create(database, begun("bob", SILENT))
    with database.reading() as connection:
        assert connection.scalars(select(session.c.person)).all() == ["bob"]
