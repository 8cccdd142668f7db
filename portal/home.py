"""The front door: `/` leads to what whoever comes has most likely come for.

Who handles records comes to My work, even when nothing waits: there is where it will. Who only asks for things comes to
what they have asked for, or where there is nothing yet to the catalogue.
"""

from collections.abc import Iterator

from fastapi.responses import RedirectResponse

from engine.record import Actor
from language.definition import Definition, Who
from portal.pages import page_router
from portal.requests.asking import asker
from portal.visiting import Visit, Visitor
from store.reading import newest_of_each
from store.requests import requests_of
from store.waiting_work import Which, work_counts

router = page_router()


@router.get("/")
async def home(visit: Visitor) -> RedirectResponse:
    """Lead to My work, My requests or the catalogue."""
    return RedirectResponse(await _wanted(visit), 303)


async def _wanted(visit: Visit) -> str:
    database = visit.services.database
    waiting = await work_counts(database, visit.actor.id)
    definitions = (await newest_of_each(database)).values()
    if waiting[Which.ALL] or any(handles(each, visit.actor) for each in definitions):
        return "/work"
    asked_for = await requests_of(database, await asker(visit), final=False, limit=1)
    return "/requests" if asked_for.rows else "/catalogue"


def handles(definition: Definition, actor: Actor) -> bool:
    """Say whether a process names a role or group of somebody, or them, for what happens to records after the start."""
    theirs = {actor.id, *actor.roles, *actor.groups}
    return any(isinstance(each, str) and each in theirs for each in _handlers(definition))


def _handlers(definition: Definition) -> Iterator[Who]:
    yield from definition.write
    for state in definition.states.values():
        for transition in state.transitions.values():
            yield from transition.by
    for transition in definition.transitions.values():
        yield from transition.by
