"""Published definitions for requests: what is not there is answered with 404 and what there is."""

from api.problems import NotFoundError
from language.definition import Definition
from language.problems import did_you_mean
from store import definitions, reading
from store.database import Database


async def newest(database: Database, process: str) -> Definition:
    """Give the definition that new records follow; raise NotFoundError where there is no such process."""
    definition = await reading.newest(database, process)
    if definition is None:
        known = [each.process for each in await definitions.newest_of_each(database)]
        hint = did_you_mean(process, known) or f"There are: {', '.join(known) or 'none'}."
        raise NotFoundError(f"No process is named {process}.", hint)
    return definition


async def pinned(database: Database, digest: str) -> Definition:
    """Give the definition to which a record is pinned."""
    definition = await reading.pinned(database, digest)
    if definition is None:
        raise NotFoundError(f"The definition {digest} is not published here.")
    return definition
