"""How long records have stayed in their states, since the beginning: counts and seconds that only grow.

Whole days that are over are counted once and remembered, so that asking costs what happened lately.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from store.database import Database
from store.reporting.keeping import day_of
from store.tables import record_move

SETTLED = 2
"""Days after which the moves of a day are taken as they are: events that become void are recent ones."""


class Stayed(NamedTuple):
    """How many stays in a state have ended, and how many seconds they lasted together."""

    times: int = 0
    seconds: float = 0.0


Stays = Mapping[tuple[str, ...], Stayed]
"""What was counted, by process and state."""


class StateTimes:
    """Counts stays in states; keeps what cannot change any more."""

    def __init__(self, database: Database) -> None:
        """Keep the database; nothing is counted yet."""
        self._database = database
        self._settled: tuple[int, Stays] = (0, {})

    async def counted(self, now: float) -> Stays:
        """Give all stays that have ended by now, in seconds since the epoch, UTC."""
        since, before = self._settled
        until = day_of(now) - SETTLED
        if until > since:
            lately = await self._database.read(_stays, since, until)
            self._settled = since, before = until, _together(before, lately)
        return _together(before, await self._database.read(_stays, since, None))


def _together(one: Stays, other: Stays) -> Stays:
    none = Stayed()
    pairs = {each: (one.get(each, none), other.get(each, none)) for each in {**one, **other}}
    return {
        each: Stayed(sum(part.times for part in pair), sum(part.seconds for part in pair))
        for each, pair in pairs.items()
    }


def _stays(connection: Connection, since: int, until: int | None) -> Stays:
    """Count the stays that ended on these days, state by state: the days of a state lie together in the index."""
    move, found = record_move.c, dict[tuple[str, ...], Stayed]()
    for process, state in _states(connection):
        days = [move.process == process, move.source == state, move.day >= since]
        if until is not None:
            days.append(move.day < until)
        times, seconds = connection.execute(select(func.count(), func.sum(move.lasted)).where(*days)).one()
        if times:
            found[process, state] = Stayed(times, seconds)
    return found


def _states(connection: Connection) -> Iterator[tuple[str, str]]:
    """Go from state to state through the index, without looking at all moves between them."""
    move = record_move.c
    process, state = "", ""
    while True:
        beyond = or_(move.process > process, and_(move.process == process, move.source > state))
        query = select(move.process, move.source).where(beyond, move.process >= process)
        found = connection.execute(query.order_by(move.process, move.source).limit(1)).one_or_none()
        if found is None:
            return
        process, state = found
        if state:  # the first move of a record is from none
            yield process, state
