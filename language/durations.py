"""Durations as process owners write them ("3 business days") and spans of time as people read them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from language.problems import did_you_mean, quoted, sentence


class Unit(StrEnum):
    """The units of a duration, as they are written."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    BUSINESS_HOURS = "business hours"
    BUSINESS_DAYS = "business days"


MOST = {  # a hundred years in each unit, so that no arithmetic on times can leave the calendar
    Unit.MINUTES: 52_596_000,
    Unit.HOURS: 876_600,
    Unit.DAYS: 36_525,
    Unit.WEEKS: 5_217,
    Unit.MONTHS: 1_200,
    Unit.YEARS: 100,
    Unit.BUSINESS_HOURS: 876_600,
    Unit.BUSINESS_DAYS: 36_525,
}
SECONDS = {Unit.MINUTES: 60, Unit.HOURS: 3_600, Unit.DAYS: 86_400, Unit.WEEKS: 604_800}
UNITS = {spelling: unit for unit in Unit for spelling in (unit.value, unit.value[:-1])}
WRITTEN = re.compile(r"([0-9]{1,9}) ([a-z ]+)")
FRACTION = re.compile(r"[0-9]+[.,][0-9]+ ")
LONGEST = 200  # characters of a text that may still be a duration
HOW_TO_WRITE = f"Write a whole number and a unit: {', '.join(Unit)}."


class DurationError(ValueError):
    """A text that is not a duration, or one too long to be meant; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Duration:
    """So many minutes, days, business hours …: from 0 to a hundred years, not yet placed on a calendar."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse an amount nobody can mean."""
        if not 0 <= self.amount <= MOST[self.unit]:
            raise DurationError(f"a duration is between 0 and {MOST[self.unit]} {self.unit}")

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read `3 business days`, `1 hour`; raise DurationError when the text is anything else."""
        words = " ".join(text.lower().split()) if len(text) <= LONGEST else ""
        written = WRITTEN.fullmatch(words)
        unit = UNITS.get(written[2]) if written else None
        if written is None or unit is None:
            raise DurationError(sentence(f"{quoted(text)} is not a duration", _remedy(words)))
        return cls(int(written[1]), unit)

    def __str__(self) -> str:
        """Write it the one way it is stored: `1 hour`, `3 business days`."""
        return f"{self.amount} {self.unit[:-1] if self.amount == 1 else self.unit}"

    @property
    def business(self) -> bool:
        """Say whether opening hours and holidays count for it."""
        return self.unit in (Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS)

    @property
    def seconds(self) -> int | None:
        """Give its length for minutes, hours, days (24 hours each) and weeks; None where only a calendar can tell."""
        length = SECONDS.get(self.unit)
        return None if length is None else self.amount * length


def as_timedelta(duration: Duration) -> timedelta | None:
    """Give the elapsed span of a duration; None for months, years and business units, which need a calendar."""
    return None if duration.seconds is None else timedelta(seconds=duration.seconds)


def in_words(seconds: float) -> str:
    """Say a span of time as people do, with its two largest units, rounded down: `4 hours 20 minutes`.

    The sign is not said: whether it is time left or time over is for the caller's sentence.
    """
    rest = int(abs(seconds))
    if rest < SECONDS[Unit.MINUTES]:
        return _counted(rest, "second") if rest else "0 minutes"
    parts = []
    for unit in (Unit.DAYS, Unit.HOURS, Unit.MINUTES):
        amount, rest = divmod(rest, SECONDS[unit])
        if amount:
            parts.append(_counted(amount, unit[:-1]))
    return " ".join(parts[:2])


def _counted(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"


def _remedy(words: str) -> str:
    """Say what to write instead of a text (in lower case, spaces single) that is not a duration."""
    if FRACTION.match(words):
        return "Use whole numbers: 90 minutes instead of 1.5 hours."
    amount = words.split(" ", maxsplit=1)[0]
    meant = did_you_mean(words.removeprefix(amount).strip(), UNITS) if re.fullmatch("[0-9]+", amount) else ""
    return meant or HOW_TO_WRITE
