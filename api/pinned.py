"""Definitions as they were published, read once: the newest of a process, and the one that a record follows."""

from functools import lru_cache

from api.problems import NotFoundError
from language.definition import Definition
from language.problems import did_you_mean
from language.reading import read_definition
from store import definitions
from store.database import Database


async def newest(database: Database, process: str) -> Definition:
    """Give the definition that new records follow; raise NotFoundError where there is no such process."""
    published = await definitions.newest(database, process)
    if published is None:
        known = [each.process for each in await definitions.newest_of_each(database)]
        hint = did_you_mean(process, known) or f"There are: {', '.join(known) or 'none'}."
        raise NotFoundError(f"No process is named {process}.", hint)
    return read(published.source)


async def pinned(database: Database, digest: str) -> Definition:
    """Give the definition to which a record is pinned."""
    published = await definitions.by_digest(database, digest)
    if published is None:
        raise NotFoundError(f"The definition {digest} is not published here.")
    return read(published.source)


@lru_cache(200)
def read(source: str) -> Definition:
    """Read a published definition; the same text is read once."""
    return read_definition(source)
