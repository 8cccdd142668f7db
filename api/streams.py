"""How many streams somebody may hold open at a time: each of them looks into the store again and again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from workflows.client import CrowdedError

MOST = 4
"""Streams of one person in one process."""


class Streams:
    """The streams that are open, by who holds them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: Counter[str] = Counter()

    @contextmanager
    def place(self, person: str) -> Iterator[None]:
        """Hold a stream open for a person; raises CrowdedError where they have as many as there may be."""
        if self._open[person] >= MOST:
            raise CrowdedError(f"you have {MOST} streams open, which is the most there can be: close one first")
        self._open[person] += 1
        try:
            yield
        finally:
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]
