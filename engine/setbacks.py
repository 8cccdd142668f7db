"""What becomes of an event that cannot be carried out: the record stays as it was, with a fault that says why."""

from engine import approvals, faults, size, targets, tasks, timers
from engine.errors import Missing, Setback, TooManyFacts
from engine.record import Event, Kind, Needs, Outcome, Reason, Record, Refused
from engine.turn import Turn
from language.definition import Definition


def left_as_it_was(definition: Definition, record: Record, event: Event, setback: Setback) -> Outcome:
    """Leave the record as it was before the event, but for a fault; what time or a call brought is used up.

    What can be refused and asks for too many facts is refused; so is a start, before which there is no record.
    """
    if event.kind is Kind.START:
        text = f"{setback.text}. Ask the owner of {definition.title} to mend the process."
        return Refused((Reason("state", setback.code, text),))
    if isinstance(setback, TooManyFacts) and event.kind not in size.BY_ITSELF:
        return Refused((Reason("state", setback.code, setback.text),))
    turn = Turn(definition, record, event._replace(asked=0))
    try:
        path = _used_up(turn, event)
        faults.stand_still(turn, path, setback.code, setback.text)
    except Missing as missing:
        return Needs(missing.keys)
    size.weigh(turn)
    return turn.done()


def _used_up(turn: Turn, event: Event) -> str:
    """Take what caused an event as having acted; give the path of the step that stands still for it, if one does."""
    if event.kind in (Kind.RESULT, Kind.CHILD):
        return event.name if event.name in turn.tokens else ""
    if event.kind is not Kind.TICK:
        return ""
    deadline = timers.deadlines(turn.definition, turn.before)[0]
    if deadline.kind == "timer":
        timers.drop(turn, deadline.name)
    elif deadline.kind == "target":
        targets.alarm(turn, deadline.name)
    elif turn.tokens[deadline.name].kind == "task":
        tasks.alarm(turn, deadline.name)
    elif turn.tokens[deadline.name].kind == "approval":
        return approvals.used_up(turn, deadline.name)
    else:
        return deadline.name
    return ""
