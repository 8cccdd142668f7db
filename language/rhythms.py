"""What `every` means: times that repeat on a calendar, reckoned from the first of them and not from one to the next.

So a month that begins on the 31st comes back to the 31st, and a business day that was cut short does not shorten those
that follow. Days and weeks keep the clock time of the calendar, as months do, also when the clocks change.
"""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from language.calendars import Calendar
from language.durations import MOST, Duration, Unit

DAYS = {Unit.DAYS: 1, Unit.WEEKS: 7}
ELAPSED = (Unit.MINUTES, Unit.HOURS)
"""Units that pass on every clock alike, so that no calendar is needed."""


class Rhythm(NamedTuple):
    """Times that repeat: number 0 is `first` (seconds since the epoch), the last a hundred years later.

    `every` is longer than nothing.
    """

    calendar: Calendar
    first: float
    every: Duration

    def time(self, number: int) -> float:
        """Give the time with a number, from 0."""
        amount = self.every.amount * number
        if self.every.unit in DAYS:
            return self.calendar.days_after(self.first, amount * DAYS[self.every.unit])
        return self.calendar.add(self.first, Duration(amount, self.every.unit))

    def before(self, instant: float) -> int:
        """Count the times that lie before an instant: the number of the first that does not."""
        return bisect_left(self.numbers, instant, key=self.time) if instant > self.first else 0

    def until(self, instant: float) -> int:
        """Count the times up to an instant: the number of the first that lies after it."""
        return bisect_right(self.numbers, instant, key=self.time) if instant >= self.first else 0

    def following(self, instant: float, most: int) -> tuple[float, ...]:
        """Give the times after an instant, at most so many of them."""
        begin = self.until(instant)
        return tuple(self.time(number) for number in self.numbers[begin : begin + most])

    @property
    def numbers(self) -> range:
        """Give the numbers of its times."""
        return range(MOST[self.every.unit] // self.every.amount + 1)
