"""The list of definitions: every process with its owner, its newest version and the open records of each version."""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import Response

from api.times import moment
from language.definition import Who
from language.organisation import Organisation
from portal.pages import page_router
from portal.rendering import page
from portal.visiting import Visitor
from store import definitions
from store.definitions import Published
from store.facts import organisation
from store.following import counted_everywhere
from store.reading import read
from store.retiring import all_retired

router = page_router()


class Row(NamedTuple):
    """A process of the list; `records` are versions with how many open records follow each, the newest first."""

    published: Published
    owner: str
    by: str
    records: tuple[tuple[int, int], ...]
    retired: bool


@router.get("/definitions")
async def show(visit: Visitor) -> Response:
    """List the published processes."""
    database = visit.services.database
    around, counts = await organisation(database), await counted_everywhere(database)
    found, gone = await definitions.newest_of_each(database), await all_retired(database)
    rows = [_row(around, each, counts, retired=(each.process, each.version) in gone) for each in found]
    ordered = sorted(rows, key=lambda row: (row.retired, row.published.title.casefold()))
    return page(visit, "definitions/list.html", rows=ordered, moment=moment, now=visit.services.clock())


def _row(around: Organisation, published: Published, counts: Mapping[tuple[str, int], int], *, retired: bool) -> Row:
    records = [(version, number) for (process, version), number in counts.items() if process == published.process]
    owner = owner_told(around, read(published.source).owner)
    by = around.label("user", published.published_by) or published.published_by
    return Row(published, owner, by, tuple(sorted(records, reverse=True)), retired)


def owner_told(around: Organisation, owner: Who) -> str:
    """Name the owner of a process as people know them."""
    if not isinstance(owner, str):
        return owner.text
    known = (around.label(kind, owner) for kind in ("group", "role", "user"))
    return next((each for each in known if each), owner).replace("_", " ")
