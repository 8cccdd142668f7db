"""How much somebody may hold open at a time: each stream, and each long poll, looks into the store again and again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from workflows.client import CrowdedError

MOST = 4
"""Streams of one person in one process."""
MOST_WAITS = 32
"""Long polls of one person in one process."""
MOST_EXAMINED = 2
"""Definitions of one person that are examined at a time, each by a process of its own."""

MOST_EXPORTS = 2
"""Exports of one person in one process: each reads all there is."""


class Streams:
    """The streams that are open, by who holds them; or whatever else is `called`, of which a person may have `most`."""

    def __init__(self, most: int = MOST, called: str = "streams") -> None:
        """Begin with none."""
        self._most, self._called = most, called
        self._open: Counter[str] = Counter()

    @contextmanager
    def place(self, person: str) -> Iterator[None]:
        """Hold one open for a person; raises CrowdedError where they have as many as there may be."""
        if self._open[person] >= self._most:
            raise CrowdedError(
                f"you have {self._most} {self._called} open, which is the most there can be: close one first"
            )
        self._open[person] += 1
        try:
            yield
        finally:
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]
