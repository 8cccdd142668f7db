"""What something was caused by: the request, and its place in a trace; it stays with whatever is done for it.

It travels through Temporal in one header of starts, signals, updates and activities (workflows/tracing.py). It is told,
never asked: nothing that a record decides depends on it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

REQUEST, PARENT = "X-Request-Id", "traceparent"
"""The headers of HTTP, and the names within ours."""


class Cause(NamedTuple):
    """The id of the request, and `traceparent` (W3C Trace Context); empty: nobody's request, no trace."""

    request_id: str = ""
    traceparent: str = ""

    def headers(self) -> dict[str, str]:
        """Give what is known of it, by the names of headers of HTTP."""
        return {name: value for name, value in zip((REQUEST, PARENT), self, strict=True) if value}

    def logged(self) -> dict[str, str]:
        """Give what is known of it, by the names of our logs."""
        _, trace_id, *_ = *self.traceparent.split("-"), ""
        known = {"request_id": self.request_id, "trace_id": trace_id}
        return {name: value for name, value in known.items() if value}


NOBODY = Cause()
_CAUSE: ContextVar[Cause] = ContextVar("cause", default=NOBODY)


def cause() -> Cause:
    """Give what the present work was caused by."""
    return _CAUSE.get()


def cause_in(headers: Mapping[str, str]) -> Cause:
    """Read what `headers` gave."""
    return Cause(headers.get(REQUEST, ""), headers.get(PARENT, ""))


def continue_for(by: Cause) -> None:
    """Do what comes next in this task, and in those that it begins, for this cause."""
    _CAUSE.set(by)


@contextmanager
def caused(by: Cause) -> Iterator[None]:
    """Do the work of the block for this cause."""
    before = _CAUSE.set(by)
    try:
        yield
    finally:
        _CAUSE.reset(before)
