"""Archives, once a day, the closed records that have been kept for as long as the rule says."""

import asyncio
from collections.abc import Callable

import structlog

from activities.pausing import pause
from store.archiving import Fate, Rule, archive, counted
from store.database import Database
from store.errors import StoreError

EVERY = 86_400.0
"""Seconds between two rounds."""

log = structlog.get_logger(__name__)


class Archiving:
    """Looks at once and every day; any number may run that reach one archive. `clock` gives seconds since the epoch."""

    def __init__(self, database: Database, rule: Rule, clock: Callable[[], float]) -> None:
        """Keep what it works with; nothing has been looked at."""
        self._database = database
        self._rule = rule
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Archive until told to stop; what goes wrong is tried again the next day."""
        while not stop.is_set():
            try:
                await self.round()
            except (StoreError, OSError) as failed:
                log.error("records could not be archived", error=str(failed))  # noqa: TRY400 - said in words
            await pause(stop, EVERY)

    async def round(self) -> None:
        """Archive what is due."""
        found = counted(await archive(self._database, self._rule, self._clock()))
        if found[Fate.ARCHIVED] or found[Fate.FLAWED]:
            log.info("records are archived", **{fate.value: count for fate, count in found.items()})
