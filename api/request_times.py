"""How long requests take, by the template of their address: never by the address itself, which may hold anything."""

import time
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.services import PREFIX

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
OTHER = "other"
"""What is not one of ours: a method, or an address at which nothing is."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class RequestTimes:
    """Times the requests of one application."""

    def __init__(self) -> None:
        """Begin with none."""
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "steward_http_request_seconds",
            "Seconds until a request was answered whole.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )

    def take(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        """Count a request that was answered with this status."""
        method = scope["method"] if scope["method"] in METHODS else OTHER
        self._seconds.labels(method, template_of(scope) or OTHER, status).observe(seconds)


def template_of(scope: Mapping[str, Any]) -> str:
    """Give the address of a request with `{…}` for names; empty where nothing is at it, because anything may be in it.

    To be asked when the request is answered.
    """
    path: str = getattr(scope.get("route"), "path", "")
    whole = not path or path.startswith(PREFIX) or not scope["path"].startswith(f"{PREFIX}/")
    return path if whole else f"{PREFIX}{path}"


def install(app: FastAPI) -> None:
    """Time what this application is asked."""
    app.state.request_times = RequestTimes()
    app.add_middleware(Timing, times=app.state.request_times)


class Timing:
    """Takes the time of every request."""

    def __init__(self, app: ASGIApp, times: RequestTimes) -> None:
        """Keep the application, and who counts."""
        self._app = app
        self._times = times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        since, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._times.take(scope, status, time.perf_counter() - since)
