"""Events from outside, as CloudEvents 1.0: to a record by its id or by the value that its process correlates by."""

import json
from typing import Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException

from api.commanding import closed
from api.event_starts import Outside, has_started, start
from api.identity import AUTOMATION, Caller, demand_role
from api.inputs import Text, Values
from api.invalid import reason_of
from api.pinned import newest, pinned
from api.problems import DETAILS, NotFoundError, RefusalError
from api.sealing import sealed_event
from api.services import Provided, Services
from api.showing import not_found, restored
from engine.record import Actor, Event, Kind, Reason
from engine.requests import body_digest
from language.definition import Definition
from store.queries import RecordRow, get_record, open_by_correlation
from workflows.client import BusyError, ClosedError

router = APIRouter(tags=["events"])

STRUCTURED = "application/cloudevents+json"
TRIES = 3
ATTRIBUTES = ("id", "source", "specversion", "type", "subject")


class CloudEvent(BaseModel):
    """An event; `type` is the name that definitions await, extension attributes are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"]
    id: Text = Field(min_length=1, max_length=200)
    source: Text = Field(min_length=1, max_length=500)
    type: Text = Field(min_length=1, max_length=200)
    subject: Text | None = Field(None, max_length=200, description="the id of a record")
    data: Values = Field(default_factory=dict, description="without `subject`: {process, value} find the record")


class EventTaken(BaseModel):
    """The event has reached this record, or has started it; it is carried out when its turn comes."""

    record: str


@router.post(
    "/events",
    operation_id="send_event",
    status_code=202,
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
    """Send an event, structured or binary; the same `source` and `id` have one effect."""
    demand_role(caller, AUTOMATION, to="send events")
    sent = _read(request, await request.body())
    if sent.subject is None:
        return await _find_or_start(services, caller, sent)
    row = await get_record(services.database, sent.subject)
    if row is None:
        raise not_found(sent.subject)
    return await _tell(services, caller, sent.type, row, Outside(None, sent.data, sent.source, sent.id))


async def _find_or_start(services: Services, caller: Actor, sent: CloudEvent) -> EventTaken:
    """Let an event reach the open record that is found by its value, or else start one. Raises NotFoundError."""
    definition, outside = await _meant(services, sent)
    for _ in range(TRIES):
        row = await open_by_correlation(services.database, definition.process, outside.value or "")
        if row is not None:
            return await _tell(services, caller, sent.type, row, outside)
        if definition.start.event != sent.type:
            by = definition.correlate or "nothing: its definition has no `correlate`"
            raise NotFoundError(f'No open {definition.process} is found by "{outside.value}" (it correlates by {by}).')
        record = await start(services, definition, outside)
        if record is not None:
            return EventTaken(record=record)
    raise BusyError(f"another {definition.process} of {outside.value} is being started: send the event again")


async def _tell(services: Services, caller: Actor, name: str, row: RecordRow, outside: Outside) -> EventTaken:
    """Let an event reach a record, unless it has started it."""
    if not has_started(row, outside):
        definition = await pinned(services.database, row.digest)
        event = Event(Kind.OCCUR, name, caller, outside.data, id=outside.known_to(row.id))
        event = await sealed_event(services, definition, restored(row), event, "data")
        event = event._replace(body=body_digest(event))
        try:
            await services.client.occur(row.id, event)
        except ClosedError:
            await closed(services, row.id, event)
    return EventTaken(record=row.id)


def _read(request: Request, body: bytes) -> CloudEvent:
    """Read the event from the body, or from headers and body. Raises RefusalError with paths."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == STRUCTURED:
        attributes = _json(body)
    elif "ce-id" in request.headers and (media == "application/json" or not body):
        headers = {
            name: unquote(request.headers[f"ce-{name}"]) for name in ATTRIBUTES if f"ce-{name}" in request.headers
        }
        attributes = {**headers, **({"data": _json(body)} if body else {})}
    else:
        raise HTTPException(415, f"send {STRUCTURED}, or application/json with the attributes in ce- headers")
    try:
        return CloudEvent.model_validate(attributes)
    except ValidationError as wrong:
        raise RefusalError([reason_of(dict(each), "the event") for each in wrong.errors()]) from wrong


def _json(body: bytes) -> Any:  # noqa: ANN401  # JSON
    try:
        return json.loads(body)
    except json.JSONDecodeError as wrong:
        raise RefusalError([Reason("input", "bad-json", f"the body is not JSON: {wrong}")]) from wrong
    except (ValueError, RecursionError) as wrong:
        raise RefusalError([Reason("input", "bad-json", DETAILS[400])]) from wrong


async def _meant(services: Services, sent: CloudEvent) -> tuple[Definition, Outside]:
    """Say which process an event is for, and what it brings. Raises NotFoundError and RefusalError."""
    process, value = sent.data.get("process"), sent.data.get("value")
    definition = await newest(services.database, process) if isinstance(process, str) else None
    if definition is None or not (isinstance(value, str) or (value is None and definition.correlate is None)):
        text = "say whom it is for: `subject` (the id of a record), or `process` and `value` in `data`"
        raise RefusalError([Reason("input", "no-subject", text, "subject")])
    data = {name: each for name, each in sent.data.items() if name not in ("process", "value")}
    return definition, Outside(value, data, sent.source, sent.id)
