"""A piece of work as My work shows it: what it is about, how it stands, and what is needed to decide or do it there."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from api.pinned import pinned
from api.showing import approval_view, restored, summary
from api.times import moment
from engine.paths import step_at
from engine.record import Kind, Record
from engine.targets import RUNNING
from engine.visibility import viewer
from language.definition import Definition, Task
from portal.forms import Filling, Form, Line, filling, form_of, task_lines
from portal.posting import Posted
from portal.showing import Shown, fields_shown, tally
from portal.visiting import Visit
from store.queries import RecordRow, records_of
from store.waiting_work import Work

FEW = 3
"""Lines of a form that is small enough to be filled in among the others."""


class Item(NamedTuple):
    """A piece of work with what is shown of it.

    `fields` are those of its record, `badges` the urgent ones among them. `votes` says how the votes stand,
    `stands_for` in whose place the visitor acts, `claimed_by` who is at a task. `target` is the target of the record
    that ends next. `form` says how a task is completed: `none` (at once), `here` (a small form) or `there` (on a page).
    """

    work: Work
    process: str
    fields: tuple[Shown, ...] = ()
    badges: tuple[Shown, ...] = ()
    votes: str = ""
    stands_for: tuple[str, ...] = ()
    claimed_by: str = ""
    target: tuple[str, datetime] | None = None
    form: str = "there"

    @property
    def name(self) -> str:
        """Its name within its record."""
        return self.work.id[len(self.work.record) + 1 :]


async def items_of(visit: Visit, found: Iterable[Work]) -> tuple[Item, ...]:
    """Show pieces of work, each with what the visitor may see of its record."""
    pieces = tuple(found)
    rows = await records_of(visit.services.database, {each.record for each in pieces}, viewer(visit.actor))
    known = {digest: await pinned(visit.services.database, digest) for digest in {r.digest for r in rows.values()}}
    return tuple(
        Item(each, each.process) if row is None else _item(visit, each, row, known[row.digest])
        for each in pieces
        for row in (rows.get(each.record),)
    )


def _item(visit: Visit, work: Work, row: RecordRow, definition: Definition) -> Item:
    record = restored(row)
    token = record.tokens.get(work.path)
    fields = fields_shown(definition, summary(definition, row))
    shown = Item(
        work,
        definition.title,
        tuple(each for each in fields if each.kind not in ("badge", "sealed")),
        tuple(each for each in fields if each.kind == "badge"),
        target=_next_target(record),
    )
    if token is None:
        return shown
    shown = shown._replace(stands_for=tuple(_stands_for(token.data["seats"], visit.actor.id)))
    if work.kind == "approval":
        return shown._replace(votes=tally(approval_view(record, work.path, token), token.data, visit.actor.id).words)
    claimed = (token.data["claimed_by"] or {}).get("label", "")
    return shown._replace(form=_form(task_lines_at(definition, work.path)), claimed_by=claimed)


def _stands_for(seats: Iterable[Mapping[str, Any]], person: str) -> Iterable[str]:
    return (seat["for"]["label"] for seat in seats if seat["id"] == person and seat.get("for"))


def _next_target(record: Record) -> tuple[str, datetime] | None:
    running = [(clock.due, name) for name, clock in record.targets.items() if clock.status == RUNNING and clock.due]
    due, name = min(running, default=(None, ""))
    return None if due is None else (name.replace("_", " "), moment(due))


def task_lines_at(definition: Definition, path: str) -> tuple[Line, ...]:
    """Give the lines of the form of the task at a path."""
    step = step_at(definition, path)
    return task_lines(definition, step) if isinstance(step, Task) else ()


def _form(lines: tuple[Line, ...]) -> str:
    simple = all(line.shape.columns is None for line in lines)
    return "none" if not lines else "here" if simple and len(lines) <= FEW else "there"


async def task_form(visit: Visit, row: RecordRow, path: str, posted: Posted | None = None) -> tuple[Filling, Form]:
    """Begin the form of an open task of a record, and give it as it stands."""
    definition = await pinned(visit.services.database, row.digest)
    lines = task_lines_at(definition, path)
    filled = await filling(visit, definition, restored(row), (Kind.COMPLETE, path), lines, posted=posted)
    return filled, await form_of(visit, filled)
