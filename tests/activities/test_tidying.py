"""Tidying discards what no record names, all of it, and goes on when the store is back."""

import asyncio
import hashlib
from io import BytesIO

from activities.tidying import Tidying
from store.attachments import AFTER, AT_ONCE, File, discard_unnamed, keep
from store.database import Database


async def test_everything_that_no_record_names_is_discarded_in_one_round(database: Database) -> None:
    for number in range(AT_ONCE + 1):
        data = str(number).encode()
        await keep(database, "R1", File(hashlib.sha256(data).hexdigest(), len(data), BytesIO(data)), 0.0)
    stop = asyncio.Event()
    stop.set()
    tidying = Tidying(database, lambda: AFTER + 1)
    await tidying.run(stop)
    await tidying.round()
    assert (await discard_unnamed(database, AFTER + 1)).seen == 0
