"""The inbox: a message brought twice is kept once."""

import asyncio

from store import inbox
from store.database import Database


async def put(database: Database, key: str, person: str = "ann", at: float = 1.0) -> bool:
    return await inbox.put(database, key, person, record="R1", subject=f"About {key}", body="Hello", at=at)


async def test_a_message_brought_twice_is_kept_once(database: Database, another: Database) -> None:
    assert sorted(await asyncio.gather(put(database, "a"), put(another, "a"))) == [False, True]
    assert await put(database, "a", "bob") is True
    assert len(await inbox.letters(database, "ann")) == 1


async def test_the_newest_comes_first(database: Database) -> None:
    await put(database, "a", at=1.0)
    await put(database, "b", at=2.0)
    newest, oldest = await inbox.letters(database, "ann")
    assert (newest.key, oldest.key) == ("b", "a")
    assert newest == inbox.Letter("b", "ann", "R1", "About b", "Hello", 2.0, None)


async def test_a_message_that_was_read_is_unread_no_more(database: Database) -> None:
    await put(database, "a")
    assert await inbox.mark_read(database, "a", "bob", at=5.0) is False
    assert await inbox.mark_read(database, "a", "ann", at=5.0) is True
    assert await inbox.mark_read(database, "a", "ann", at=6.0) is False
    assert await inbox.letters(database, "ann", unread=True) == ()
    assert [letter.read_at for letter in await inbox.letters(database, "ann")] == [5.0]
