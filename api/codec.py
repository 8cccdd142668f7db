"""Temporal's codec endpoint: shows what Temporal keeps to those who may read it, in its own pages and program."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Request
from pydantic import Base64Bytes, BaseModel, Field
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from temporalio.api.common.v1 import Payload

from api.identity import Caller, demand_role
from api.origins import AUDITORS
from api.problems import NotFoundError, RefusalError, may_answer
from api.services import PREFIX, Provided, Services
from engine.record import Reason
from workflows.codec import ENCODING, Codec, CodecKeyError

router = APIRouter(tags=["codec"], responses=may_answer(403, 404))
log = structlog.get_logger("steward.api")

WHERE = f"{PREFIX}/codec/"
LARGER = {f"{WHERE}{way}": 4 * 1024 * 1024 for way in ("decode", "encode")}
"""Paths that take larger bodies: what one event of a history brings may be two megabytes, and nothing of it is kept."""
ENCODERS = ("administrator",)


class PayloadView(BaseModel):
    """A payload as Temporal has it: bytes are Base64."""

    metadata: dict[str, Base64Bytes] = Field({}, description="what says how it is encoded, in Base64")
    data: Base64Bytes = Field(b"", description="the encoded value, in Base64")


class PayloadList(BaseModel):
    """Payloads, in the order in which they were asked for."""

    payloads: Annotated[list[PayloadView], Field(max_length=10_000)]


@router.post("/codec/decode", operation_id="decode_payloads")
async def decode_payloads(given: PayloadList, services: Provided, caller: Caller, request: Request) -> PayloadList:
    """Decrypt payloads for auditors and administrators; what is not encrypted stays as it is."""
    demand_role(caller, *AUDITORS, to="read what Temporal keeps")
    codec = _codec(services, request)
    found = [_opened(codec, number, _payload(each)) for number, each in enumerate(given.payloads)]
    log.info("payloads decrypted", person=caller.id, count=len(found))
    return PayloadList(payloads=[_view(each) for each in found])


@router.post("/codec/encode", operation_id="encode_payloads")
async def encode_payloads(given: PayloadList, services: Provided, caller: Caller, request: Request) -> PayloadList:
    """Encrypt payloads for administrators, who send something to a workflow from Temporal's own pages."""
    demand_role(caller, *ENCODERS, to="write what Temporal keeps")
    found = await _codec(services, request).encode([_payload(each) for each in given.payloads])
    log.info("payloads encrypted", person=caller.id, count=len(found))
    return PayloadList(payloads=[_view(each) for each in found])


class Shared:
    """Lets pages of other origins, such as Temporal's, call the codec endpoint, and nothing else."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        """Keep the application, and the origins (`https://temporal.example.org`)."""
        headers = ("Authorization", "Content-Type", "X-Namespace")
        self._app = app
        self._shared = CORSMiddleware(app, allow_origins=origins, allow_methods=("POST",), allow_headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; who may call from where is answered for the codec endpoint alone."""
        asked = self._shared if scope["type"] == "http" and scope["path"].startswith(WHERE) else self._app
        await asked(scope, receive, send)


def _codec(services: Services, request: Request) -> Codec:
    """Give what decrypts. Raises RefusalError for a session, and NotFoundError where nothing is encrypted."""
    if "Authorization" not in request.headers:
        raise RefusalError([Reason("who", "not-allowed", "this needs a token, not a session")])
    if services.codec is None:
        raise NotFoundError("Nothing is encrypted here: there is no key.")
    return services.codec


def _opened(codec: Codec, number: int, payload: Payload) -> Payload:
    if payload.metadata.get("encoding") != ENCODING:
        return payload
    path = f"payloads[{number}]"
    try:
        opened = codec.opened(payload)
    except CodecKeyError as error:
        raise RefusalError([Reason("input", "unknown-key", str(error), path)]) from None
    if opened is None:
        raise RefusalError([Reason("input", "not-ours", "it was changed, or is not ours", path)])
    return opened


def _payload(view: PayloadView) -> Payload:
    return Payload(metadata=view.metadata, data=view.data)


def _view(payload: Payload) -> PayloadView:
    return PayloadView.model_construct(metadata=dict(payload.metadata), data=payload.data)
