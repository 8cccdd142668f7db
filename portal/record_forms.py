"""The forms of a record, each on a page that needs no script: a transition, a task, an edit, and skipping a fault."""

from collections.abc import Callable
from typing import NamedTuple

from fastapi import Response

from api.commanding import performed
from api.forms import titled
from api.inputs import revision_of, tag_of
from api.pinned import pinned
from api.problems import NotFoundError
from api.showing import restored, visible
from engine.paths import step_at, transition_named
from engine.record import Event, Kind, Record
from language.definition import Definition, Task
from portal.forms import MORE, Filling, Line, edit_lines, filling, form_of, task_lines, transition_lines
from portal.pages import ERRORS, page_router
from portal.posting import Posted, Sent
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import gone_to, page, part
from portal.visiting import Visit, Visitor
from store.queries import RecordRow

STALE = 412

router = page_router()


class _Asked(NamedTuple):
    """A form of a record: what it is called, the event it leads to, and whether a comment may come with it."""

    title: str
    kind: Kind
    name: str
    lines: tuple[Line, ...]
    comments: bool = False


Find = Callable[[Definition, Record, str], _Asked]


def _transition(definition: Definition, record: Record, name: str) -> _Asked:
    found = transition_named(definition, record.state, name)
    if found is None:
        raise NotFoundError(f"{record.id} has no way {name} out of the state it is in now.")
    lines = tuple(line for line in transition_lines(definition, found) if line.name != "comment")
    return _Asked(titled(name, found.title), Kind.ACT, name, lines, comments=True)


def _task(definition: Definition, record: Record, path: str) -> _Asked:
    token, step = record.tokens.get(path), step_at(definition, path) if path in record.tokens else None
    if token is None or not isinstance(step, Task):
        raise NotFoundError(f"{record.id} has no open task {path}. Perhaps somebody has completed it.")
    return _Asked(token.data["title"], Kind.COMPLETE, path, task_lines(definition, step))


def _edit(definition: Definition, _record: Record, _name: str) -> _Asked:
    return _Asked("Edit", Kind.EDIT, "", edit_lines(definition))


def _skip(definition: Definition, record: Record, number: str) -> _Asked:
    fault = record.faults.get(number)
    if fault is None:
        raise NotFoundError(f"{record.id} has no fault {number}, or no more.")
    step = step_at(definition, fault.path) if fault.path else None
    brings = getattr(step, "save", None) or ()
    lines = tuple(line for line in edit_lines(definition) if not brings or line.name in brings)
    return _Asked("Skip it with values", Kind.SKIP, number, lines)


@router.get("/records/{record}/actions/{transition}")
async def ask_transition(record: str, transition: str, visit: Visitor) -> Response:
    """Ask for what a transition needs."""
    return await _ask(visit, record, _transition, transition)


@router.post("/records/{record}/actions/{transition}")
async def take(record: str, transition: str, visit: Visitor, sent: Sent) -> Response:
    """Take a transition."""
    return await _send(visit, record, _transition, transition, sent)


@router.get("/records/{record}/tasks/{path:path}")
async def ask_task(record: str, path: str, visit: Visitor) -> Response:
    """Ask for what a task needs."""
    return await _ask(visit, record, _task, path)


@router.post("/records/{record}/tasks/{path:path}")
async def complete(record: str, path: str, visit: Visitor, sent: Sent) -> Response:
    """Complete a task."""
    return await _send(visit, record, _task, path, sent)


@router.get("/records/{record}/edit")
async def ask_edit(record: str, visit: Visitor) -> Response:
    """Ask for the fields of a record."""
    return await _ask(visit, record, _edit, "")


@router.post("/records/{record}/edit")
async def edit(record: str, visit: Visitor, sent: Sent) -> Response:
    """Write the fields of a record, unless they have changed meanwhile."""
    return await _send(visit, record, _edit, "", sent)


@router.get("/records/{record}/faults/{number}/skip")
async def ask_skip(record: str, number: str, visit: Visitor) -> Response:
    """Ask for the values that a step which stands still should have brought."""
    await _demand_full(visit, record)
    return await _ask(visit, record, _skip, number)


@router.post("/records/{record}/faults/{number}/skip")
async def skip(record: str, number: str, visit: Visitor, sent: Sent) -> Response:
    """Go on behind a step that stands still, with these values."""
    await _demand_full(visit, record)
    return await _send(visit, record, _skip, number, sent)


async def _demand_full(visit: Visit, record: str) -> None:
    """Raise NotFoundError for who does not see the faults of a record."""
    if not (await visible(visit.services, record, visit.actor)).full:
        raise NotFoundError(f"{record} has no fault that you may see.")


async def _ask(visit: Visit, record: str, find: Find, name: str) -> Response:
    row = await visible(visit.services, record, visit.actor)
    asked, filled = await _begin(visit, row, find, name, None)
    return await _form_page(visit, row, asked, filled)


async def _send(visit: Visit, record: str, find: Find, name: str, sent: Posted) -> Response:
    row = await visible(visit.services, record, visit.actor)
    asked, filled = await _begin(visit, row, find, name, sent)
    if visit.part or sent.text(MORE):
        return await _form_page(visit, row, asked, filled)
    comment = sent.text("comment")
    data = {**filled.given(), **({"comment": comment} if asked.comments and comment else {})}
    try:
        seen = revision_of(sent.text("revision"), "revision") if asked.kind is Kind.EDIT else None
        after = await performed(visit.sender(sent.key, seen), record, Event(asked.kind, asked.name, data=data))
    except ERRORS as error:
        return await _form_page(visit, row, asked, filled, refusal_of(error))
    return gone_to(f"/records/{record}" if after else "/", f"{asked.title}: done.")


async def _begin(visit: Visit, row: RecordRow, find: Find, name: str, sent: Posted | None) -> tuple[_Asked, Filling]:
    definition, record = await pinned(visit.services.database, row.digest), restored(row)
    asked = find(definition, record, name)
    return asked, await filling(visit, definition, record, (asked.kind, asked.name), asked.lines, posted=sent)


async def _form_page(
    visit: Visit, row: RecordRow, asked: _Asked, filled: Filling, refusal: Refusal | None = None
) -> Response:
    form, posted = await form_of(visit, filled), filled.posted
    given = {
        "form": form,
        "refusal": None if refusal is None else beside(refusal, (*form.names, "comment")),
        "comment": posted.text("comment") if posted else "",
    }
    if visit.part:
        return part("form/controls.html", **given)
    key = posted.text("key") if posted and refusal is None else ""
    status = 200 if refusal is None else refusal.status
    seen = posted.text("revision") if posted and (refusal is None or refusal.status != STALE) else tag_of(row.revision)
    return page(visit, "record/form.html", status, row=row, asked=asked, key=key, revision=seen, **given)
