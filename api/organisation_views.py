"""How the organisation is shown: rows under their nouns, and changes of rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from api.problems import NotFoundError
from api.times import moment
from language.organisation import PLURALS, Organisation
from language.organisation_changes import Change
from language.problems import did_you_mean
from store.organisation import ChangeEntry

KINDS: Mapping[str, str] = {plural.replace("_", "-"): kind for kind, plural in PLURALS.items()}
"""The nouns of addresses, and the kinds of row they stand for."""


class RowView(BaseModel):
    """A row: `row` has the keys that a file would have, times in UTC; `label` is what people know it by."""

    id: str
    label: str
    row: dict[str, Any]


class RowList(BaseModel):
    """A page of rows in the order of their ids, and the address of the next one."""

    rows: list[RowView]
    next: str | None


class ChangeView(BaseModel):
    """A change of a row: what it was and what it became; null where it was not there."""

    version: int
    at: datetime
    by: str
    kind: str
    id: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class ChangeList(BaseModel):
    """A page of changes, newest version first, and the address of the next one."""

    changes: list[ChangeView]
    next: str | None


class DifferenceView(BaseModel):
    """A row that is added (`old` is null), removed (`new` is null) or another."""

    kind: str
    id: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None


def kind_of(noun: str) -> str:
    """Give the kind of row that a noun stands for; raise NotFoundError."""
    kind = KINDS.get(noun.replace("_", "-"))
    if kind is None:
        hint = did_you_mean(noun, KINDS) or f"It has: {', '.join(KINDS)}."
        raise NotFoundError(f"the organisation has no {noun}.", hint)
    return kind


def noun_of(kind: str) -> str:
    """Give the noun under which a kind of row stands in addresses."""
    return PLURALS[kind].replace("_", "-")


def row_view(around: Organisation, kind: str, name: str) -> RowView:
    """Show a row."""
    return RowView(id=name, label=around.label(kind, name) or name, row=dict(around.of(kind)[name]))


def change_view(entry: ChangeEntry) -> ChangeView:
    """Show a change as it is kept."""
    return ChangeView(
        version=entry.version,
        at=moment(entry.at),
        by=entry.by,
        kind=noun_of(entry.kind),
        id=entry.row,
        old=entry.old,
        new=entry.new,
    )


def difference_view(change: Change) -> DifferenceView:
    """Show a change that is, or would be, made."""
    old, new = (None if row is None else dict(row) for row in (change.old, change.new))
    return DifferenceView(kind=noun_of(change.kind), id=change.id, old=old, new=new)
