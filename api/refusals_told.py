"""What was refused while a request was answered, as whoever refused it tells it; `api/refusal_log.py` notes it.

An answer alone does not say it: of many commands in one request some are refused, and a form that comes back to who
sent it is a page.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Told(NamedTuple):
    """A refusal: its status, the codes of its reasons, and what it was about (empty: what the address names)."""

    status: int
    codes: tuple[str, ...] = ()
    subject: str = ""


_told: ContextVar[list[Told] | None] = ContextVar("refusals_told", default=None)


def tell(status: int, codes: Sequence[str], subject: str = "") -> None:
    """Tell of a refusal in the request that is being answered; the same one told twice is one."""
    told = _told.get()
    if told is not None and (refusal := Told(status, tuple(dict.fromkeys(codes)), subject)) not in told:
        told.append(refusal)


@contextmanager
def listening() -> Iterator[list[Told]]:
    """Give the list in which everything is that is told meanwhile."""
    told: list[Told] = []
    before = _told.set(told)
    try:
        yield told
    finally:
        _told.reset(before)
