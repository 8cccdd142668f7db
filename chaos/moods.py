"""How the systems around Steward behave badly: late, failing, or silent after they have done what was asked."""

from collections import Counter
from enum import StrEnum
from random import Random

MOST = 2
"""How often one and the same thing is treated badly: nothing is refused for ever."""
SLOW = 1.5
"""Seconds by which something is late, at most."""


class Mood(StrEnum):
    """What comes of a request."""

    WELL = "well"
    LATE = "late"
    FAILS = "fails"  # nothing has happened
    FAILS_AFTER = "fails_after"  # it has happened, and an error is answered
    SILENT = "silent"  # it has happened, and nothing is answered


BAD = (Mood.LATE, Mood.FAILS, Mood.FAILS_AFTER, Mood.SILENT)


class Moods:
    """Chooses by chance, the same for the same seed in the same order; `kind`: from now on all goes well."""

    def __init__(self, seed: int, share: float) -> None:
        """Let this share of requests meet with something bad."""
        self._random = Random(seed)
        self._share = share
        self._times: Counter[str] = Counter()
        self.met: Counter[Mood] = Counter()
        self.kind = False

    def next(self, about: str) -> Mood:
        """Choose what comes of a request about something."""
        bad = self._random.random() < self._share and not self.kind and self._times[about] < MOST
        mood = self._random.choice(BAD) if bad else Mood.WELL
        self._times[about] += bad
        self.met[mood] += 1
        return mood

    def delay(self) -> float:
        """Choose by how many seconds something is late."""
        return self._random.uniform(0.2, SLOW)
