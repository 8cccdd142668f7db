"""Records as the API reaches them, without HTTP: what comes is judged on the stored record, and sent with facts."""

import asyncio
import itertools
import time
from collections.abc import Mapping
from functools import partial

from temporalio.client import Client

from api.foreseeing import foreseen
from bench.ground import Ground
from engine.record import Actor, Event, Kind
from engine.requests import body_digest, scoped
from store.facts import facts
from store.queries import get_record
from store.reading import read
from workflows.client import RecordClient
from workflows.tracing import Tracing

WAIT = 60.0
LOOK_AGAIN = 0.02
numbers = itertools.count(1)


class Direct:
    """Starts records of one definition, and has events carried out."""

    def __init__(self, ground: Ground, source: str) -> None:
        """Keep the ground; the definition is published."""
        self._ground = ground
        self._definition = read(source)
        self.client = RecordClient(Client(ground.temporal.service_client, interceptors=[Tracing()]), time.time)
        self._facts = partial(facts, ground.database)

    async def start(self, name: str, data: Mapping[str, object]) -> None:
        """Start a record, and wait until it is stored."""
        event, definition = self._event(Kind.START, "", "ann", data), self._definition
        await self.client.start(name, definition.process, definition.source, definition.digest, event)
        await stored(self._ground, name)

    async def have(self, name: str, kind: Kind, what: str, who: str, data: Mapping[str, object]) -> None:
        """Have an event carried out."""
        event = self._event(kind, what, who, data)
        row = await get_record(self._ground.database, name)
        assert row is not None
        event = await foreseen(self._ground.database, row, event, time.time())
        await self.client.send(name, event, self._facts, WAIT)

    async def timed(self, name: str, what: str) -> float:
        """Have a transition taken by Ann; give the seconds until the answer."""
        began = time.perf_counter()
        await self.have(name, Kind.ACT, what, "ann", {})
        return time.perf_counter() - began

    def _event(self, kind: Kind, what: str, who: str, data: Mapping[str, object]) -> Event:
        event = Event(kind, what, Actor(who, who.title()), data, a_key(who, what), now=time.time())
        return event._replace(body=body_digest(event))


def a_key(who: str, what: str) -> str:
    """Give a request key that was not used before."""
    return scoped(who, what, f"key-{next(numbers)}")


async def stored(ground: Ground, name: str) -> None:
    """Wait until a record is stored."""
    while await get_record(ground.database, name) is None:  # noqa: ASYNC110 - a worker writes
        await asyncio.sleep(LOOK_AGAIN)
