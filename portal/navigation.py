"""The ways through the portal, in the order of the header, and whom each is for."""

from collections.abc import Callable
from typing import NamedTuple

from engine.record import Actor

For = Callable[[Actor], bool]


def everybody(_actor: Actor) -> bool:
    """Say that a page is for whoever is signed in."""
    return True


class Way(NamedTuple):
    """A page that the header leads to, marked on every address that begins with it; `whom` says who may see it."""

    title: str
    address: str
    whom: For = everybody


WAYS = (
    Way("My work", "/work"),
    Way("Catalogue", "/catalogue"),
    Way("My requests", "/requests"),
    Way("Records", "/records"),
    Way("Calendar", "/calendar"),
    Way("Definitions", "/definitions"),
    Way("Reports", "/reports"),
    Way("Organisation", "/organisation"),
)


def ways(actor: Actor | None, path: str) -> tuple[tuple[Way, bool], ...]:
    """Give the ways of a visitor (None: nobody who is known), each with whether somebody at this path is there."""
    if actor is None:
        return ()
    theirs = (way for way in WAYS if way.whom(actor))
    return tuple((way, path == way.address or path.startswith(f"{way.address}/")) for way in theirs)
