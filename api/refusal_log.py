"""Notes what the edges refuse, beside the answers and after them: who, from where, what, and with which codes.

However much is refused, little is written: what is refused again within an hour is counted, and written when the count
has doubled; somebody with very many different refusals, and everybody together, are counted as one from then on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.refusals_told import Told, listening
from api.request_times import template_of
from api.services import Services
from store import refusals
from store.database import Database
from store.errors import StoreError
from store.refusals import Counted, Refused

ALWAYS = (401, 403, 404, 410, 429)
"""Answers that are refusals, whatever was asked for."""
OF_COMMANDS = (409, 412, 422)
"""Answers that are refusals where something was to be changed; a question is only not understood."""
READS = ("GET", "HEAD", "OPTIONS")
SUBJECTS = ("record", "task", "approval", "process")
"""Parts of addresses that say what a request was about."""
HOUR, DAY = 3_600.0, 86_400.0
MOST_OF_ONE = 100
"""Different refusals of one source in an hour that are told apart."""
MOST = 5_000
"""The same of all sources."""
PRUNED_AFTER = 1_000
"""New rows after which old ones are forgotten."""

log = structlog.get_logger("steward.api")


@dataclass(slots=True)
class _Count:
    first_at: float
    last_at: float = 0.0
    count: int = 0
    written: int = 0
    request: str = ""


@dataclass(slots=True)
class RefusalLog:
    """Counts refusals of this hour and writes them; `days` is for how long they are kept."""

    database: Database
    clock: Callable[[], float]
    days: int
    hour: float = 0.0
    counts: dict[Refused, _Count] = field(default_factory=dict)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    unpruned: int = 0

    async def note(self, refusals: Iterable[Refused], request: str) -> None:
        """Count refusals of a request; of each the first, the second, the fourth … are written, with those between."""
        now = self.clock()
        if now - self.hour >= HOUR:
            await self.flush()
            self.counts.clear()
            self.sources.clear()
            self.hour, self.unpruned = now - now % HOUR, PRUNED_AFTER
        doubled = {}
        for known in map(self._told_apart, refusals):
            counted = self.counts.setdefault(known, _Count(now))
            counted.last_at, counted.count, counted.request = now, counted.count + 1, request
            if counted.count & (counted.count - 1) == 0:
                doubled[known] = counted
        await self._write(doubled)

    async def flush(self) -> None:
        """Write what was counted and is not written yet."""
        await self._write({known: each for known, each in self.counts.items() if each.count > each.written})

    def _told_apart(self, refused: Refused) -> Refused:
        """Give under what a refusal is counted."""
        if refused in self.counts:
            return refused
        source = (refused.address, refused.person)
        if len(self.counts) >= MOST:
            return Refused(status=refused.status)
        if self.sources[source] >= MOST_OF_ONE:
            return Refused(*source, status=refused.status)
        self.sources[source] += 1
        return refused

    async def _write(self, counts: Mapping[Refused, _Count]) -> None:
        if not counts:
            return
        new = [
            Counted(known, each.first_at, each.last_at, each.count - each.written, each.request)
            for known, each in counts.items()
        ]
        try:
            await refusals.note(self.database, self.hour, new)
            self.unpruned += sum(not each.written for each in counts.values())
            if self.unpruned >= PRUNED_AFTER:
                self.unpruned = 0
                await refusals.prune(self.database, self.clock() - self.days * DAY)
        except StoreError as away:  # it is counted, and written with the next ones
            log.warning("refusals could not be noted", error=str(away))
            return
        for known, each in zip(counts, new, strict=True):
            self.counts[known].written += each.times


def install(app: FastAPI, services: Services) -> None:
    """Let what this application refuses be noted."""
    app.state.refusal_log = RefusalLog(services.database, services.clock, services.refusal_days)
    app.add_middleware(RefusalWatch, refusal_log=app.state.refusal_log)


class RefusalWatch:
    """Looks at the answers and at what is told meanwhile, and has refusals noted when the answer is sent."""

    def __init__(self, app: ASGIApp, refusal_log: RefusalLog) -> None:
        """Keep the application and the log."""
        self._app = app
        self._log = refusal_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        answers: list[Message] = []

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                answers.append(message)
            await send(message)

        with listening() as told:
            await self._app(scope, receive, watched)
        for answer in answers:
            found = [each for each in told or [Told(answer["status"])] if is_refusal(scope["method"], each.status)]
            if found:
                request = Headers(raw=answer["headers"]).get("X-Request-Id", "")
                await self._log.note([refused_by(scope, each) for each in found], request)


def is_refusal(method: str, status: int) -> bool:
    """Say whether an answer is one that is noted."""
    return status in ALWAYS or (method not in READS and status in OF_COMMANDS)


def refused_by(scope: Mapping[str, Any], told: Told) -> Refused:
    """Say what was refused to whom, as far as the application found out before it refused."""
    state, client = scope.get("state", {}), scope.get("client")
    actor, credential = state.get("actor"), state.get("credential", "")
    named = scope.get("path_params", {})
    return Refused(
        client[0] if client else "",
        actor.id if actor else "",
        actor.origin.credential if actor else credential,
        scope["method"],
        template_of(scope),
        told.subject or next((str(named[each]) for each in SUBJECTS if each in named), ""),
        told.status,
        told.codes,
    )
