"""How large a record is, and how large it can be: only what an event changes is measured.

A record is carried whole in every event that is stored and in what its workflow begins anew with, so it has a limit.
What an event adds beyond it is refused to people, and is a fault where time, a call or the outside brought it. Small
things, such as a vote or a timer, have a reserve; what makes a record smaller, or closes it, is always taken.
"""

import json
from collections.abc import Mapping
from operator import attrgetter

from engine import messages
from engine.errors import TooLarge
from engine.record import SEEN_LIMIT, Json, Kind, Reason, Record, Undo
from engine.turn import Turn

KB = 1_024
LARGE = 128 * KB
"""Bytes from which on those who look after a record are told, once."""
LARGEST = 256 * KB
"""Bytes beyond which nothing is added but what is small."""
SMALL = 2 * KB
"""Bytes that one event may still add beyond that."""
CEILING = LARGEST + 64 * KB
"""Bytes beyond which nothing at all is added."""
SEEN = 65
"""Bytes of a request key that is remembered."""

_measured = attrgetter("fields", "tokens", "tasks", "approvals", "targets", "calendars", "faults", "watchers", "voters")
_counted = attrgetter("written", "timers", "fired")
COUNTED = 40
"""Bytes of what is small and never many: when a field was written, a timer."""
BY_ITSELF = (Kind.TICK, Kind.RESULT, Kind.CHILD, Kind.OCCUR)
"""The kinds of event that cannot be refused, because nobody waits for the answer."""

SIGNS = 4
EMPTY = Record("", "", 0, "")

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def weigh(turn: Turn) -> None:
    """Measure the record as the event leaves it; when it has become large, tell those who look after it."""
    before = turn.before
    remembered = bool(turn.event.id) and len(before.seen) < SEEN_LIMIT
    turn.size = before.size + _grown(before, turn) + SEEN * remembered
    if turn.to_undo != before.undo:
        turn.size += _undo(turn.to_undo) - _undo(before.undo)
    if turn.size >= LARGE and not turn.large:
        turn.large = True
        turn.log("record_large", size=turn.size // KB, most=LARGEST // KB)
        messages.tell_keepers(turn, "large", "record_large", {"size": turn.size // KB, "most": LARGEST // KB})


def is_refused(turn: Turn) -> bool:
    """Say whether the record would be too large; raise TooLarge where the event is none that can be refused."""
    added = turn.size - turn.before.size
    fits = turn.size <= LARGEST or (added <= SMALL and turn.size <= CEILING)
    if fits or added <= 0 or turn.final:
        return False
    if turn.event.kind in BY_ITSELF:
        raise TooLarge(_text(turn))
    return True


def refusal(turn: Turn) -> Reason:
    """Say why, and what to do."""
    return Reason("state", TooLarge.code, _text(turn))


def of(record: Record) -> int:
    """Measure a whole record."""
    return _grown(EMPTY, record) + _undo(record.undo) + SEEN * len(record.seen)


def _text(turn: Turn) -> str:
    hint = "Shorten or empty fields, or close it and start a new one."
    return f"{turn.before.id} would be larger than the {LARGEST // KB} KB that a record can hold. {hint}"


def _grown(before: Record, after: Turn | Record) -> int:
    """Say how much larger the parts have become; what is the same object, or equal, is not looked at."""
    more = 0
    for old, new in zip(_measured(before), _measured(after), strict=True):
        if old != new:
            more += _more(old, new) if isinstance(new, Mapping) else _bytes(new) - _bytes(old)
    for old, new in zip(_counted(before), _counted(after), strict=True):
        more += COUNTED * (len(new) - len(old))
    return more


def _more(old: Mapping[str, Json], new: Mapping[str, Json]) -> int:
    more = 0
    for key, each in new.items():
        if key not in old:
            more += len(key) + _bytes(each)
        elif old[key] is not each:
            more += _bytes(each) - _bytes(old[key])
    return more - sum(len(key) + _bytes(old[key]) for key in old if key not in new)


def _undo(steps: tuple[Undo, ...]) -> int:
    return sum(map(_bytes, steps))


def _bytes(value: Json) -> int:
    """Give the bytes of a value as JSON, with the signs around it."""
    if value is None or isinstance(value, int):
        return SIGNS + 4
    if isinstance(value, str):
        return SIGNS + len(value.encode())
    named = value._asdict() if hasattr(value, "_asdict") else value
    return SIGNS + len(_encode(named).encode())
