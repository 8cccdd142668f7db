"""Tidies up: discards files that came with a comment which was refused, or which nobody sent in the end."""

import asyncio
from collections.abc import Callable

import structlog

from activities.pausing import pause
from store.attachments import discard_unnamed
from store.database import Database
from store.errors import UnavailableError

EVERY = 600.0
"""Seconds between two rounds."""

log = structlog.get_logger(__name__)


class Tidying:
    """Looks at once and every few minutes; any number may run. `clock` gives seconds since the epoch, UTC."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        """Keep what it works with; nothing has been looked at."""
        self._database = database
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Tidy up until told to stop; a store that is away is waited for."""
        while not stop.is_set():
            try:
                await self.round()
            except UnavailableError as away:
                log.warning("nothing can be tidied up", error=str(away))
            await pause(stop, EVERY)

    async def round(self) -> None:
        """Look at every file that has not been looked at."""
        while (found := await discard_unnamed(self._database, self._clock())).seen:
            if found.discarded:
                log.info("files that no record names are discarded", files=found.discarded)
