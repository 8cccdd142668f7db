"""Processes as diagrams, and where on one a record is and has been."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response

from api.identity import Caller
from api.isolation import TookTooLongError, isolated
from api.pinned import newest, pinned
from api.problems import RefusalError, may_answer
from api.services import Provided, Services
from api.showing import visible
from engine.record import Reason
from language.definition import Definition
from language.diagram import START, Diagram, Taken, diagram
from language.drawing import svg
from language.layout import Layout, layout
from language.mermaid import mermaid
from store.queries import JournalEntry, RecordRow, get_journal

router = APIRouter()

Format = Literal["svg", "mermaid"]
MEDIA_TYPES: dict[Format, str] = {"svg": "image/svg+xml", "mermaid": "text/vnd.mermaid"}
DRAWING = 5.0
"""Seconds that the layout of somebody's process may take."""
MOST_KEPT = 200
SAFE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Vary": "Accept"}

Wanted = Annotated[Format | None, Query(alias="format", description="without it: as `Accept` asks, else `svg`")]
Accepted = Annotated[str, Header(alias="accept", include_in_schema=False)]
DRAWN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()},
        "description": "the diagram",
    },
    **may_answer(409),
}

_layouts: dict[str, Layout] = {}
"""Digest of a definition → its layout, which no record changes; the oldest goes first."""


@router.get(
    "/processes/{process}/diagram",
    tags=["processes"],
    operation_id="draw_process",
    response_class=Response,
    responses=DRAWN,
)
async def draw_process(
    process: str, services: Provided, _caller: Caller, wanted: Wanted = None, accept: Accepted = ""
) -> Response:
    """Draw a process, as its newest published version says."""
    definition = await newest(services.database, process)
    return await _drawn(definition, diagram(definition), wanted or _asked(accept))


@router.get(
    "/records/{record}/diagram", tags=["records"], operation_id="draw_record", response_class=Response, responses=DRAWN
)
async def draw_record(
    record: str, services: Provided, caller: Caller, wanted: Wanted = None, accept: Accepted = ""
) -> Response:
    """Draw the process of a record, with the state it is in and the path it has taken."""
    definition, shown = await where(services, await visible(services, record, caller))
    return await _drawn(definition, shown, wanted or _asked(accept))


async def where(services: Services, row: RecordRow) -> tuple[Definition, Diagram]:
    """Give the process of a record, and its diagram with the state it is in and the path it has taken."""
    definition = await pinned(services.database, row.digest)
    entries = await get_journal(services.database, row.id)
    path = [taken for entry in entries for taken in _taken(entry, full=row.full)]
    return definition, diagram(definition, row.state, path)


def _taken(entry: JournalEntry, *, full: bool) -> Iterator[Taken]:
    for line in entry.lines:
        if line["what"] == "transition" and (full or not line["internal"]):
            yield Taken(line["data"]["from"] or START, line["name"], line["data"]["to"])


def _asked(accept: str) -> Format:
    """Choose what comes first in `Accept`; a picture where neither is named."""
    places = {form: accept.find(kind) for form, kind in MEDIA_TYPES.items() if kind in accept}
    return min(places, key=lambda form: places[form], default="svg")


async def _drawn(definition: Definition, shown: Diagram, form: Format) -> Response:
    text = mermaid(shown) if form == "mermaid" else svg(shown, await laid_out(definition))
    return Response(text, media_type=MEDIA_TYPES[form], headers=SAFE)


async def laid_out(definition: Definition) -> Layout:
    """Lay a definition out, once, in a process of its own: Graphviz takes long over what is large.

    Raises RefusalError for one that is too large to be drawn.
    """
    found = _layouts.get(definition.digest)
    if found is None:
        try:
            found = await isolated(DRAWING, layout, diagram(definition))
        except TookTooLongError as late:
            text = f"{definition.process} is too large to be drawn: {late}. Ask for format=mermaid."
            raise RefusalError([Reason("state", "too-much", text)]) from late
        _layouts[definition.digest] = found
        if len(_layouts) > MOST_KEPT:
            del _layouts[next(iter(_layouts))]
    return found
