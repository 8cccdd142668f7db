"""What the counters of a service on a target said, and when: health gates compare samples of different times."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from store.columns import index_key
from store.database import Database, lock
from store.tables import health_sample


class Sample(NamedTuple):
    """Counters at a time (seconds since the epoch, UTC): all requests so far, and those that failed."""

    at: float
    requests: float
    errors: float


async def add_sample(database: Database, place: str, sample: Sample, *, afresh: bool = False) -> None:
    """Keep a sample of a place; `afresh` drops those before it, because something else runs there now."""
    await database.write(_add, index_key(place), sample, afresh)


async def samples_of(database: Database, place: str) -> tuple[Sample, ...]:
    """Give the samples of a place, the oldest first."""
    return await database.read(_samples, index_key(place))


def _add(connection: Connection, place: str, sample: Sample, afresh: bool) -> None:
    lock(connection, f"health {place}")
    same = health_sample.c.place == place
    connection.execute(delete(health_sample).where(same if afresh else same & (health_sample.c.at == sample.at)))
    connection.execute(insert(health_sample).values(place=place, **sample._asdict()))


def _samples(connection: Connection, place: str) -> tuple[Sample, ...]:
    columns = (health_sample.c[name] for name in Sample._fields)
    rows = connection.execute(select(*columns).where(health_sample.c.place == place).order_by(health_sample.c.at))
    return tuple(Sample(*row) for row in rows)
