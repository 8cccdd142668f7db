"""Events from outside: to a record by its id, or to those that a value finds, of the event or of the event map."""

from contextlib import suppress

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.cloud_events import STRUCTURED, CloudEvent, read_event
from api.commanding import closed
from api.event_meaning import Meaning, meaning
from api.event_starts import Outside, has_started, start
from api.identity import AUTOMATION, Caller, demand_role
from api.pinned import pinned
from api.problems import NotFoundError, RefusalError, may_answer
from api.sealing import sealed_event
from api.services import Provided, Services
from api.showing import restored
from engine.record import Actor, Event, Kind, Reason
from engine.requests import body_digest
from store.listing import Filter, list_records
from store.queries import RecordRow, get_record, open_by_correlation
from workflows.client import BusyError, ClosedError

router = APIRouter(tags=["events"])

TRIES = 3
MOST = 500
"""Records that one event reaches at most."""


class EventTaken(BaseModel):
    """The event has reached these records, `record` first, or has started it; it is carried out when its turn comes."""

    record: str
    records: list[str]


@router.post(
    "/events",
    operation_id="send_event",
    status_code=202,
    responses=may_answer(404),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                STRUCTURED: {"schema": CloudEvent.model_json_schema()},
                "application/json": {"schema": {"description": "binary mode: attributes in `ce-…` headers"}},
            },
        }
    },
)
async def send_event(request: Request, services: Provided, caller: Caller) -> EventTaken:
    """Send an event, structured or binary; the same `source` and `id` have one effect.

    It is for the record that `subject` names, else for what `data` names by `process` and `value`, else for what the
    organisation's event map says of its `type`.
    """
    demand_role(caller, AUTOMATION, to="send events")
    sent = read_event(request, await request.body())
    row = None if sent.subject is None else await get_record(services.database, sent.subject)
    if row is not None:
        outside = Outside(None, sent.data, sent.source, sent.id)
        return await _tell(services, caller, sent.type, row, outside)
    meant = await meaning(services, sent)
    if meant.field is not None:
        return await _tell_all(services, caller, meant, meant.field)
    return await _find_or_start(services, caller, meant)


async def _tell_all(services: Services, caller: Actor, meant: Meaning, field: str) -> EventTaken:
    """Let an event reach every open record that is found by a field. Raises NotFoundError and RefusalError."""
    process, value = meant.definition.process, meant.outside.value
    wanted = Filter(process=(process,), final=False, values={field: (value,)})
    rows = (await list_records(services.database, wanted, sort="created", limit=MOST + 1)).rows
    if not rows:
        raise NotFoundError(f'No open {process} is found by {field} "{value}".')
    if len(rows) > MOST:
        text = f"more than {MOST} open records of {process} are found by {field}"
        raise RefusalError([Reason("input", "too-much", text, "data")])
    for row in rows:
        if not has_started(row, meant.outside):
            with suppress(ClosedError):  # it has just ended
                await services.client.occur(row.id, await _event(services, caller, meant.event, row, meant.outside))
    return EventTaken(record=rows[0].id, records=[row.id for row in rows])


async def _find_or_start(services: Services, caller: Actor, meant: Meaning) -> EventTaken:
    """Let an event reach the open record that is found by its value, or else start one. Raises NotFoundError."""
    definition, outside = meant.definition, meant.outside
    for _ in range(TRIES):
        row = await open_by_correlation(services.database, definition.process, outside.value or "")
        if row is not None:
            return await _tell(services, caller, meant.event, row, outside)
        if definition.start.event != meant.event:
            by = definition.correlate or "nothing: its definition has no `correlate`"
            raise NotFoundError(f'No open {definition.process} is found by "{outside.value}" (it correlates by {by}).')
        record = await start(services, definition, outside)
        if record is not None:
            return EventTaken(record=record, records=[record])
    raise BusyError(f"another {definition.process} of {outside.value} is being started: send the event again")


async def _tell(services: Services, caller: Actor, name: str, row: RecordRow, outside: Outside) -> EventTaken:
    """Let an event reach a record, unless it has started it; one that is closed must have taken it before."""
    if not has_started(row, outside):
        event = await _event(services, caller, name, row, outside)
        try:
            await services.client.occur(row.id, event)
        except ClosedError:
            await closed(services, row.id, event)
    return EventTaken(record=row.id, records=[row.id])


async def _event(services: Services, caller: Actor, name: str, row: RecordRow, outside: Outside) -> Event:
    """Make it of what came in, sealed as the record's definition says."""
    definition = await pinned(services.database, row.digest)
    event = Event(Kind.OCCUR, name, caller, outside.data, id=outside.known_to(row.id))
    event = await sealed_event(services, definition, restored(row), event, "data")
    return event._replace(body=body_digest(event))
