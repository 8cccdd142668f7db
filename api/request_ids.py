"""Every request has an id, which its answer, its problem and its lines in the log carry, and is logged when it is over.

`X-Request-Id` is taken from whoever asks when it is well-formed, else made. So is the trace of `traceparent` (W3C Trace
Context): it stands in the log as `trace_id` and `parent_id`.
"""

import re
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
WELL_FORMED = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")
TRACE = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?")
QUIET = ("/healthz", "/readyz")
"""What supervisors ask every few seconds: logged only for who wants every detail."""
SECRET = re.compile(r"(.*?/+(?:decide|sign-in)/+|.*?(?=st[wf]_)).+", re.IGNORECASE | re.DOTALL)
"""Addresses that hold a secret, up to where it begins; also where nothing of ours is at such an address."""
SECRET_NAMES = ("link", "secret", "token")
"""What parts of addresses are called that are secrets."""

log = structlog.get_logger("steward.requests")


def current_id() -> str:
    """Give the id of the request that is being answered; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def loggable(scope: Mapping[str, Any]) -> str:
    """Give the path of a request as it may stand in a log: without the secret of a link, and without a token."""
    path: str = scope["path"]
    named = scope.get("path_params", {})
    for secret in filter(None, (str(named.get(name, "")) for name in SECRET_NAMES)):
        path = path.replace(secret, "…")
    found = SECRET.fullmatch(path)
    return path if found is None else f"{found[1]}…"


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
        known = dict(_known(Headers(scope=scope)))
        status, since = 0, time.monotonic()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault(HEADER, known["request_id"])
            await send(message)

        with structlog.contextvars.bound_contextvars(**known):
            try:
                await self._app(scope, receive, sent)
            finally:
                tell = log.debug if scope["path"] in QUIET else log.info
                took = round((time.monotonic() - since) * 1_000, 1)
                tell("answered", method=scope["method"], path=loggable(scope), status=status, milliseconds=took)


def _known(headers: Headers) -> Iterator[tuple[str, str]]:
    """Give what is said of a request in every line about it."""
    given = headers.get(HEADER, "")
    yield "request_id", given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
    trace = TRACE.fullmatch(headers.get("traceparent", "").strip())
    if trace:
        yield "trace_id", trace[1]
        yield "parent_id", trace[2]
