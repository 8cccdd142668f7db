"""How records begin: judged by the engine first, numbered by the request's key, started once."""

from typing import NamedTuple

from api.pinned import newest
from api.problems import RefusalError, placed
from api.sealing import sealed_event
from api.services import Services
from api.showing import restored
from engine.record import Actor, Event, Kind, Plain, Refused
from engine.requests import answered, body_digest
from language.definition import Definition
from store.allotted import allotted
from store.queries import RecordRow, get_record
from store.starting import arrived, prepare, unbegun


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
    event = await sealed_event(services, definition, unbegun(definition), event, "fields")
    event = event._replace(body=body_digest(event))
    record = await allotted(services.database, definition.number, request)
    row = None if record is None else await get_record(services.database, record)
    if record is None or row is None:
        record, _ = await begin(services, definition, event)
        row = await arrived(services.database, record, services.start_wait)
    if row is not None:
        _refuse_other(row, event)
    return record, row


async def begin(services: Services, definition: Definition, event: Event, root: str = "fields") -> Begun:
    """Judge a start with the facts it needs, and start it with those. Raises RefusalError.

    `root` is where its values stand in the request.
    """
    prepared = await prepare(services.database, definition, event)
    if isinstance(prepared, Refused):
        raise RefusalError(placed(prepared.reasons, root))
    record, known = prepared
    if await get_record(services.database, record) is not None:  # Temporal forgets what is over
        return Begun(record, new=False)
    new = await services.client.start(record, definition.process, definition.source, definition.digest, known)
    return Begun(record, new)


def _refuse_other(row: RecordRow, event: Event) -> None:
    """Refuse a key that has started this record with another body."""
    before = answered(restored(row), event)
    if isinstance(before, Refused):
        raise RefusalError(before.reasons)
