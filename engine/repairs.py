"""Mending faults: a person retries the step that stands still, or skips it with values."""

from engine import approvals, faults, fields, flow, timers
from engine.paths import step_at
from engine.people import among, not_allowed
from engine.record import Actor, Event, Reason
from engine.turn import Turn
from language.definition import Approval
from language.problems import quoted, sentence


def retry(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Carry the faulty step out again, with the same identity; without a step, what could not be set is set again."""
    reasons = _refusals(turn, event, actor, "retry")
    if not reasons:
        path = faults.clear(turn, event.name, "retried").path
        if path:
            turn.ready.append(path)
        else:
            timers.set_all(turn)
    return reasons


def skip(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Go on behind the faulty step, writing the values it should have brought; an approval is rejected by it."""
    reasons = list(_refusals(turn, event, actor, "skip"))
    reasons.extend(fields.no_such_field(turn, event.data, "with."))
    given = {name: raw for name, raw in event.data.items() if name in turn.definition.fields}
    reasons.extend(fields.fill_in(turn, actor, given, f"skipping fault {event.name}", lent=True))
    with turn.gathering():
        reasons.extend(fields.invalid(turn, turn.changed, event.data))
    turn.settle_missing()
    if not reasons:
        path = faults.clear(turn, event.name, "skipped").path
        step = step_at(turn.definition, path) if path else None
        if isinstance(step, Approval):
            approvals.reject(turn, path, step)
        elif path:
            flow.after(turn, path, done=False)
    return tuple(reasons)


def _refusals(turn: Turn, event: Event, actor: Actor, what: str) -> tuple[Reason, ...]:
    may = (*turn.definition.write, turn.definition.owner)
    if not among(turn, actor, may):
        return (not_allowed(turn, f"{what} a fault", may),)
    if event.name in turn.faults:
        return ()
    standing = f"Standing: {', '.join(turn.faults)}." if turn.faults else "Nothing stands still."
    text = sentence(f"there is no fault {quoted(event.name)}, or no more", standing)
    return (Reason("state", "no-fault", text),)
