"""Reads events from outside as CloudEvents 1.0, structured or binary."""

import json
from typing import Any, Literal
from urllib.parse import unquote

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException

from api.inputs import Text, Values
from api.invalid import reason_of
from api.problems import DETAILS, RefusalError
from engine.record import Reason

STRUCTURED = "application/cloudevents+json"
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


def read_event(request: Request, body: bytes) -> CloudEvent:
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
