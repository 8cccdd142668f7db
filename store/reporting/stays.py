"""How long records stayed in each state: how often, the median and the ninetieth percentile, in wall time."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from store.database import Database
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
    moves = record_move.c
    ranked = (
        select(
            moves.source,
            moves.lasted,
            func.row_number().over(partition_by=moves.source, order_by=moves.lasted).label("place"),
            func.count().over(partition_by=moves.source).label("of"),
        )
        .where(*span.conditions(record_move), moves.source.in_(states))
        .subquery()
    )
    row = ranked.c
    half, most = row.place * 2 >= row.of, row.place * 10 >= row.of * 9
    query = select(
        row.source, func.max(row.of), func.min(case((half, row.lasted))), func.min(case((most, row.lasted)))
    ).group_by(row.source)
    return tuple(Stay._make(each) for each in connection.execute(query.order_by(row.source)))
