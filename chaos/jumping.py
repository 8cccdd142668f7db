"""Lets the time of open records jump by hours and days, while workers are killed: Temporal's time skipping.

Nobody can command a record whose time is ahead of everybody's clock: jumps come last, and what comes of them is judged
by what the records have done by themselves.
"""

import asyncio
import time
from random import Random

from sqlalchemy import Connection, select

from chaos.evidence import Stop
from chaos.fleet import Fleet
from store import tables
from tests.temporal import fast_forward

HOUR = 3_600.0
FARTHEST = 10 * 24
"""Hours that a record's time jumps, at most."""
PATIENCE = 300.0
"""Seconds within which the jumps must be over."""


async def jumped(fleet: Fleet, random: Random, most: int, kills: int) -> tuple[dict[str, float], list[Stop]]:
    """Put so many open records forward at once, with workers killed meanwhile; give by how much, and the kills."""
    names = random.sample(found := await fleet.database.read(_waiting), min(most, len(found)))
    ahead = {name: random.uniform(1, FARTHEST) * HOUR for name in names}
    stops: list[Stop] = []
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        for name, seconds in ahead.items():
            group.create_task(fast_forward(fleet.temporal, name, seconds))
        for _ in range(kills):
            await asyncio.sleep(random.uniform(0.1, 1.0))
            what = random.choice([each for each in fleet.programs if each.startswith("worker")])
            at = time.time()
            await fleet.kill(what)
            stops.append(Stop("worker", at, 0.0))
    return ahead, stops


def _waiting(connection: Connection) -> list[str]:
    """Name the open records that time will do something to."""
    rows = tables.record.c
    query = select(rows.id).where(rows.final.is_(False), rows.due.is_not(None), rows.process != "clockwork")
    return list(connection.scalars(query.order_by(rows.id)))
