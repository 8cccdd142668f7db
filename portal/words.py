"""Words of the pages for times and numbers."""

from datetime import UTC, datetime

from language.durations import in_words


def instant(at: datetime) -> str:
    """Give a time as it reads without a script: `2026-03-06 10:00 UTC`."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def apart(at: datetime, now: float) -> str:
    """Say how far a time is from now (seconds since the epoch): `in 3 hours`, `2 days ago`, `just now`."""
    seconds = at.timestamp() - now
    if abs(seconds) < 60:
        return "just now"
    return f"in {in_words(seconds)}" if seconds > 0 else f"{in_words(-seconds)} ago"


def counted(number: int, one: str, many: str = "") -> str:
    """Give a number with its word: `1 task`, `2 tasks`, `no tasks`."""
    several = many or f"{one}s"
    return f"{number or 'no'} {one if number == 1 else several}"


def listed(names: list[str]) -> str:
    """List names: `Ann, Bob and Carl`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
