"""Counts records: how many started, ended and were open on each day, and what the open ones are like."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select

from store.database import Database, at_one_moment
from store.reporting.span import Span
from store.tables import record, record_move, record_value


class Day(NamedTuple):
    """How many records started and ended on a day, and how many were open at its end."""

    day: int
    started: int
    ended: int
    open: int


class Volumes(NamedTuple):
    """Every day of a span, and the open records now: by state, and by the values that are in fields."""

    days: tuple[Day, ...]
    states: Mapping[str, int]
    values: Mapping[str, Mapping[str, int]]


async def volumes(database: Database, span: Span, today: int, fields: Sequence[str]) -> Volumes:
    """Count; `today` is the present day, `fields` are those by whose values open records are counted."""
    return await database.read(_volumes, span, today, fields)


def _volumes(connection: Connection, span: Span, today: int, fields: Sequence[str]) -> Volumes:
    at_one_moment(connection)
    states = _by_state(connection, span)
    begun = _by_day(connection, span, today, record_move.c.source == "")
    ended = _by_day(connection, span, today, record_move.c.final.is_(True))
    left, days = sum(states.values()), list[Day]()
    for day in range(max(today, span.last), span.first - 1, -1):  # from what is open now, back in time
        days.append(Day(day, begun.get(day, 0), ended.get(day, 0), left))
        left += ended.get(day, 0) - begun.get(day, 0)
    within = tuple(each for each in reversed(days) if each.day <= span.last)
    return Volumes(within, states, _by_value(connection, span, fields))


def _by_day(connection: Connection, span: Span, today: int, what: ColumnElement[bool]) -> Mapping[int, int]:
    moves, until = record_move.c, max(today, span.last)
    query = select(moves.day, func.count()).where(*span.of_process(record_move), what)
    query = query.where(moves.day >= span.first, moves.day <= until).group_by(moves.day)
    return dict(connection.execute(query).all())


def _by_state(connection: Connection, span: Span) -> Mapping[str, int]:
    state = record.c.state.concat("")  # else SQLite walks every record of the process in the order of states
    query = select(state, func.count()).where(*span.of_process(record), record.c.final.is_(False))
    return dict(connection.execute(query.group_by(state)).all())


def _by_value(connection: Connection, span: Span, fields: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """Count the open records by the values of fields; those without one are not among them."""
    found = dict[str, dict[str, int]]({name: {} for name in fields})
    values = _values(connection.dialect.name, fields)
    query = select(values.c.field, values.c.value, func.count()).select_from(record)
    query = query.outerjoin(values, and_(values.c.record == record.c.id, values.c.field.in_(fields)))
    query = query.where(*span.of_process(record), record.c.final.is_(False))
    for name, text, number in connection.execute(query.group_by(values.c.field, values.c.value)):
        if name is not None:
            found[name][text] = number
    return found


def _values(dialect: str, fields: Sequence[str]) -> FromClause:
    """Give values so that an outer join looks up those of each open record: they are few, all values are many.

    SQLite begins an outer join on its left. PostgreSQL would read all values, were its part not closed by the offset.
    """
    if dialect == "sqlite":
        return record_value
    value = record_value.c
    theirs = select(value.record, value.field, value.value).where(value.record == record.c.id, value.field.in_(fields))
    return theirs.correlate(record).offset(0).lateral()
