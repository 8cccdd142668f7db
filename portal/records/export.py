"""The records of a list as a CSV file: as far as the visitor may see them, written while they are read."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from fastapi import Response
from fastapi.responses import StreamingResponse

from api.exporting import ONE_OF_FEW, cell
from api.filtering import NAMED, listed
from api.showing import RecordSummary, summary
from language.definition import Definition
from portal.pages import page_router
from portal.records.shown import definitions_of, in_words
from portal.records.wanted import Wanted, wanted_at
from portal.visiting import Visit, Visitor
from store.listing import Page
from store.reading import newest

MOST = 10_000
"""Records of a file; one that has no more of its list says so in its last line."""
AT_ONCE = 200
"""Records that are read at a time."""
COLUMNS = ("id", "process", "version", "title", "state", "final", "created_at", "updated_at", "due")

router = page_router()


@router.get("/records.csv", dependencies=[ONE_OF_FEW])
async def export(visit: Visitor) -> Response:
    """Give the list as a file; of one process with all its fields."""
    wanted = wanted_at(str(visit.request.url))
    definition = await newest(visit.services.database, wanted.value("process")) if wanted.value("process") else None
    first = await listed(visit.services, visit.actor, wanted.filters(AT_ONCE))
    text = _written(visit, wanted, first, _fields(definition))
    kept = {"Content-Disposition": 'attachment; filename="records.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(text, media_type="text/csv; charset=utf-8", headers=kept)


def _fields(definition: Definition | None) -> tuple[str, ...]:
    if definition is None:
        return NAMED
    return tuple(name for name, field in definition.fields.items() if not field.shape.sealed)


async def _written(visit: Visit, wanted: Wanted, page: Page, fields: tuple[str, ...]) -> AsyncIterator[str]:
    """Write the list page by page, up to the most that a file may have."""
    yield line((*COLUMNS, *fields))
    count = 0
    while True:
        known: Mapping[str, Definition] = await definitions_of(visit.services.database, page.rows)
        for row in page.rows[: MOST - count]:
            yield line(_cells(summary(known[row.digest], row), fields))
        count += len(page.rows)
        if count > MOST or (count == MOST and page.next is not None):
            yield line((f"only the first {MOST:,} records of this list: narrow it down to have the others",))
        if page.next is None or count >= MOST:
            return
        following = wanted_at(wanted.address(cursor=page.next))
        page = await listed(visit.services, visit.actor, following.filters(AT_ONCE))


def _cells(record: RecordSummary, fields: tuple[str, ...]) -> Iterable[Any]:
    told = record.model_dump(mode="json")
    return (*(told[name] for name in COLUMNS), *(in_words(record.fields.get(name)) for name in fields))


def line(cells: Iterable[Any]) -> str:
    """Write a line; a cell that a spreadsheet would compute begins with an apostrophe."""
    file = io.StringIO()
    csv.writer(file).writerow([cell(each) for each in cells])
    return file.getvalue()
