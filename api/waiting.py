"""Waits for a record to change: long polls look at the store, not at the clock of the process."""

import asyncio
from collections.abc import Callable

from api.services import Services
from api.showing import visible
from engine.record import Actor
from store.queries import RecordRow

LOOK_AGAIN = 0.25
LONGEST = 60.0
"""Seconds that a long poll or a stream may take."""


async def changed(
    services: Services, record: str, actor: Actor, same: Callable[[RecordRow], bool], seconds: float
) -> RecordRow:
    """Give a record as soon as it is no longer the same, at the latest after so many seconds, or when the API ends.

    Raises NotFoundError, also where it is no longer for the actor to see, and CrowdedError for one wait too many.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    with services.waits.place(actor.id):
        while same(row := await visible(services, record, actor)):
            if services.stopping() or loop.time() >= until:
                break
            await asyncio.sleep(LOOK_AGAIN)  # another process writes
    return row
