"""The pages of my requests: those that are open, with what they wait for, and those that have ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import Query, Response

from api.forms import titled
from api.inputs import Text
from api.pinned import pinned
from api.showing import possible, restored
from api.times import moment
from engine.actions import NO, Action
from engine.paths import state_named
from language.organisation import Organisation
from portal.outlook import Step, outlook
from portal.pages import page_router
from portal.rendering import page
from portal.requests.asking import asker, awaits_answer
from portal.visiting import Visit, Visitor
from store.facts import organisation
from store.queries import RecordRow
from store.requests import requests_of

OPEN, LAST, ENDED = 10, 5, 25
"""Requests on a page: open ones are judged by the engine; of those that have ended the last stand below."""

router = page_router()

Cursor = Annotated[Text | None, Query()]


class Request(NamedTuple):
    """A request in a list: its state in words, what it waits for, until when, and what its asker can do."""

    row: RecordRow
    process: str
    state: str
    changed: datetime
    answer: bool = False
    steps: tuple[Step, ...] = ()
    due: datetime | None = None
    actions: tuple[Action, ...] = ()


@router.get("/requests")
async def show(visit: Visitor, cursor: Cursor = None) -> Response:
    """Show what the visitor has asked for and what has not ended, then the last that has."""
    who, database = await asker(visit), visit.services.database
    around = await organisation(database)
    there = await requests_of(database, who, final=False, cursor=cursor, limit=OPEN)
    ended = await requests_of(database, who, final=True, limit=LAST)
    return page(
        visit,
        "requests/open.html",
        open=[await _open(visit, around, row) for row in there.rows],
        next=there.next,
        ended=await _ended(visit, ended.rows),
        more_ended=ended.next is not None,
        now=visit.services.clock(),
    )


@router.get("/requests/ended")
async def show_ended(visit: Visitor, cursor: Cursor = None) -> Response:
    """Show what the visitor has asked for and what has ended, page by page."""
    found = await requests_of(visit.services.database, await asker(visit), final=True, cursor=cursor, limit=ENDED)
    ended = await _ended(visit, found.rows)
    return page(visit, "requests/ended.html", ended=ended, next=found.next, now=visit.services.clock())


async def _open(visit: Visit, around: Organisation, row: RecordRow) -> Request:
    definition, record = await pinned(visit.services.database, row.digest), restored(row)
    running = [clock.due for clock in record.targets.values() if clock.due is not None]
    steps = outlook(definition, record, around)
    dues = [step.due for step in steps if step.due] or [moment(each) for each in running]
    found = await possible(visit.services, definition, record, visit.actor)
    return (await _told(visit, row))._replace(
        answer=awaits_answer(definition, record, visit.actor.id),
        steps=steps,
        due=min(dues, default=None),
        actions=tuple(each for each in found if each.possible != NO),
    )


async def _ended(visit: Visit, rows: Sequence[RecordRow]) -> list[Request]:
    return [await _told(visit, row) for row in rows]


async def _told(visit: Visit, row: RecordRow) -> Request:
    definition = await pinned(visit.services.database, row.digest)
    state = titled(row.state, state_named(definition, row.state).title)
    return Request(row, definition.title, state, moment(row.updated_at))
