"""The page of a definition: a version of it in words, drawn, its text, and what differs between two versions."""

from typing import Annotated

from fastapi import Query, Response

from api.definitions import FollowedVersionView, versions_of
from api.diagrams import laid_out
from api.pinned import newest
from api.problems import NotFoundError, RefusalError
from api.publishers import demand_publisher
from language.definition import Definition
from language.diagram import diagram
from language.drawing import in_words as drawn_in_words
from language.drawing import svg
from portal.definitions.differing import changes, lines
from portal.definitions.listed import owner_told
from portal.definitions.telling import in_words
from portal.pages import page_router
from portal.rendering import page
from portal.visiting import Visit, Visitor
from store import definitions
from store.definitions import Published
from store.facts import organisation
from store.reading import read

MOST_VERSIONS = 50
"""Versions that a page lists; older ones have their addresses."""

Version = Annotated[int, Query(ge=1, le=1_000_000)]

router = page_router()


@router.get("/definitions/{process}")
async def show(process: str, visit: Visitor) -> Response:
    """Show the version of a process that new records follow."""
    definition = await newest(visit.services.database, process)
    return await _shown(visit, await published(visit, process, definition.version))


@router.get("/definitions/{process}/versions/{version}")
async def show_version(process: str, version: int, visit: Visitor) -> Response:
    """Show a version of a process."""
    return await _shown(visit, await published(visit, process, version))


@router.get("/definitions/{process}/versions/{version}/text")
async def show_text(process: str, version: int, visit: Visitor) -> Response:
    """Show a version as its owner has written it, with its scenarios and messages."""
    found, database = await published(visit, process, version), visit.services.database
    await demand_publisher(visit.services, visit.actor)
    return page(
        visit,
        "definitions/text.html",
        published=found,
        tests=await definitions.tests_of(database, process, version),
        messages=await definitions.messages_of(database, process, version),
    )


@router.get("/definitions/{process}/difference")
async def show_difference(
    process: str, visit: Visitor, before: Version | None = None, after: Version | None = None
) -> Response:
    """Show what differs between two versions, in words and, to whom may read texts, line by line.

    Without any it is the newest, held against the one before it.
    """
    known = await versions(visit, process)
    newer = after or known[0].version
    older = before or next((each.version for each in known if each.version < newer), newer)
    old, new = await published(visit, process, older), await published(visit, process, newer)
    around = await organisation(visit.services.database)
    said = changes(*(in_words(read(each.source), around) for each in (old, new)))
    seen = await may_publish(visit)
    return page(
        visit,
        "definitions/difference.html",
        old=old,
        new=new,
        changes=said,
        text=seen,
        lines=lines(old.source, new.source) if seen else (),
        versions=known,
    )


async def published(visit: Visit, process: str, version: int) -> Published:
    """Give a published version; raise NotFoundError where there is none, naming processes that are meant perhaps."""
    await newest(visit.services.database, process)
    found = await definitions.get(visit.services.database, process, version)
    if found is None:
        raise NotFoundError(f"{process} has no version {version}.")
    return found


async def may_publish(visit: Visit, process: str | None = None) -> bool:
    """Say whether the visitor may publish a process and move its records; with None any, and read the texts of all."""
    try:
        await demand_publisher(visit.services, visit.actor, process)
    except RefusalError:
        return False
    return True


async def _shown(visit: Visit, found: Published) -> Response:
    definition, around = read(found.source), await organisation(visit.services.database)
    known = await versions(visit, found.process)
    return page(
        visit,
        "definitions/page.html",
        definition=definition,
        this=next((each for each in known if each.version == found.version), known[0]),
        owner=owner_told(around, definition.owner),
        parts=in_words(definition, around),
        drawing=await _drawing(definition),
        versions=known[:MOST_VERSIONS],
        by={each.published_by: around.label("user", each.published_by) or each.published_by for each in known},
        may=await may_publish(visit),
        may_move=await may_publish(visit, found.process),
        now=visit.services.clock(),
    )


async def versions(visit: Visit, process: str) -> list[FollowedVersionView]:
    """Give every version of a process, the newest first; raise NotFoundError where there is no such process."""
    await newest(visit.services.database, process)
    return (await versions_of(visit.services, process)).versions


async def _drawing(definition: Definition) -> tuple[str, str]:
    """Draw a process, as a picture (empty: it is too large for one) and in words."""
    shown = diagram(definition)
    try:
        return svg(shown, await laid_out(definition), style=""), drawn_in_words(shown)
    except RefusalError:
        return "", drawn_in_words(shown)
