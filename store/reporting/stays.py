"""How long records stayed in each state: how often, the median and the ninetieth percentile, in wall time."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from store.database import Database, at_one_moment
from store.reporting.span import Span
from store.tables import record_move


class Stay(NamedTuple):
    """How often a state was left, and within how many seconds in half and in nine of ten of these times."""

    state: str
    number: int
    median: float
    p90: float


async def stays(database: Database, span: Span, states: Sequence[str]) -> tuple[Stay, ...]:
    """Tell of each of these states how long records had stayed in it that left it within the span.

    A percentile is the shortest of the times that so many of them, at least, stay within.
    """
    return await database.read(_stays, span, states)


def _stays(connection: Connection, span: Span, states: Sequence[str]) -> tuple[Stay, ...]:
    """Count first, so that only the places that are wanted are read of the ranks: the database need not keep them."""
    at_one_moment(connection)
    moves = record_move.c
    left = (*span.conditions(record_move), moves.source.in_(states))
    count = select(moves.source, func.count()).where(*left).group_by(moves.source).order_by(moves.source)
    numbers: dict[str, int] = dict(connection.execute(count).all())
    rank = func.row_number().over(partition_by=moves.source, order_by=moves.lasted).label("place")
    ranked = select(moves.source, moves.lasted, rank).where(*left).subquery().c
    wanted = {(state, place) for state, number in numbers.items() for place in (_place(number, 5), _place(number, 9))}
    found: dict[tuple[str, int], float] = {}
    if wanted:
        of_state = (and_(ranked.source == state, ranked.place == place) for state, place in sorted(wanted))
        rows = connection.execute(select(ranked.source, ranked.place, ranked.lasted).where(or_(*of_state)))
        found = {(row.source, row.place): row.lasted for row in rows}
    return tuple(
        Stay(state, number, found[state, _place(number, 5)], found[state, _place(number, 9)])
        for state, number in numbers.items()
    )


def _place(number: int, tenths: int) -> int:
    """Give the place, of so many in order, within which at least so many tenths are."""
    return -(-number * tenths // 10)
