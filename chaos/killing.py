"""Kills what runs, one thing or two at a time, and measures how long it takes until a command is answered again."""

import asyncio
import time
from collections.abc import Callable
from random import Random

from chaos.commands import Command, Sender
from chaos.evidence import Stop
from chaos.fleet import Fleet

SHORTEST, LONGEST = 0.2, 4.0
"""Seconds between what has recovered and the next kill."""


class Killer:
    """Kills in turns, so that each kind has its share, in an order of chance; `probe` is a record to speak to.

    `together` is the share of kills that take a second thing along.
    """

    def __init__(self, fleet: Fleet, sender: Sender, random: Random, probe: str, together: float) -> None:
        """Keep what is killed; nothing is."""
        self._fleet, self._sender, self._random, self._probe = fleet, sender, random, probe
        self._together = together
        self._kinds: list[str] = []
        self.stops: list[Stop] = []

    async def kill(self, goes_on: Callable[[], bool]) -> None:
        """Kill as long as it goes on, and begin again when what was killed has recovered."""
        while goes_on():
            await asyncio.sleep(self._random.uniform(SHORTEST, LONGEST))
            await self.once()

    async def once(self) -> None:
        """Kill something, and wait until a command has been carried out by what came back."""
        together = [self._next(), *([self._next()] if self._random.random() < self._together else [])]
        at = time.time()
        for what in dict.fromkeys(together):
            await self._fleet.kill(what)
        body = {"text": f"After {' and '.join(together)}"}
        path = f"records/{self._probe}"
        await self._sender.send(Command("dana", f"/{path}/comments", body, f"{path}/comment/"), plain=True)
        back = time.time() - at
        self.stops += [Stop(what.partition("-")[0], at, back) for what in dict.fromkeys(together)]

    def _next(self) -> str:
        if not self._kinds:
            self._kinds = list(self._fleet.kinds())
            self._random.shuffle(self._kinds)
        return self._kinds.pop()
