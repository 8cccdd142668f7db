"""Answers the engine's facts from the organisation that is stored, for the API and the worker alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.facts import answer
from language.organisation import Organisation
from store.database import Database
from store.organisation import current, current_digest


async def facts(database: Database, keys: Sequence[str], now: float) -> Mapping[str, Any]:
    """Answer facts by their keys as of `now` (seconds since the epoch). Raises UnavailableError."""
    return answer(await organisation(database), keys, now)


async def organisation(database: Database) -> Organisation:
    """Give the organisation as it stands; an empty one before anything was applied. The same one is read once."""
    digest = await current_digest(database)
    if digest is not None and digest not in _READ and (stored := await current(database)) is not None:
        _READ.clear()
        _READ[digest := stored.digest] = Organisation.from_json(stored.document)
    return Organisation() if digest is None else _READ[digest]


_READ: dict[str, Organisation] = {}
"""The organisation read last, by its digest."""
