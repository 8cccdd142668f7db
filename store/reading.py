"""Published definitions, read once: the newest of a process, and the one that a record follows."""

from collections.abc import Mapping
from functools import lru_cache

from language.definition import Definition
from language.reading import read_definition
from store import definitions
from store.database import Database


async def newest(database: Database, process: str) -> Definition | None:
    """Give the definition that new records follow; None where there is no such process."""
    published = await definitions.newest(database, process)
    return None if published is None else read(published.source)


async def newest_of_each(database: Database) -> Mapping[str, Definition]:
    """Give the definitions that new records follow, by process."""
    return {each.process: read(each.source) for each in await definitions.newest_of_each(database)}


async def pinned(database: Database, digest: str) -> Definition | None:
    """Give the definition to which a record is pinned; None where it is not published here."""
    published = await definitions.by_digest(database, digest)
    return None if published is None else read(published.source)


@lru_cache(200)
def read(source: str) -> Definition:
    """Read a published definition; the same text is read once."""
    return read_definition(source)
