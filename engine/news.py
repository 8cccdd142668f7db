"""What a record does when the organisation around it has changed: absences, leavers, calendars, freezes, owners.

Which records a change touches is said by `engine.reliance`.
"""

from collections.abc import Callable, Mapping

from engine import approvals, calendars, fields, seats, targets, tasks, timers
from engine.turn import Turn

ORGANISATION_CHANGED = "organisation.changed"
"""The event that tells a record of absences, freezes and the like that are new, or no more."""


def organisation_changed(turn: Turn) -> None:
    """Look again at all that was fixed on what the organisation said: seats, calendars, kept fields, blocked timers.

    Raises Missing for as much at once as can be.
    """
    open_ = [(path, token) for path, token in turn.tokens.items() if token.kind in LOOK_AGAIN]
    for _, token in open_:
        with turn.gathering():
            seats.ask_again(turn, token.data)
    with turn.gathering():
        calendars.known_now(turn)
    turn.settle_missing()
    _calendars(turn)
    for path, token in open_:
        LOOK_AGAIN[token.kind](turn, path)
    fields.recompute(turn)
    timers.try_again(turn)


def _calendars(turn: Turn) -> None:
    now = calendars.known_now(turn)
    if now:
        targets.measure(turn)
        calendars.renew(turn, now)
        targets.reckon_again(turn, now)


LOOK_AGAIN: Mapping[str, Callable[[Turn, str], None]] = {"task": tasks.look_again, "approval": approvals.look_again}
"""How each kind of token that is open to people looks at its seats again."""
