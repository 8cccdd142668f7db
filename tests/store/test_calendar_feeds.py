"""Secret addresses of calendars: one a person, good until it is replaced or ended, and kept only as a digest."""

from sqlalchemy import Connection, select

from store import calendar_feeds
from store.calendar_feeds import Feed
from store.database import Database
from store.tables import calendar_feed


def _kept(connection: Connection) -> list[str]:
    return [str(row) for row in connection.execute(select(calendar_feed))]


async def test_an_address_is_found_by_its_secret_which_is_not_kept(database: Database) -> None:
    secret = await calendar_feeds.create(database, "ann", 10.0)
    assert await calendar_feeds.find(database, secret) == Feed("ann", 10.0)
    assert await calendar_feeds.of(database, "ann") == Feed("ann", 10.0)
    assert await calendar_feeds.of(database, "bob") is None
    assert secret not in str(await database.read(_kept))


async def test_an_address_that_is_replaced_or_ended_is_good_no_more(database: Database) -> None:
    first = await calendar_feeds.create(database, "ann", 10.0)
    other = await calendar_feeds.create(database, "bob", 10.0)
    second = await calendar_feeds.create(database, "ann", 20.0)
    assert await calendar_feeds.find(database, first) is None
    assert await calendar_feeds.find(database, second) == Feed("ann", 20.0)
    await calendar_feeds.end(database, "ann")
    assert await calendar_feeds.find(database, second) is None
    assert await calendar_feeds.find(database, other) is not None
    assert await calendar_feeds.find(database, "") is None
