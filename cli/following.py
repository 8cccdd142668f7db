"""Follows a record by long polls, for the verbs that wait: each change of it, also across a server that goes away."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from cli.client import Api, path
from cli.errors import UnreachableError
from cli.terminal import err

LONG_POLL = 30.0
"""Seconds that one request waits for a change; below what the API and proxies allow."""
PAUSES = (1.0, 2.0, 5.0, 10.0)
"""Seconds before it is tried again when no server answers; the last one from then on."""

Shown = Mapping[str, Any]


def follow(to: Api, record: str, *, until: float = float("inf")) -> Iterator[Shown | None]:
    """Give a record as it is now, and again each time that something has happened to it.

    None is given instead when `until` (of `time.monotonic`) has come; nothing after it. A server that goes away later
    is waited for. Raises UnreachableError where none answers at first or at the end, FindingsError where the record
    is absent or no longer to be seen.
    """
    shown: Shown = to.get(path("records", record)).body
    yield shown
    while (left := until - time.monotonic()) > 0:
        now = _next(to, record, shown["seq"], min(left, LONG_POLL), until)
        if now["seq"] != shown["seq"]:
            yield now
        shown = now
    yield None


def _next(to: Api, record: str, seq: int, wait: float, until: float) -> Shown:
    """Wait for what happens after `seq`; give the record as it is then, changed or not."""
    pauses = iter(PAUSES)
    while True:
        try:
            found: Shown = to.get(path("records", record), {"wait": wait, "seq": seq}).body
            return found
        except UnreachableError as error:
            pause = next(pauses, PAUSES[-1])
            if time.monotonic() + pause >= until:
                raise
            if pause == PAUSES[0]:
                err().print(f"{error.text.rstrip('.')}. Trying again …", style="yellow", markup=False)
            time.sleep(pause)
