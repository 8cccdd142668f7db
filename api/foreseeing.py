"""Which facts a command will need, as far as the stored record tells: brought along, they save asking the record twice.

The record judges by itself, as it always does; where it stands elsewhere by then, it says which facts it lacks.
"""

from api.showing import restored
from engine.judging import judge
from engine.record import Event
from language.definition import Definition
from store.asking import ask
from store.database import Database
from store.errors import UnavailableError
from store.queries import RecordRow
from store.reading import pinned


async def foreseen(
    database: Database, row: RecordRow, event: Event, now: float, into: Definition | None = None
) -> Event:
    """Give the event with the facts that judging it now would need; `into` is the version that it moves a record to."""
    definition = await pinned(database, row.digest)
    if definition is None:
        return event
    record = restored(row)
    try:
        _, known = await ask(
            database,
            now,
            lambda known, asked: judge(definition, record, event._replace(now=now, facts=known, asked=asked), into),
        )
    except UnavailableError:
        return event
    return event._replace(facts=known, facts_at=now) if known else event
