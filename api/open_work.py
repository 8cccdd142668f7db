"""What waits for people, tasks and approvals alike, in a list: the most urgent first."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel

from api.times import moment
from store.queries import LATEST, ApprovalRow, TaskRow

Mine = Annotated[Literal["me"], Query(alias="for")]
"""Whose work is asked for: the one value there is."""
URGENCY: tuple[type[float] | type[str], ...] = (float, float, str)
"""The kinds of what the list is ordered by."""


class WorkSummary(BaseModel):
    """Something that waits for people."""

    id: str
    title: str
    record: str
    record_title: str
    process: str
    since: datetime
    due: datetime | None


def summed_up(row: TaskRow | ApprovalRow) -> dict[str, Any]:
    """Give the members of a summary."""
    names = ("id", "title", "record", "record_title", "process")
    told = {name: getattr(row, name) for name in names}
    return {**told, "since": moment(row.since), "due": moment(row.due)}


def place(row: TaskRow | ApprovalRow) -> tuple[float | str, ...]:
    """Give what the list is ordered by."""
    return (LATEST if row.due is None else row.due, row.since, row.id)
