"""Answers the engine's facts from the organisation and the records in the store, for the API and the worker alike."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

from engine.facts import answer
from engine.planning import looks_at_bookings, sought
from engine.record_facts import is_about_records
from language.organisation import Organisation
from store.bookings import bookings
from store.database import Database
from store.organisation import standing
from store.record_facts import record_facts

Found = TypeVar("Found")


async def facts(database: Database, keys: Sequence[str], now: float) -> Mapping[str, Any]:
    """Answer facts by their keys as of `now` (seconds since the epoch). Raises UnavailableError."""
    of_records = [key for key in keys if is_about_records(key)]
    answered = dict(await record_facts(database, of_records))
    others = [key for key in keys if key not in answered]
    if not others:
        return answered
    around = await organisation(database)
    booked = {key: await bookings(database, sought(around, key)) for key in others if looks_at_bookings(key)}
    return {**answered, **answer(around, others, now, booked)}


async def organisation(database: Database) -> Organisation:
    """Give the organisation as it stands; an empty one before anything was applied. The same one is read once."""
    return await database.read(standing)


async def with_organisation(database: Database, find: Callable[[Connection], Found]) -> tuple[Found, Organisation]:
    """Find something, and give it with the organisation as it stands, both in one transaction."""
    return await database.read(lambda connection: (find(connection), standing(connection)))
