"""When a task or an approval is due, and what acts by itself until then: thresholds, and the due time itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from engine.record import Json, Token
from engine.scope import calendar_of, fill, later
from engine.turn import Turn
from language.calendars import ALWAYS_OPEN
from language.definition import Threshold
from language.durations import Duration
from language.expressions import Expression

OVERDUE = "due"
FULL = 100.0

Alarm = list[Json]
"""When (seconds), and what acts: the name of a threshold, or `due`."""


class Passed(NamedTuple):
    """A threshold that has been passed: its steps are to be carried out below `path`, with these local names."""

    threshold: Threshold
    path: str
    names: Mapping[str, Json]


def alarms(
    turn: Turn, due: Duration | Expression | None, at: tuple[Threshold, ...], names: Mapping[str, Json]
) -> tuple[float | None, list[Alarm]]:
    """Say when something that begins now is due, and which alarms act when, earliest first."""
    if due is None:
        return None, []
    if isinstance(due, Duration):
        business, calendar = due.business, ALWAYS_OPEN if due.seconds is not None else calendar_of(turn)
        ends, time = later(turn, turn.now, due), calendar.budget(turn.now, due)
    else:
        moment = fill(turn, due, names)
        if not isinstance(moment, datetime):
            return None, []
        business, calendar, ends = False, ALWAYS_OPEN, moment.timestamp()
        time = max(ends - turn.now, 0.0)
    shares = [
        [calendar.spend(turn.now, time * float(each.percent) / FULL, business=business), each.name] for each in at
    ]
    return ends, sorted([*shares, [ends, OVERDUE]], key=lambda alarm: alarm[0])


def again(turn: Turn, due: Duration | Expression | None, token: Token) -> float:
    """Say when something is due that has been given its time once more."""
    if isinstance(due, Duration):
        return later(turn, turn.now, due)
    return turn.now + max(float(token.data["due"]) - token.since, 0.0)


def set_alarms(token: Token, left: list[Alarm], **data: Json) -> Token:
    """Give a token with these alarms left, and other data changed; it is due with what comes first.

    `handover` is when an absence of somebody with a seat begins or ends.
    """
    changed = {**token.data, "alarms": left, **data}
    times = (left[0][0] if left else None, changed.get("handover"))
    return token._replace(data=changed, due=min((time for time in times if time is not None), default=None))


def is_handover(token: Token) -> bool:
    """Say whether what acts next is that an absence begins or ends."""
    handover = token.data.get("handover")
    return handover is not None and handover == token.due
