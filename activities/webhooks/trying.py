"""When a message that was not taken is sent again, and when no more."""

from collections.abc import Callable

FIRST_WAIT, LONGEST_WAIT = 5.0, 21_600.0
"""Seconds after a failure; each further one waits three times as long."""
ATTEMPTS = 12
"""Failures after which a message is dead: about a day after the first."""
JITTER = 0.2
"""The part by which a wait is made shorter or longer, so that messages that failed together do not come together."""
PATIENCE = 86_400.0
"""Seconds for which nothing may get through before a webhook is paused."""


def next_try(failures: int, now: float, asked: float | None, chance: Callable[[], float]) -> float | None:
    """Give when to try again after so many failures (from 1); None: no more.

    `asked` is the seconds that the receiver has asked for, at least; `chance` gives a number from 0 to 1.
    """
    if failures >= ATTEMPTS:
        return None
    wait = min(FIRST_WAIT * 3.0 ** (failures - 1), LONGEST_WAIT)
    return now + max(wait * (1 - JITTER + 2 * JITTER * chance()), asked or 0.0)
