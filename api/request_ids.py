"""Every request has an id, which its answer, its problem and its lines in the log carry, and is logged when it is over.

`X-Request-Id` is taken from whoever asks when it is well-formed, else made. The trace of `traceparent` (W3C Trace
Context) is gone on with: it stands in the log as `trace_id`. Both are the cause of whatever is done for the request.
"""

import re
import time
import uuid

import structlog
from fastapi import FastAPI
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.loggable import loggable
from api.request_times import template_of
from workflows.causes import PARENT, REQUEST, Cause, cause, caused
from workflows.spans import spanned, traceparent

WELL_FORMED = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")
QUIET = ("/healthz", "/readyz")
"""What supervisors ask every few seconds: logged only for who wants every detail, and in no trace."""
FAILED = 500
log = structlog.get_logger("steward.requests")


def install(app: FastAPI) -> None:
    """Wrap everything of the application, the answers to its own failures included."""
    stack = app.build_middleware_stack
    app.build_middleware_stack = lambda: RequestIds(stack())  # type: ignore[method-assign]  # outermost


class RequestIds:
    """Names every request, and says afterwards what became of it and how long it took."""

    def __init__(self, app: ASGIApp) -> None:
        """Keep the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id, and the answer back with it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        by = _cause(Headers(scope=scope))
        if scope["path"] in QUIET:
            with caused(by):
                await self._answered(scope, receive, send, INVALID_SPAN)
            return
        with spanned(scope["method"], SpanKind.SERVER, by, **{"steward.request_id": by.request_id}) as span:
            await self._answered(scope, receive, send, span)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, span: Span) -> None:
        """Have a request answered for the present cause, and tell its line in the log and its span."""
        status, since = 0, time.monotonic()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault(REQUEST, cause().request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(**cause().logged()):
            try:
                await self._app(scope, receive, sent)
            finally:
                took = round((time.monotonic() - since) * 1_000, 1)
                tell = log.debug if scope["path"] in QUIET else log.info
                tell("answered", method=scope["method"], path=loggable(scope), status=status, milliseconds=took)
                _tell(span, scope, status)


def _cause(headers: Headers) -> Cause:
    given = headers.get(REQUEST, "")
    known = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
    return Cause(known, traceparent(headers.get(PARENT, "")))


def _tell(span: Span, scope: Scope, status: int) -> None:
    """Name a span by the template of the address: the address itself may hold a secret."""
    route = template_of(scope)
    span.update_name(f"{scope['method']} {route}".strip())
    span.set_attributes(
        {"http.request.method": scope["method"], "http.route": route, "http.response.status_code": status}
    )
    if status >= FAILED:
        span.set_status(StatusCode.ERROR)
