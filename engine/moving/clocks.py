"""What becomes of time: targets keep what is spent and their pauses, timers are reckoned anew, what fired stays so."""

from engine import timers
from engine.moving.places import Places
from engine.paths import guards_of, transition_named, transitions_of
from engine.record import Clock, Timer
from engine.turn import Turn
from language.definition import Definition, Target, Transition


def carry_targets(turn: Turn, ways: Places) -> None:
    """Keep the clocks of targets that are still there; one that is another promise now is promised anew."""
    clocks = turn.targets
    turn.targets = {}
    for name, clock in clocks.items():
        target = turn.definition.targets.get(name)
        if target is None:
            turn.log("target_dropped", name, spent=clock.spent)
        else:
            turn.targets[name] = clock if _same(ways, ways.old.targets[name], target) else _doubted(clock, ways.new)


def carry_timers(turn: Turn, ways: Places, state: str) -> None:
    """Keep the timers of transitions that are as they were, and set those of the others; `state` is what it was."""
    turn.fired = {_place(ways, place): due for place, due in turn.fired.items()}
    left, turn.timers = turn.timers, {}
    for transition in transitions_of(ways.new, turn.state):
        before = transition_named(ways.old, state, transition.name)
        if before is None or not _same_time(ways, before, transition):
            timers.set_timer(turn, transition)
        elif transition.name in left:
            turn.timers[transition.name] = _kept(turn, ways, left[transition.name], before, transition)


def _kept(turn: Turn, ways: Places, timer: Timer, before: Transition, after: Transition) -> Timer:
    """Give a timer that stays; one that a guard has refused is tried again at once where the guard is another."""
    is_same = ways.sameness.same(guards_of(ways.old, before), guards_of(ways.new, after))
    return timer if timer.retry is None or is_same else timer._replace(retry=turn.now)


def _same(ways: Places, old: Target, new: Target) -> bool:
    calendars = [target.calendar or definition.calendar for target, definition in ((old, ways.old), (new, ways.new))]
    return ways.sameness.same(old, new) and ways.sameness.same(*calendars)


def _doubted(clock: Clock, definition: Definition) -> Clock:
    """Let what is promised be looked at again: its time was fixed with another version."""
    return clock._replace(basis={"": definition.version})


def _same_time(ways: Places, old: Transition, new: Transition) -> bool:
    then = (old.after, old.at, old.every, bool(old.to), ways.old.calendar)
    return ways.sameness.same(then, (new.after, new.at, new.every, bool(new.to), ways.new.calendar))


def _place(ways: Places, place: str) -> str:
    state, dot, name = place.rpartition(".")
    return f"{ways.state(state)}{dot}{name}" if dot else place
