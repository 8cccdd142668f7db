"""How often somebody may ask: so many calls a minute for each person, and so many unknown ones for each address.

Kept in memory, by the generic cell rate algorithm (ITU-T I.371): a time for each caller and kind of call, no lists.
"""

from math import ceil
from typing import NamedTuple

from fastapi import Request

from api.problems import ProblemError

MINUTE = 60.0
MOST_KEPT = 10_000
"""Callers that are remembered before those who asked long ago are forgotten."""
STARTS = ("start_record", "send_event", "take_alerts")
"""Calls that may make records."""
CHECKS = ("check_definition", "publish_definition")
"""Calls that take a process of their own to answer."""


class Rates(NamedTuple):
    """Calls a minute: of a person all together, those that may start records, those that examine definitions.

    `strangers` counts what comes from one address without being known. Nobody need wait who asks less often; after a
    pause all of a minute's calls may come at once.
    """

    calls: int = 3_000
    starts: int = 600
    checks: int = 60
    strangers: int = 600


class Throttle:
    """Remembers how often everybody has asked lately."""

    def __init__(self, rates: Rates | None = None) -> None:
        """Keep the rates, without any the usual ones; nobody has asked yet."""
        self._rates = rates or Rates()
        self._full: dict[tuple[str, str], float] = {}
        """Caller and kind of call → when everything that they may do in a minute is theirs again."""

    def take(self, person: str, request: Request, now: float) -> None:
        """Count a call of a person; raise ProblemError (429) when it is one too many."""
        self._take(person, "calls", self._rates.calls, now)
        called = getattr(request.scope.get("route"), "operation_id", None)
        if called in STARTS:
            self._take(person, "starts", self._rates.starts, now)
        elif called in CHECKS:
            self.take_check(person, now)

    def take_check(self, person: str, now: float) -> None:
        """Count what takes a process of its own to answer; raise ProblemError (429) when it is one too many."""
        self._take(person, "checks", self._rates.checks, now)

    def take_stranger(self, request: Request, now: float) -> None:
        """Count a call of somebody who is not known; raise ProblemError (429) when it is one too many.

        Those who are known are never kept out by what else comes from their address.
        """
        address = request.client.host if request.client else ""
        self._take(address, "unknown calls", self._rates.strangers, now)

    def _take(self, who: str, kind: str, most: int, now: float) -> None:
        if len(self._full) > MOST_KEPT:
            self._full = {key: full for key, full in self._full.items() if full > now}
        full = max(self._full.get((who, kind), now), now) + MINUTE / most
        if full > now + MINUTE:
            wait = max(1, ceil(full - now - MINUTE))
            detail = f"more than {most} {kind} in a minute: try again in {wait} s"
            raise ProblemError(429, detail, headers={"Retry-After": str(wait)})
        self._full[who, kind] = full
