"""The ways through the portal, in the order of the header."""

from typing import NamedTuple


class Way(NamedTuple):
    """A page that the header leads to; it is marked on every address that begins with it."""

    title: str
    address: str


WAYS = (Way("My work", "/work"),)


def ways(path: str) -> tuple[tuple[Way, bool], ...]:
    """Give every way, each with whether somebody at this path is there."""
    return tuple((way, path == way.address or path.startswith(f"{way.address}/")) for way in WAYS)
