"""What waits for a person, tasks and approvals in one order: the soonest deadline first, then the highest priority.

The deadline is that of the work itself; of work without one, the next of its record. Priorities are in the order of
their names (P1 before P2), work without one comes last.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, literal, null, or_, select, tuple_

from store.columns import Json, PlainText
from store.database import Database
from store.queries import LATEST, Urgency
from store.tables import approval, approval_seat, record, record_value, task, task_seat

LAST = "~"
"""A text after all priorities, in the place of none."""


class Which(StrEnum):
    """A part of what waits: all that can be taken up, one kind of it, or the tasks that others are at."""

    ALL = "all"
    APPROVALS = "approvals"
    TASKS = "tasks"
    OTHERS = "others"


class Work(NamedTuple):
    """A task or an approval that is open; `body` is all its record said of it, `place` where it is in the order."""

    kind: str
    id: str
    record: str
    path: str
    title: str
    claimed_by: str | None
    due: float | None
    since: float
    body: Mapping[str, Json]
    process: str
    record_title: str
    place: Urgency


async def work_for(
    database: Database, person: str, which: Which = Which.ALL, *, limit: int, after: Urgency | None = None
) -> tuple[Work, ...]:
    """What waits for a person, the most urgent first; only what is less urgent than a place, if asked."""
    return await database.read(_work_for, person, which, limit, after)


async def work_counts(database: Database, person: str) -> Mapping[Which, int]:
    """How much of each part waits for a person."""
    return await database.read(_work_counts, person)


def _work_for(connection: Connection, person: str, which: Which, limit: int, after: Urgency | None) -> tuple[Work, ...]:
    found = [
        Work._make((kind, *row[:10], tuple(row[10:])))
        for kind, query in _pieces(person, which)
        for row in connection.execute(_urgent(query, after).limit(limit))
    ]
    return tuple(sorted(found, key=lambda work: work.place)[:limit])


def _work_counts(connection: Connection, person: str) -> Mapping[Which, int]:
    def number(which: Which) -> int:
        counts = (query.with_only_columns(func.count()) for _, query in _pieces(person, which))
        return sum(connection.scalar(count) or 0 for count in counts)

    found = {which: number(which) for which in (Which.APPROVALS, Which.TASKS, Which.OTHERS)}
    return {Which.ALL: found[Which.APPROVALS] + found[Which.TASKS], **found}


def _pieces(person: str, which: Which) -> Iterator[tuple[str, Select[Any]]]:
    """Give the queries of what belongs to a part, by the kind of work."""
    if which in (Which.ALL, Which.APPROVALS):
        yield "approval", _open(approval, approval_seat, null(), person)
    if which is not Which.APPROVALS:
        claimed = task.c.claimed_by
        others = and_(claimed.is_not(None), claimed != person)
        free = or_(claimed.is_(None), claimed == person)
        yield "task", _open(task, task_seat, claimed, person).where(others if which is Which.OTHERS else free)


def _open(work: Table, seat: Table, claimed_by: ColumnElement[Any], person: str) -> Select[Any]:
    """Select what is open with a seat for a person, and what it is ordered by."""
    theirs = and_(seat.c.record == work.c.record, seat.c.path == work.c.path, seat.c.who == f"user:{person}")
    told = (work.c.id, work.c.record, work.c.path, work.c.title, claimed_by.label("claimed_by"), work.c.due)
    about = (work.c.since, work.c.body, record.c.process, record.c.title.label("record_title"))
    joined = select(*told, *about).select_from(seat).join(work, theirs)
    return joined.join(record, record.c.id == work.c.record)


def _urgent(query: Select[Any], after: Urgency | None) -> Select[Any]:
    of = query.selected_columns
    ranked = (
        record_value.c.record == of.record,
        record_value.c.field == "priority",
        record_value.c.internal.is_(False),
    )
    priority = select(func.min(record_value.c.value)).where(*ranked).scalar_subquery()
    order: list[ColumnElement[Any]] = [
        func.coalesce(of.due, record.c.due, LATEST),
        func.coalesce(priority, literal(LAST, PlainText)),
        of.since,
        of.id,
    ]
    if after is not None:
        last = tuple_(*(literal(told, part.type) for told, part in zip(after, order, strict=True)))
        query = query.where(tuple_(*order) > last)
    return query.add_columns(*order).order_by(*order)
