"""What monitoring counts across all records: the open ones, the work that waits, and the promises that were missed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from store.database import Database
from store.tables import approval, record, record_target, task

Counts = Mapping[tuple[str, ...], int]
"""Numbers by the values of labels."""


class Counted(NamedTuple):
    """Open records by process and state, work that waits by process, and targets missed by process and target."""

    open: Counts
    approvals: Counts
    tasks: Counts
    missed: Counts


async def counted(database: Database) -> Counted:
    """Count everything as it is stored now."""
    return await database.read(_counted)


def _counted(connection: Connection) -> Counted:
    number = func.count()
    opened = select(record.c.process, record.c.state, number).where(record.c.final.is_(False))
    missed = select(record_target.c.process, record_target.c.target, number).where(record_target.c.outcome == "missed")
    return Counted(
        _by(connection, opened.group_by(record.c.process, record.c.state)),
        _by(connection, select(approval.c.process, number).group_by(approval.c.process)),
        _by(connection, select(task.c.process, number).group_by(task.c.process)),
        _by(connection, missed.group_by(record_target.c.process, record_target.c.target)),
    )


def _by(connection: Connection, query: Select[Any]) -> Counts:
    return {tuple(labels): number for *labels, number in connection.execute(query)}
