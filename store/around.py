"""The rows around a record, in the tables that lists, rights and reports look at: each is made to hold what is wanted.

Most records have rows in few of these tables, and most events change none of them. So one question says which tables
have any, together with what is asked of the record itself, and only those are compared.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Label, Table, bindparam, delete, exists, insert, select, tuple_

from store.columns import Json
from store.tables import (
    approval,
    approval_seat,
    record_booking,
    record_plan,
    record_reader,
    record_reliance,
    record_target,
    record_value,
    task,
    task_seat,
)

OF = "of"
"""The name of the parameter that says which record is meant."""
FOLLOWING = ("updated_at", "final")
"""What the rows of `record_value` have of their record, so that lists can follow them."""

_TABLES = (
    *(record_value, record_reader, record_reliance, record_booking, record_target, record_plan),
    *(task, task_seat, approval, approval_seat),
)
_STORED = {
    table: select(
        *(column for column in table.columns if table is not record_value or column.name not in FOLLOWING)
    ).where(table.c.record == bindparam(OF))
    for table in _TABLES
}


def any_around() -> list[Label[bool]]:
    """Give the columns, one a table, that say whether a record (parameter `of`) has rows there; named as the table."""
    return [exists().where(table.c.record == bindparam(OF)).label(table.name) for table in _TABLES]


def replace(
    connection: Connection, table: Table, name: str, rows: Iterable[dict[str, Json]], *, any_there: bool
) -> bool:
    """Make the rows of a record be exactly these, writing only what differs; say whether any were put there."""
    wanted = _by_key(table, ({"record": name, **row} for row in rows))
    found: Mapping[tuple[Json, ...], dict[str, Json]] = {}
    if any_there:
        found = _by_key(table, (dict(row) for row in connection.execute(_STORED[table], {OF: name}).mappings()))
    gone = [key for key, row in found.items() if wanted.get(key) != row]
    new = [row for key, row in wanted.items() if found.get(key) != row]
    if gone:
        connection.execute(delete(table).where(tuple_(*table.primary_key).in_(gone)))
    if new:
        connection.execute(insert(table), new)
    return bool(new)


def _by_key(table: Table, rows: Iterable[dict[str, Json]]) -> dict[tuple[Json, ...], dict[str, Json]]:
    keys = [column.name for column in table.primary_key]
    return {tuple(row[key] for key in keys): row for row in rows}
