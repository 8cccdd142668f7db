"""Whether each task queue is served: a worker that serves it asks Temporal for work, once a minute at least."""

import asyncio
from collections.abc import Mapping

from api.services import Services
from workflows.queues import Queue, queue_of

IDLE = 120.0
"""Seconds since a worker last asked for work, after which it is gone: one request takes at most a minute."""


RECORDS: str = Queue.RECORDS
"""The queue of records themselves: who serves it is *the* worker; the others have actions."""


async def last_asked(services: Services) -> Mapping[str, float | None]:
    """Say of each task queue how many seconds ago a worker last asked for its work (None: not for minutes).

    One in which nothing can wait, as there are no actions of its class, is left out. Raises BusyError where Temporal
    does not answer.
    """
    queues = sorted({Queue.RECORDS, *map(queue_of, services.actions)})
    times = await asyncio.gather(*(services.client.worker_asked(queue) for queue in queues))
    now = services.clock()
    return {queue: None if at is None else max(0.0, now - at) for queue, at in zip(queues, times, strict=True)}


def is_served(ago: float | None) -> bool:
    """Say whether somebody serves a queue for whose work was asked so many seconds ago."""
    return ago is not None and ago < IDLE
