"""How a figure is taken: ours and the baseline in turn, several rounds, medians, and their ratio."""

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

ROUNDS = 7


class Figure(NamedTuple):
    """Seconds for one of ours and one of the baseline (`baseline_is` says what that does); `ratio` is ours over it."""

    what: str
    ours: float
    baseline: float
    baseline_is: str

    @property
    def ratio(self) -> float:
        """How many times as long ours takes."""
        return self.ours / self.baseline


def shown(seconds: float) -> str:
    """Write a short time with how many a second that makes: `12.3 µs (81,301/s)`."""
    unit, factor = ("µs", 1e6) if seconds < 1e-3 else ("ms", 1e3)
    return f"{seconds * factor:.1f} {unit} ({1 / seconds:,.0f}/s)"


def in_turn(ours: Callable[[], object], baseline: Callable[[], object], times: int) -> tuple[float, float]:
    """Give the median seconds of processor time of one call of each, measured in turn: a busy machine hits both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for measured, what in zip(taken, (ours, baseline), strict=True):
            began = time.process_time()
            for _ in range(times):
                what()
            measured.append((time.process_time() - began) / times)
    return median(taken[0]), median(taken[1])
