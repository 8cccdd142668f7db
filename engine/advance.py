"""The heart of the engine: what an event makes of a record.

`advance(definition, record, event)` gives the new record with what the event brought about, every reason why not, or
the facts it needs. Pure and total: no clock, no I/O, bounded by counts and by the language's fuel.

`next_event` says what has to happen before an event may have its turn (first the start, then everything that is due),
so that the validator, the driver and the scenario runner share one order.
"""

from collections.abc import Callable, Mapping

from engine import (
    approvals,
    calls,
    children,
    fields,
    repairs,
    size,
    steps,
    talk,
    targets,
    tasks,
    timers,
    transitions,
    voting,
    waits,
    watching,
)
from engine.defaults import fill_default
from engine.errors import Circles, Missing, Setback
from engine.identity import as_it_stands
from engine.news import ORGANISATION_CHANGED, organisation_changed
from engine.outside import brief, unkeepable
from engine.parting import PARENT_LEFT
from engine.paths import transitions_of
from engine.record import NOTHING, Actor, Event, Kind, Needs, Outcome, Plain, Reason, Record, Refused
from engine.setbacks import left_as_it_was
from engine.turn import Turn
from language.definition import Definition, Transition

SCHEDULE = "schedule"
"""The name of a start that the schedule of its process brings about; its data hold the time `scheduled_at`."""

Reasons = tuple[Reason, ...]


def advance(definition: Definition, record: Record, event: Event) -> Outcome:
    """Process one event completely (run to completion); the record given is never changed."""
    event = as_it_stands(record, event)
    turn = Turn(definition, record, event)
    try:
        reasons = out_of_place(record, event) or HAPPENS[event.kind](turn, event)
        if reasons:
            return Refused(each_once(reasons))
        settle(turn)
        size.weigh(turn)
        return Refused((size.refusal(turn),)) if size.is_refused(turn) else turn.done()
    except Missing as missing:
        return Needs(missing.keys)
    except Setback as setback:
        return left_as_it_was(definition, record, event, setback)


def next_event(record: Record, event: Event, start: Event | None = None) -> Event:
    """Give what happens next: the start if nothing has begun yet, what is due by `event.now`, else the event itself."""
    if not record.seq and start is not None and event.kind is not Kind.START:
        return start._replace(now=event.now)
    due = timers.earliest(record)
    if due is not None and due <= event.now:
        return Event(Kind.TICK, now=event.now)
    return event


def settled(record: Record) -> bool:
    """Say whether nothing of a record can happen any more: final, and no call still on its way."""
    return record.final and not any(token.kind == "call" for token in record.tokens.values())


def out_of_place(record: Record, event: Event) -> Reasons:
    """Refuse what no record takes, and what one that has not begun, has begun, is closed or has changed does not."""
    if reasons := unkeepable(event):
        return reasons
    if (event.kind is Kind.START) is (record.seq > 0):
        text = f"{record.id} has {'begun already' if record.seq else 'not begun yet: start it first'}"
        return (Reason("state", "begun" if record.seq else "not-begun", text),)
    if record.final and event.kind not in (Kind.RESULT, Kind.TICK):
        text = f"{record.id} is closed ({record.state}), and nothing is written to it any more. Start a new record."
        return (Reason("state", "closed", text),)
    if event.revision is not None and event.revision != record.revision:
        text = f"{record.id} has changed since you looked (revision {record.revision}, not {event.revision})"
        return (Reason("stale", "stale", f"{text}. Read it again."),)
    return ()


def each_once(reasons: Reasons) -> Reasons:
    """Leave out a second reason of the same kind against the same input."""
    found: dict[tuple[str, str], Reason] = {}
    for reason in reasons:
        found.setdefault((reason.kind, reason.path or reason.text), reason)
    return tuple(found.values())


def settle(turn: Turn) -> None:
    """Run what is ready, then what happened inside, then `auto` transitions, until nothing moves any more."""
    while True:
        steps.drain(turn, transitions.go)
        transitions.follow(turn)
        approvals.follow(turn)
        if turn.raised:
            name, turn.came_in = turn.raised.pop(0)
            _occurred(turn, name, turn.came_in)
        elif _circles(turn) or not _first(turn, lambda each: each.auto):
            return


def _circles(turn: Turn) -> bool:
    return any(fault.code == Circles.code for fault in turn.faults.values())


def _start(turn: Turn, event: Event) -> Reasons:
    start, actor = turn.definition.start, event.actor
    turn.fields = dict.fromkeys(turn.definition.fields)
    reasons: Reasons = ()
    if actor is not None:
        reasons = transitions.fill_in(turn, start, event.data, actor)
    else:
        with turn.gathering():
            reasons = transitions.take_over(turn, start, event.data, _by_itself(turn, event))
    for name in turn.definition.fields:
        with turn.gathering():
            fill_default(turn, name)
    with turn.gathering():
        fields.recompute(turn)
    turn.changed = dict.fromkeys(turn.definition.fields)
    who = transitions.entitled(turn, start, actor) if actor is not None else ()
    return _take(turn, start, (*reasons, *who))


def _by_itself(turn: Turn, event: Event) -> str:
    """Say who starts a record when no person does: another record, a schedule, or an outside event."""
    if event.parent:
        turn.log("started_by", event.parent)
        return f"record {event.parent}"
    if event.name == SCHEDULE:
        turn.log("scheduled", due=event.data["scheduled_at"])
        return SCHEDULE
    return f"event {turn.definition.start.event}"


def _act(turn: Turn, event: Event, actor: Actor) -> Reasons:
    transition, reasons = transitions.named(turn, event.name)
    if transition is None:
        return reasons
    if not transition.by:
        return (Reason("who", "not-allowed", f"nobody may {transition.name}: it happens by itself"),)
    who = transitions.entitled(turn, transition, actor)
    return _take(turn, transition, (*transitions.fill_in(turn, transition, event.data, actor), *who))


def _take(turn: Turn, transition: Transition, already: Reasons = ()) -> Reasons:
    """Take a transition if nothing speaks against it; `already` is what was said against its form and its sender."""
    way, reasons = transitions.way(turn, transition)
    if way is not None and not already:
        transitions.take(turn, way)
    return (*already, *reasons)


def _edit(turn: Turn, event: Event, actor: Actor) -> Reasons:
    strange = fields.no_such_field(turn, event.data, "")
    given = {name: raw for name, raw in event.data.items() if name in turn.definition.fields}
    against: Reasons = fields.fill_in(turn, actor, given, "edit", lent=False, prefix="")
    invalid: Reasons = ()
    with turn.gathering():
        invalid = fields.invalid(turn, turn.changed)
    turn.settle_missing()
    return (*strange, *against, *invalid)


def _tick(turn: Turn, event: Event) -> Reasons:
    """Let the deadline that comes first act."""
    deadline = next(iter(timers.deadlines(turn.definition, turn.before)), None)
    if deadline is None or deadline.when > event.now:
        return ()
    if deadline.kind == "timer":
        timers.fire(turn, deadline.name, lambda turn, transition: _texts(_take(turn, transition)))
    elif deadline.kind == "target":
        for name in targets.alarm(turn, deadline.name):
            _threshold(turn, deadline.name, name)
    elif turn.tokens[deadline.name].kind == "wait":
        waits.came(turn, deadline.name)
    else:
        is_task = turn.tokens[deadline.name].kind == "task"
        passed = (tasks if is_task else approvals).alarm(turn, deadline.name)
        if passed is not None:
            steps.at_once(turn, passed.path, passed.threshold.steps, passed.names)
    return ()


def _texts(reasons: Reasons) -> tuple[str, ...]:
    return tuple(reason.text for reason in reasons)


def _threshold(turn: Turn, target: str, name: str) -> None:
    threshold = next(each for each in turn.definition.targets[target].at if each.name == name)
    steps.at_once(turn, f"{turn.visit}/{turn.state}/target-{target}-{name}", threshold.steps)


def _occur(turn: Turn, event: Event) -> Reasons:
    if event.name == ORGANISATION_CHANGED:
        organisation_changed(turn)
        return ()
    because: list[str] = []
    if not _occurred(turn, event.name, event.data, because):
        turn.log("not_awaited", brief(event.name), because=because)
    return ()


def _occurred(turn: Turn, name: str, data: Plain, because: list[str] | None = None) -> bool:
    """Let an event happen: the first transition whose guards hold, then what waits for it in a state that stays."""
    visit = turn.visit
    taken = _first(turn, lambda each: each.event == name, data, because)
    if turn.visit == visit:
        taken = waits.occurred(turn, name, data) or taken
    return taken


def _first(
    turn: Turn, wanted: Callable[[Transition], bool], data: Plain = NOTHING, because: list[str] | None = None
) -> bool:
    """Take the first transition, in file order, that is wanted and whose guards hold; note what the others refused."""
    for transition in transitions_of(turn.definition, turn.state):
        if not wanted(transition):
            continue
        mark = turn.mark()
        already = transitions.take_over(turn, transition, data, f"event {transition.event}") if data else ()
        reasons = _take(turn, transition, already)
        if not reasons:
            return True
        turn.undo(mark)
        if because is not None:
            because.extend(f"{transition.name}: {text}" for text in _texts(reasons))
    return False


def _result(turn: Turn, event: Event) -> Reasons:
    calls.returned(turn, event)
    return ()


def _child(turn: Turn, event: Event) -> Reasons:
    children.came(turn, event)
    return ()


def _left(turn: Turn, event: Event) -> Reasons:
    """Let the record see to it that its parent does not wait for it any more; where it does not, it is withdrawn."""
    turn.log("parent_left", turn.before.parent)
    if not _occurred(turn, PARENT_LEFT, event.data):
        transitions.withdraw(turn)
    return ()


def _withdraw(turn: Turn, _event: Event) -> Reasons:
    transitions.withdraw(turn)
    return ()


def _move(_turn: Turn, _event: Event) -> Reasons:
    """Refuse to move a record without the definition it is to be moved to, which `engine.moving` takes."""
    return (Reason("input", "no-version", "say to which version the record is to be moved", "to"),)


def _by_person(what: Callable[[Turn, Event, Actor], Reasons]) -> Callable[[Turn, Event], Reasons]:
    return lambda turn, event: what(turn, event, event.actor or Actor(""))


HAPPENS: Mapping[Kind, Callable[[Turn, Event], Reasons]] = {
    Kind.START: _start,
    Kind.ACT: _by_person(_act),
    Kind.EDIT: _by_person(_edit),
    Kind.COMMENT: _by_person(talk.comment),
    Kind.WATCH: _by_person(watching.watch),
    Kind.UNWATCH: _by_person(watching.unwatch),
    Kind.CLAIM: _by_person(tasks.claim),
    Kind.RELEASE: _by_person(tasks.release),
    Kind.COMPLETE: _by_person(tasks.complete),
    Kind.VOTE: _by_person(voting.vote),
    Kind.RETRY: _by_person(repairs.retry),
    Kind.SKIP: _by_person(repairs.skip),
    Kind.OCCUR: _occur,
    Kind.RESULT: _result,
    Kind.CHILD: _child,
    Kind.LEFT: _left,
    Kind.WITHDRAW: _withdraw,
    Kind.MOVE: _move,
    Kind.TICK: _tick,
}
"""What each kind of event does; it answers with the reasons against it."""
