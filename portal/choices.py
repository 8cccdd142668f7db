"""What a reference can be chosen from: things of the organisation, or records that the visitor may see."""

import re
from collections.abc import Sequence

from fastapi import Response

from engine.records import is_record
from engine.visibility import viewer
from language.values import FieldType
from portal.pages import page_router
from portal.rendering import part
from portal.visiting import Visit, Visitor
from store.facts import organisation
from store.listing import Filter, list_records

MOST = 30
"""Choices that are all shown; of more, some are offered and the others found by writing."""
OFFERED = 20
Choice = tuple[str, str]
"""What is sent, and what people read."""

_NAMED = re.compile(r"\(([^()]+)\)\s*$")

router = page_router()


@router.get("/choices/{kind}")
async def search(kind: str, visit: Visitor) -> Response:
    """Offer what fits the words in a field (the only one sent, whatever its name), as options of a list."""
    words = next(iter(visit.request.query_params.values()), "")
    return part("choices.html", offered=await offered(visit, kind, words))


async def offered(visit: Visit, kind: str, words: str = "", most: int = OFFERED) -> Sequence[Choice]:
    """Give things of a kind that fit some words: id and label; people who have left are not offered."""
    if is_record(kind) and kind != FieldType.FILE:
        return await _records(visit, kind, words, most)
    around = await organisation(visit.services.database)
    wanted = words.casefold().split()
    found = []
    for name, row in around.of(kind).items():
        label = around.label(kind, name) or name
        told = f"{label} {name}".casefold()
        if row.get("active", True) and all(word in told for word in wanted):
            found.append((name, label))
            if len(found) == most:
                break
    return found


async def _records(visit: Visit, process: str, words: str, most: int) -> Sequence[Choice]:
    wanted = Filter(process=(process,), q=words)
    page = await list_records(visit.services.database, wanted, viewer=viewer(visit.actor), sort="-updated", limit=most)
    return [(row.id, row.title) for row in page.rows]


def named(choice: Choice) -> str:
    """Write a choice as it stands in a text field: `Ann Agent (ann)`."""
    name, label = choice
    return f"{label} ({name})" if label != name else name


def meant(text: str) -> str:
    """Give the id that a text field means: what stands in brackets at its end, else all of it."""
    found = _NAMED.search(text)
    return found[1] if found else text.strip()
