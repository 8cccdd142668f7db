"""Timers that repeat (`every`): which of their times are over, and which comes next.

A rhythm is reckoned from its first time, so that it is kept however late a timer acts. Times that were missed are not
made up for one by one: a single line of the journal counts them; with `to` the transition happens once, for the last.
"""

from math import inf

from engine.record import Timer
from engine.scope import calendar_of
from engine.turn import Turn
from language.calendars import ALWAYS_OPEN
from language.definition import Transition
from language.durations import Duration
from language.rhythms import ELAPSED, Rhythm


def begun(turn: Turn, transition: Transition, every: Duration, first: float, place: str) -> Timer | None:
    """Give the timer of a rhythm that begins at a time; what is over of it already is passed.

    `place` is the timer's name in `fired`. None: its hundred years are over.
    """
    rhythm = _rhythm(turn, every, first)
    done = turn.fired.get(place, -inf)
    if transition.at is None and transition.after is None:
        done = max(done, first)  # the time from which it counts is none of its times
    due, over = rhythm.until(done), rhythm.before(turn.now)
    if over <= due:
        return _timer(rhythm, due)
    last = over - 1 if transition.to else over
    _pass(turn, transition.name, rhythm, due, last)
    if not transition.to:
        turn.fired[place] = rhythm.time(over - 1)
    return _timer(rhythm, last)


def acted(turn: Turn, transition: Transition, every: Duration, timer: Timer, place: str) -> Timer | None:
    """Take a timer as having acted for the last of its times that has come; give it for the one that follows."""
    assert timer.first is not None
    rhythm = _rhythm(turn, every, timer.first)
    due, over = rhythm.before(timer.due), rhythm.until(turn.now)
    _pass(turn, transition.name, rhythm, due, over - 1)
    turn.fired[place] = rhythm.time(over - 1)
    return _timer(rhythm, over)


def _timer(rhythm: Rhythm, number: int) -> Timer | None:
    return Timer(rhythm.time(number), first=rhythm.first) if number in rhythm.numbers else None


def _pass(turn: Turn, name: str, rhythm: Rhythm, first: int, end: int) -> None:
    """Journal the times from one up to another, which is not among them, as passed, if there are any."""
    if end > first:
        due, until = rhythm.time(first), rhythm.time(end - 1)
        turn.log("timer_passed", name, due=due, until=until, count=end - first)


def _rhythm(turn: Turn, every: Duration, first: float) -> Rhythm:
    return Rhythm(ALWAYS_OPEN if every.unit in ELAPSED else calendar_of(turn), first, every)
