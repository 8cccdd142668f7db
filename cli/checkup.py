"""What `steward doctor` says of one thing it looked at, and how it looks at several of them."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from settings import Settings

LONGEST = 300
"""Characters of what others say of an error."""


class Status(StrEnum):
    """How something is; only what is wrong makes the exit code 1."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


class Checked(NamedTuple):
    """One thing: how it is, what was found, and what helps where it is not fine."""

    what: str
    status: Status
    found: str
    remedy: str = ""


Look = Callable[[Settings], Checked]


def looked(looks: Iterable[tuple[str, Look]], chosen: Settings) -> Iterator[Checked]:
    """Look at one thing after the other; where looking itself fails, that is what was found."""
    for what, look in looks:
        try:
            yield look(chosen)._replace(what=what)
        except Exception as error:  # noqa: BLE001 - whatever is broken, the rest is still looked at
            yield wrong(f"{type(error).__name__}: {error}"[:LONGEST], "Mend this first, then look again.", what)


def fine(found: str) -> Checked:
    """Say that it is as it should be."""
    return Checked("", Status.FINE, found)


def note(found: str, remedy: str) -> Checked:
    """Say that it is well enough, but may not be what is wanted."""
    return Checked("", Status.NOTE, found, remedy)


def wrong(found: str, remedy: str, what: str = "") -> Checked:
    """Say that it is not as it should be."""
    return Checked(what, Status.WRONG, found, remedy)
