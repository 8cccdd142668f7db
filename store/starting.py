"""How records begin, whoever starts them: judged by the engine with the facts at hand, and numbered by a key."""

import asyncio
from typing import NamedTuple

from engine.judging import judge
from engine.record import Event, Record, Refused
from language.definition import Definition
from store import retiring
from store.asking import ask
from store.database import Database
from store.numbers import allot
from store.queries import RecordRow, get_record

LOOK_AGAIN = 0.05
"""Seconds between two looks whether a record is there."""


class Prepared(NamedTuple):
    """A start that may be: the number of the record, and the event with the facts it was judged by."""

    record: str
    event: Event


def unbegun(definition: Definition) -> Record:
    """Give a record of a definition before its start, and before it has a number."""
    return Record("", definition.process, definition.version, definition.digest)


async def prepare(database: Database, definition: Definition, event: Event) -> Prepared | Refused:
    """Judge a start, and give its record the number of `event.id`; the same id has the same number.

    A version that is retired starts nothing.

    Raises UnavailableError.
    """
    gone = await retiring.refusal(database, definition)
    if gone is not None:
        return Refused((gone,))
    nothing = unbegun(definition)
    outcome, facts = await ask(
        database, event.now, lambda known, asked: judge(definition, nothing, event._replace(facts=known, asked=asked))
    )
    if isinstance(outcome, Refused):
        return outcome
    record = await allot(database, definition.number, event.id)
    return Prepared(record, event._replace(facts=facts, facts_at=event.now))


async def arrived(database: Database, record: str, seconds: float) -> RecordRow | None:
    """Wait a little until a record is stored; None when it is not there in time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while (row := await get_record(database, record)) is None and loop.time() < until:  # noqa: ASYNC110 - a worker writes
        await asyncio.sleep(LOOK_AGAIN)
    return row
