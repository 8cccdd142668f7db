"""Service level targets: clocks that run in some states, hold in others, and never lose time or a pause.

Elapsed time is the calendar time in `runs_in` since the first start. A change of priority, agreement or calendar alters
what is allowed, never what is spent; thresholds that such a change passes act once, at once.
"""

from collections.abc import Container
from typing import NamedTuple

from engine import calendars, faults
from engine.record import Clock, Json
from engine.scope import Scope, calendar_name
from engine.turn import Turn
from language.definition import Target
from language.durations import Duration
from language.evaluation import evaluate
from language.expressions import Expression
from language.operations import EvaluationRefused
from language.values import Ref

RUNNING, PAUSED, MET, MISSED = "running", "paused", "met", "missed"
MOST_INTERVALS = 200
FULL = 100.0
ROUNDING = 0.0005
"""Seconds below which two instants of a calendar are the same."""

Interval = tuple[float, float, float]


class Promise(NamedTuple):
    """What is promised: the duration as it is written, the calendar it counts on (empty: round the clock), seconds."""

    within: str
    calendar: str
    allowed: float


def follow(turn: Turn) -> None:
    """Start, hold, resume or stop every target as state and fields now ask for it; in a final state it stops."""
    for target in turn.definition.targets.values():
        clock = turn.targets.get(target.name)
        if turn.state in target.runs_in and not turn.final:
            _keep_promise(turn, target, clock, RUNNING)
        elif clock is not None and turn.state in target.pauses_in and not turn.final:
            _keep_promise(turn, target, clock, PAUSED)
        elif clock is not None:
            _stop(turn, target, clock)


def measure(turn: Turn) -> None:
    """Count the time up to now of every clock that runs, on its calendar as it is known so far."""
    for name, clock in tuple(turn.targets.items()):
        turn.targets[name] = _measured(turn, clock)


def reckon_again(turn: Turn, changed: Container[str]) -> None:
    """Say anew when clocks that run or hold are due whose calendar has changed; what is spent stays."""
    for name, clock in tuple(turn.targets.items()):
        if clock.calendar not in changed or clock.status not in (RUNNING, PAUSED):
            continue
        hours = calendars.named(turn, clock.calendar)
        allowed = hours.budget(clock.started, Duration.parse(clock.within))
        turn.targets[name] = _with_alarm(turn, turn.definition.targets[name], clock._replace(allowed=allowed))
        due = turn.targets[name].due
        if due != clock.due:
            turn.log("target_moved", name, old=clock.due, new=due)


def alarm(turn: Turn, name: str) -> tuple[str, ...]:
    """Take the clock's next alarm: name the thresholds whose steps are to be carried out now."""
    clock = _measured(turn, turn.targets[name])
    target = turn.definition.targets[name]
    if not clock.late and clock.spent >= clock.allowed - ROUNDING:
        clock = clock._replace(late=True)
        turn.log("target_missed", name, within=clock.within, due=clock.due)
    reached = tuple(
        each.name
        for each in target.at
        if each.name not in clock.passed and clock.spent >= clock.allowed * float(each.percent) / FULL - ROUNDING
    )
    clock = clock._replace(passed=(*clock.passed, *reached))
    turn.targets[name] = _with_alarm(turn, target, clock)
    for passed in reached:
        turn.log("target_threshold", name, threshold=passed)
    return reached


def _keep_promise(turn: Turn, target: Target, clock: Clock | None, status: str) -> None:
    """Let the clock run or hold, on what is promised now; it holds too while nothing is promised."""
    basis = _basis(turn, target)
    if clock is not None and clock.basis == basis:
        _set(turn, target, clock, status)
        return
    promise = _promised(turn, target, clock.started if clock is not None else turn.now)
    if promise is None:
        if clock is not None:
            _set(turn, target, clock, PAUSED)
        return
    if clock is None:
        turn.log("target_started", target.name, within=promise.within)
        clock = Clock(
            RUNNING, turn.now, turn.now, 0.0, 0.0, promise.allowed, promise.within, promise.calendar, basis, None
        )
    else:
        clock = _measured(turn, clock)
        if (clock.within, clock.calendar) != (promise.within, promise.calendar):
            turn.log("target_changed", target.name, old=clock.within, new=promise.within)
        late = clock.late and clock.spent >= promise.allowed
        clock = clock._replace(**promise._asdict(), basis=basis, late=late)
    turn.targets[target.name] = _with_alarm(turn, target, clock)
    _set(turn, target, turn.targets[target.name], status)


def _set(turn: Turn, target: Target, clock: Clock, status: str) -> None:
    """Let a clock run or hold; one that does so already is left alone."""
    if clock.status == status:
        return
    clock = _measured(turn, clock)._replace(status=status, since=turn.now)
    turn.targets[target.name] = _with_alarm(turn, target, clock)
    if status == PAUSED:
        turn.log("target_paused", target.name, spent=clock.spent, allowed=clock.allowed)
    else:
        turn.log("target_resumed", target.name, within=clock.within)


def _stop(turn: Turn, target: Target, clock: Clock) -> None:
    """Stop a clock for good, unless the record comes back: met in time, or missed."""
    if clock.status in (MET, MISSED):
        return
    clock = _measured(turn, clock)
    late = clock.late or clock.spent > clock.allowed
    status = MISSED if late else MET
    turn.targets[target.name] = clock._replace(status=status, since=turn.now, due=None, alarm=None, late=late)
    if late:
        turn.log("target_stopped", target.name, spent=clock.spent, allowed=clock.allowed)
    else:
        turn.log("target_met", target.name, spent=clock.spent, allowed=clock.allowed)


def _measured(turn: Turn, clock: Clock) -> Clock:
    """Count the time up to now, where the clock is running."""
    if clock.status != RUNNING or clock.since >= turn.now:
        return clock
    more = calendars.named(turn, clock.calendar).open_between(clock.since, turn.now)
    return clock._replace(
        since=turn.now,
        spent=clock.spent + more,
        wall=clock.wall + turn.now - clock.since,
        intervals=_merged((*clock.intervals, (clock.since, turn.now, more))),
    )


def _merged(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Join the last two where they touch, and the first two where there are too many."""
    if len(intervals) > 1 and intervals[-2][1] == intervals[-1][0]:
        return (*intervals[:-2], _joined(*intervals[-2:]))
    if len(intervals) > MOST_INTERVALS:
        return (_joined(*intervals[:2]), *intervals[2:])
    return intervals


def _joined(first: Interval, second: Interval) -> Interval:
    return (first[0], second[1], first[2] + second[2])


def _with_alarm(turn: Turn, target: Target, clock: Clock) -> Clock:
    """Say when the clock will be due and when it acts next.

    While it holds it will not be due; it acts only on what a new promise has passed, and that at once.
    """
    shares = [float(each.percent) / FULL for each in target.at if each.name not in clock.passed]
    if not clock.late:
        shares.append(1.0)
    if clock.status != RUNNING:
        passed = any(clock.spent >= clock.allowed * share - ROUNDING for share in shares)
        return clock._replace(due=clock.due if clock.late else None, alarm=turn.now if passed else None)
    calendar, business = calendars.named(turn, clock.calendar), bool(clock.calendar)

    def when(share: float) -> float:
        return calendar.spend(turn.now, max(clock.allowed * share - clock.spent, 0.0), business=business)

    due = clock.due if clock.late and clock.due is not None else when(1.0)
    return clock._replace(due=due, alarm=min((when(share) for share in shares), default=None))


def _basis(turn: Turn, target: Target) -> dict[str, Json]:
    """Give the values that decide what is promised: of `per`, and what agreement and calendar are read from."""
    calendar = target.calendar if target.calendar is not None else turn.definition.calendar
    read = [each for each in (target.agreement, calendar) if isinstance(each, Expression)]
    names = [*((target.per,) if target.per is not None else ()), *(name for each in read for name in each.names)]
    return {name: turn.fields.get(name) for name in names}


def _promised(turn: Turn, target: Target, started: float) -> Promise | None:
    """Say what is promised now of a clock that started then; None: nothing is. Without its calendar that is a fault."""
    try:
        within, calendar = _agreed(turn, target)
        if within is None:
            return None
        duration = Duration.parse(within)
        hours = calendar if duration.business else ""
        reckoned_on = calendars.named(turn, "" if duration.seconds is not None else calendar)
        return Promise(within, hours, reckoned_on.budget(started, duration))
    except EvaluationRefused as refused:
        faults.stand_still(turn, "", "calendar", f"target {target.name} does not run: {refused}")
        return None


def _agreed(turn: Turn, target: Target) -> tuple[str | None, str]:
    """Give the duration and the calendar: as the definition says, unless an agreement says otherwise."""
    option = _option(turn, target)
    within = str(target.within[option]) if option in target.within else None
    calendar = calendar_name(turn, target.calendar if target.calendar is not None else turn.definition.calendar)
    agreed = None if target.agreement is None else evaluate(target.agreement, Scope(turn))
    if isinstance(agreed, Ref):
        row = turn.fact("entity", agreed.kind, agreed.id)["value"] or {}
        within = ((row.get("targets") or {}).get(target.name) or {}).get(option, within)
        calendar = row.get("calendar") or calendar
    return within, calendar


def _option(turn: Turn, target: Target) -> str:
    """Give the option of the field that decides; without such a field there is only one promise."""
    value = turn.fields.get(target.per) if target.per is not None else None
    return str(value["id"] if isinstance(value, dict) else value or "")
