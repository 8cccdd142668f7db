"""The rows around a record, in the tables that lists, rights and reports look at: each is made to hold what is wanted.

Most records have rows in few of these tables, and most events change none of them. So one question says which tables
have any, together with what is asked of the record itself, and only those are compared.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Delete, Insert, Label, Select, Table, and_, bindparam, delete, exists, insert, select

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

_AROUND = (
    *(record_value, record_reader, record_reliance, record_booking, record_target, record_plan),
    *(task, task_seat, approval, approval_seat),
)


class _Kept(NamedTuple):
    """A table around records: its key, and its statements, made once, as that is most of what they cost."""

    key: tuple[str, ...]
    stored: Select[Any]
    gone: Delete
    new: Insert


def _kept(table: Table) -> _Kept:
    columns = [column for column in table.columns if table is not record_value or column.name not in FOLLOWING]
    return _Kept(
        tuple(column.name for column in table.primary_key),
        select(*columns).where(table.c.record == bindparam(OF)),
        delete(table).where(and_(*(column == bindparam(f"{OF}_{column.name}") for column in table.primary_key))),
        insert(table),
    )


_KEPT = {table: _kept(table) for table in _AROUND}


def any_around() -> list[Label[bool]]:
    """Give the columns, one a table, that say whether a record (parameter `of`) has rows there; named as the table."""
    return [exists().where(table.c.record == bindparam(OF)).label(table.name) for table in _AROUND]


def replace(
    connection: Connection, table: Table, name: str, rows: Iterable[dict[str, Json]], *, any_there: bool
) -> bool:
    """Make the rows of a record be exactly these, writing only what differs; say whether any were put there."""
    kept = _KEPT[table]
    wanted = _by_key(kept.key, ({"record": name, **row} for row in rows))
    found: Mapping[tuple[Json, ...], dict[str, Json]] = {}
    if any_there:
        found = _by_key(kept.key, (dict(row) for row in connection.execute(kept.stored, {OF: name}).mappings()))
    gone = [key for key, row in found.items() if wanted.get(key) != row]
    new = [row for key, row in wanted.items() if found.get(key) != row]
    if gone:
        named = [f"{OF}_{column}" for column in kept.key]
        connection.execute(kept.gone, [dict(zip(named, key, strict=True)) for key in gone])
    if new:
        connection.execute(kept.new, new)
    return bool(new)


def _by_key(key: Iterable[str], rows: Iterable[dict[str, Json]]) -> dict[tuple[Json, ...], dict[str, Json]]:
    return {tuple(row[column] for column in key): row for row in rows}
