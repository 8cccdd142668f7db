"""Published definitions, read once: the newest of a process, and the one that a record follows.

What is published never changes and is never taken back: a definition that was read is kept by its digest, and only
which one is the newest is asked again.
"""

from collections.abc import Mapping
from functools import lru_cache
from weakref import WeakKeyDictionary

from language.definition import Definition
from language.reading import read_definition
from store import definitions
from store.database import Database

MOST = 200
"""Definitions of a database that are kept."""

_KEPT: WeakKeyDictionary[Database, dict[str, Definition]] = WeakKeyDictionary()
"""The definitions published in each database, by their digest."""


async def newest(database: Database, process: str) -> Definition | None:
    """Give the definition that new records follow; None where there is no such process."""
    digest = await definitions.newest_digest(database, process)
    return None if digest is None else await pinned(database, digest)


async def newest_of_each(database: Database) -> Mapping[str, Definition]:
    """Give the definitions that new records follow, by process."""
    found = [await pinned(database, digest) for digest in await definitions.newest_digests(database)]
    return {each.process: each for each in found if each is not None}


async def pinned(database: Database, digest: str) -> Definition | None:
    """Give the definition to which a record is pinned; None where it is not published here."""
    kept = _KEPT.setdefault(database, {})
    if digest not in kept:
        published = await definitions.by_digest(database, digest)
        if published is None:
            return None
        if len(kept) >= MOST:
            kept.clear()
        kept[digest] = read(published.source)
    return kept[digest]


@lru_cache(MOST)
def read(source: str) -> Definition:
    """Read a published definition; the same text is read once."""
    return read_definition(source)
