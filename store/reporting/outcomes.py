"""How records ended: in which state or with which value of a field, day by day, and for each value of another field."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from store.database import Database, at_one_moment
from store.reporting.span import Span
from store.tables import record_move, record_value


class Ended(NamedTuple):
    """How many records ended with an outcome, on a day or (as text) with a value of the other field."""

    key: int | str
    outcome: str
    number: int


class Outcomes(NamedTuple):
    """How the records of a span ended: by day, and by the value of a field."""

    by_day: tuple[Ended, ...]
    by_value: tuple[Ended, ...]


async def outcomes(database: Database, span: Span, field: str = "", by: str = "") -> Outcomes:
    """Count the records that ended; the outcome is the value of a field, or without one the state they ended in.

    Where a record has no such value, the outcome is the empty text; so is the value of the field `by`.
    """
    return await database.read(_outcomes, span, field, by)


def _outcomes(connection: Connection, span: Span, field: str, by: str) -> Outcomes:
    at_one_moment(connection)
    days = _counted(connection, span, field, "")
    return Outcomes(days, _counted(connection, span, field, by) if by else ())


def _counted(connection: Connection, span: Span, field: str, by: str) -> tuple[Ended, ...]:
    source: FromClause = record_move
    outcome: ColumnElement[Any] = record_move.c.target
    key: ColumnElement[Any] = record_move.c.day
    if field:
        source, outcome = _joined(source, field, "outcome")
    if by:
        source, key = _joined(source, by, "by")
    query = select(key, outcome, func.count()).select_from(source)
    query = query.where(*span.conditions(record_move), record_move.c.final.is_(True)).group_by(key, outcome)
    return tuple(Ended._make(row) for row in connection.execute(query.order_by(key, outcome)))


def _joined(source: FromClause, field: str, name: str) -> tuple[FromClause, ColumnElement[Any]]:
    value = record_value.alias(name)
    theirs = (value.c.record == record_move.c.record) & (value.c.field == field)
    return source.outerjoin(value, theirs), func.coalesce(value.c.value, "")
