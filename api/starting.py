"""How records begin: judged by the engine first, numbered by the request's key, started once."""

import asyncio
from typing import NamedTuple

from api.asking import ask
from api.pinned import newest
from api.problems import RefusalError, placed
from api.services import Services
from api.showing import restored
from engine.judging import judge
from engine.record import Actor, Event, Kind, Plain, Record, Refused
from engine.requests import answered, body_digest
from language.definition import Definition
from store.allotted import allotted
from store.numbers import allot
from store.queries import RecordRow, get_record

LOOK_AGAIN = 0.05
"""Seconds between two looks whether the record is there."""


class Begun(NamedTuple):
    """A record that has begun; `new` is false when it had begun before."""

    record: str
    new: bool


async def start(
    services: Services, actor: Actor, process: str, fields: Plain, request: str
) -> tuple[str, RecordRow | None]:
    """Start a record of the newest published definition and wait a little for it; the same request has one record.

    The row is None when the record is not there yet. Raises NotFoundError for an unknown process, RefusalError with
    every reason why not, and the client's errors.
    """
    definition, now = await newest(services.database, process), services.clock()
    event = Event(Kind.START, "start", actor, fields, id=request, now=now)
    event = event._replace(body=body_digest(event))
    record = await allotted(services.database, definition.number, request)
    row = None if record is None else await get_record(services.database, record)
    if record is None or row is None:
        record, _ = await begin(services, definition, event)
        row = await arrived(services, record)
    if row is not None:
        _refuse_other(row, event)
    return record, row


async def begin(services: Services, definition: Definition, event: Event) -> Begun:
    """Judge a start with the facts it needs, and start it with those. Raises RefusalError."""
    nothing = Record("", definition.process, definition.version, definition.digest)
    outcome, facts = await ask(
        services.database, event.now, lambda known: judge(definition, nothing, event._replace(facts=known))
    )
    if isinstance(outcome, Refused):
        raise RefusalError(placed(outcome.reasons, "fields"))
    record = await allot(services.database, definition.number, event.id)
    known = event._replace(facts=facts, facts_at=event.now)
    new = await services.client.start(record, definition.process, definition.source, definition.digest, known)
    return Begun(record, new)


async def arrived(services: Services, record: str) -> RecordRow | None:
    """Wait a little for the row of a record that has begun; None where it is not there yet."""
    loop = asyncio.get_running_loop()
    until = loop.time() + services.start_wait
    while (row := await get_record(services.database, record)) is None and loop.time() < until:  # noqa: ASYNC110 - a worker writes
        await asyncio.sleep(LOOK_AGAIN)
    return row


def _refuse_other(row: RecordRow, event: Event) -> None:
    """Refuse a key that has started this record with another body."""
    before = answered(restored(row), event)
    if isinstance(before, Refused):
        raise RefusalError(before.reasons)
