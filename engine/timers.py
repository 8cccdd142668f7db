"""Time: which deadlines a record has, and the transitions that time makes happen.

A timer fires once per due time, however often its state is left and entered. One whose guard refuses it is *blocked*:
people are told once, and it is tried again when something its guard reads changes, when the fact that refused it ends,
and at least every 15 minutes.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from engine import faults, messages
from engine.paths import guards_of, transitions_of
from engine.record import Record, Timer
from engine.scope import later, try_fill
from engine.turn import Turn, open_tasks
from language.definition import Definition, Transition
from language.durations import Duration
from language.expressions import Expression
from language.operations import EvaluationRefused

TRY_AGAIN = 900.0
"""Seconds after which a blocked timer is tried again at the latest."""


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
        if transition.after is not None:
            _set(turn, transition, _elapsed(turn, transition.name, transition.after))
        elif transition.at is not None:
            _set(turn, transition, _moment(turn, transition.at))


def refresh(turn: Turn) -> None:
    """Read `at` again where a field it uses has changed, and try blocked timers whose guard reads one that has."""
    changed = _changed(turn)
    for transition in transitions_of(turn.definition, turn.state):
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
    """Let a timer's transition happen; where it is refused, say so once and try again later."""
    transition = next(each for each in transitions_of(turn.definition, turn.state) if each.name == name)
    timer, fired = turn.timers[name], dict(turn.fired)
    drop(turn, name)
    turn.until.clear()
    because = take(turn, transition)
    if not because:
        return
    turn.fired = fired
    again = min((until for until in turn.until if until > turn.now), default=turn.now + TRY_AGAIN)
    turn.timers[name] = timer._replace(retry=min(again, turn.now + TRY_AGAIN), because=because)
    if timer.retry is None:
        turn.log("timer_blocked", name, due=timer.due, because=list(because))
        key = f"{turn.visit}/timer-{name}-{turn.seq}"
        told = {"name": transition.title or name, "due": timer.due, "because": list(because)}
        messages.tell_keepers(turn, key, "timer_blocked", told)


def drop(turn: Turn, name: str) -> None:
    """Take a timer as having acted for its due time."""
    turn.fired[_place(turn, name)] = turn.timers.pop(name).due


def _place(turn: Turn, name: str) -> str:
    """Name a timer for good: its own transition of a state, or one of several states, which is the same in each."""
    return f"{turn.state}.{name}" if name in turn.definition.states[turn.state].transitions else name


def _set(turn: Turn, transition: Transition, due: float | None) -> None:
    name, place = transition.name, _place(turn, transition.name)
    old = turn.timers.pop(name, None)
    if due is None or turn.fired.get(place) == due:
        return
    if due < turn.now and not transition.to:
        turn.fired[place] = due
        turn.log("timer_passed", name, due=due)
        return
    turn.timers[name] = old if old is not None and old.due == due else Timer(due)


def _elapsed(turn: Turn, name: str, after: Duration) -> float | None:
    try:
        return later(turn, turn.entered_at, after)
    except EvaluationRefused as refused:
        faults.stand_still(turn, "", "calendar", f"{name} does not happen by itself: {refused}")
        return None


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
