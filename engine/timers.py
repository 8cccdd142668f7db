"""Time: which deadlines a record has, and the transitions that time makes happen.

A timer fires once per due time, however often its state is left and entered. One whose guard refuses it is *blocked*:
people are told once, and it is tried again when something its guard reads changes, when the fact that refused it ends,
and at least every 15 minutes, or once a day where the record is told of all that its guard reads (`engine.told`). One
that repeats within a state (`engine.repeating`) has its next time anyway.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from engine import faults, messages, repeating
from engine.paths import guards_of, transitions_of
from engine.record import Record, Timer
from engine.scope import later, try_fill
from engine.told import is_told
from engine.turn import Turn, open_tasks
from language.definition import Definition, Transition
from language.durations import Duration
from language.expressions import Expression
from language.operations import EvaluationRefused

TRY_AGAIN = 900.0
"""Seconds after which a blocked timer is tried again at the latest, where time, facts or other records may free it."""
IN_ANY_CASE = 86_400.0
"""Seconds after which one is tried again of whose guard the record is told everything."""


class Deadline(NamedTuple):
    """Something that time will do: ordered by when, then targets, timers without `to`, open steps, timers with `to`."""

    when: float
    rank: int
    place: int
    kind: str  # "target", "timer", "step"
    name: str


def deadlines(definition: Definition, record: Record) -> tuple[Deadline, ...]:
    """List every deadline of a record, the one that acts first at the head."""
    return tuple(sorted(_deadlines(definition, record)))


def earliest(record: Record) -> float | None:
    """Say when the record wants to be woken next; None: only by people and events."""
    times = [
        *(timer.due if timer.retry is None else timer.retry for timer in record.timers.values()),
        *(token.due for token in record.tokens.values() if token.due is not None),
        *(clock.alarm for clock in record.targets.values() if clock.alarm is not None),
    ]
    return min(times, default=None)


def arm(turn: Turn) -> None:
    """Set the timers of the state the record has come into; those of the state it left are gone."""
    turn.timers = {}
    set_all(turn)


def set_all(turn: Turn) -> None:
    """Set every timer of the state; one that is set for the same time already stays as it is."""
    for transition in transitions_of(turn.definition, turn.state):
        set_timer(turn, transition)


def set_timer(turn: Turn, transition: Transition) -> None:
    """Set the timer of one transition of the state, where time makes it happen."""
    if transition.is_timed:
        _set(turn, transition, _first(turn, transition))


def refresh(turn: Turn) -> None:
    """Read `at` again where a field it uses has changed, and try blocked timers whose guard reads one that has."""
    blocked = [name for name, timer in turn.timers.items() if timer.retry is not None]
    concerned = [
        each for each in transitions_of(turn.definition, turn.state) if each.at is not None or each.name in blocked
    ]
    changed = _changed(turn) if concerned else ()
    for transition in concerned:
        if transition.at is not None and _reads(transition.at, changed):
            _set(turn, transition, _moment(turn, transition.at))
        timer = turn.timers.get(transition.name)
        if timer is not None and timer.retry is not None and _waits_for(turn.definition, transition, changed):
            turn.timers[transition.name] = timer._replace(retry=turn.now)


def try_again(turn: Turn) -> None:
    """Try every blocked timer again at once, because what refused it may be over."""
    for name, timer in tuple(turn.timers.items()):
        if timer.retry is not None:
            turn.timers[name] = timer._replace(retry=turn.now)


def fire(turn: Turn, name: str, take: Callable[[Turn, Transition], tuple[str, ...]]) -> None:
    """Let a timer's transition happen; where it is refused, it waits for its next time or is blocked."""
    transition = _transition(turn, name)
    timer, fired, lines = turn.timers[name], dict(turn.fired), len(turn.lines)
    if not drop(turn, name):
        return
    turn.until.clear()
    because = take(turn, transition)
    if not because:
        return
    if transition.every is not None and not transition.to:
        _wait_for_next(turn, name, timer, because)
        return
    turn.fired = fired
    del turn.lines[lines:]
    _block(turn, transition, timer, because)


def drop(turn: Turn, name: str) -> bool:
    """Take a timer as having acted for its due time, and set one that repeats for the next; say if that is known."""
    transition, timer, place = _transition(turn, name), turn.timers.pop(name), _place(turn, name)
    if transition.every is None:
        turn.fired[place] = timer.due
        return True
    try:
        following = repeating.acted(turn, transition, transition.every, timer, place)
    except EvaluationRefused as refused:
        _stand_still(turn, name, refused)
        return False
    if following is not None:
        turn.timers[name] = following
    return True


def _wait_for_next(turn: Turn, name: str, timer: Timer, because: tuple[str, ...]) -> None:
    """Let a timer that has been refused wait for its next time; the journal says so when the reasons are new."""
    if timer.because != because:
        turn.log("timer_refused", name, due=timer.due, because=list(because))
    if name in turn.timers:
        turn.timers[name] = turn.timers[name]._replace(because=because)


def _block(turn: Turn, transition: Transition, timer: Timer, because: tuple[str, ...]) -> None:
    """Let a timer that has been refused be tried again later, and say so once."""
    name = transition.name
    latest = turn.now + _patience(turn.definition, transition)
    again = min((until for until in turn.until if until > turn.now), default=latest)
    turn.timers[name] = timer._replace(retry=min(again, latest), because=because)
    if timer.retry is None:
        turn.log("timer_blocked", name, due=timer.due, because=list(because))
        key = f"{turn.visit}/timer-{name}-{turn.seq}"
        told = {"name": transition.title or name, "due": timer.due, "because": list(because)}
        messages.tell_keepers(turn, key, "timer_blocked", told)


def _patience(definition: Definition, transition: Transition) -> float:
    """Give the seconds for which a timer that was refused may wait for what its record is told."""
    told = all(is_told(definition, guard) for guard in guards_of(definition, transition))
    return IN_ANY_CASE if told else TRY_AGAIN


def _transition(turn: Turn, name: str) -> Transition:
    return next(each for each in transitions_of(turn.definition, turn.state) if each.name == name)


def _place(turn: Turn, name: str) -> str:
    """Name a timer for good: its own transition of a state, or one of several states, which is the same in each."""
    return f"{turn.state}.{name}" if name in turn.definition.states[turn.state].transitions else name


def _set(turn: Turn, transition: Transition, due: float | None) -> None:
    """Set a timer that is due at a time, for the first time where it repeats; None: at no time."""
    name, place, every = transition.name, _place(turn, transition.name), transition.every
    old = turn.timers.pop(name, None)
    if due is None or (every is None and turn.fired.get(place) == due):
        return
    if old is not None and due == (old.due if every is None else old.first):
        made: Timer | None = old
    elif every is not None:
        made = _begun(turn, transition, every, due, place)
    elif due < turn.now and not transition.to:
        turn.fired[place] = due
        turn.log("timer_passed", name, due=due)
        made = None
    else:
        made = Timer(due)
    if made is not None:
        turn.timers[name] = made


def _begun(turn: Turn, transition: Transition, every: Duration, first: float, place: str) -> Timer | None:
    try:
        return repeating.begun(turn, transition, every, first, place)
    except EvaluationRefused as refused:
        _stand_still(turn, transition.name, refused)
        return None


def _first(turn: Turn, transition: Transition) -> float | None:
    """Say when a timer is due for the first time; a rhythm alone is reckoned from entering the state."""
    if transition.at is not None:
        return _moment(turn, transition.at)
    if transition.after is None:
        return turn.entered_at
    try:
        return later(turn, turn.entered_at, transition.after)
    except EvaluationRefused as refused:
        _stand_still(turn, transition.name, refused)
        return None


def _stand_still(turn: Turn, name: str, refused: EvaluationRefused) -> None:
    """A timer whose calendar cannot be had is a fault; when that is retried, every timer is set again."""
    faults.stand_still(turn, "", "calendar", f"{name} does not happen by itself: {refused}")


def _moment(turn: Turn, at: Expression) -> float | None:
    time = try_fill(turn, at)
    return time.timestamp() if isinstance(time, datetime) else None


def _changed(turn: Turn) -> tuple[str, ...]:
    """Name what expressions may read that has changed in this event: fields, tables, tasks."""
    fields = tuple(turn.changed)
    tables = (table.name for table in turn.definition.tables.values() if any(name in fields for name in table.given))
    tasks = ("open_tasks", "tasks") if open_tasks(turn.tokens) != open_tasks(turn.before.tokens) else ()
    approvals = ("approvals",) if turn.approvals != turn.before.approvals else ()
    return (*fields, *tables, *tasks, *approvals)


def _reads(expression: Expression, names: tuple[str, ...]) -> bool:
    return any(name in names for name in expression.names)


def _waits_for(definition: Definition, transition: Transition, changed: tuple[str, ...]) -> bool:
    """Say whether what has changed may have been what refused a transition."""
    guards = guards_of(definition, transition)
    return any(name in changed for name in transition.needs) or any(_reads(each, changed) for each in guards)


def _deadlines(definition: Definition, record: Record) -> Iterator[Deadline]:
    for place, name in enumerate(definition.targets):
        clock = record.targets.get(name)
        if clock is not None and clock.alarm is not None:
            yield Deadline(clock.alarm, 0, place, "target", name)
    for place, transition in enumerate(transitions_of(definition, record.state)):
        timer = record.timers.get(transition.name)
        if timer is not None:
            when = timer.due if timer.retry is None else timer.retry
            yield Deadline(when, 3 if transition.to else 1, place, "timer", transition.name)
    for place, (path, token) in enumerate(record.tokens.items()):
        if token.due is not None:
            yield Deadline(token.due, 2, place, "step", path)
