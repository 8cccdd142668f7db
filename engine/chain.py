"""The chain: each event's `head` is a hash over the one before, the event as the journal keeps it, and its lines.

What the journal keeps of an event says who, when, from where and on which version, and holds the `standing`: a hash of
the whole record afterwards. So each row of a journal can be judged by itself, and a record by its last row. The driver
compares heads with what the store holds and with what replay gives, an auditor computes them again.

Records that began under engine 1, and were not continued since, are sealed as then: their heads hold parts of the
record that no journal keeps, so that an auditor sees how they are linked, and no more.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from engine.actors import actor_json
from engine.record import Advanced, Json, Line, Plain, Record

WHOLE_EVENTS = 2
"""The engine from which on heads seal whole events."""

UNSEALED = ("engine", "head", "seen", "size", "large")
"""What is not sealed of a record: the rules, the head itself, which requests were answered, what is counted of it."""

PARTS = ("tokens", "timers", "targets", "faults")


def seal(advanced: Advanced, before: str) -> Advanced:
    """Give the same with the record's `head` set; `before` is the head of the record before the event."""
    record = advanced.record
    lines = [line_json(line) for line in advanced.lines]
    if record.engine < WHOLE_EVENTS:
        head = digest(before, _first_rules(advanced, lines))
    else:
        head = head_of(before, record.id, record.seq, event_told(advanced), lines)
    return advanced._replace(record=record._replace(head=head))


def event_told(advanced: Advanced) -> dict[str, Json]:
    """Give what the journal keeps of an event: not its facts, nor what was only for the answer."""
    event, record, actor = advanced.event, advanced.record, advanced.event.actor
    kept: dict[str, Json] = {
        "kind": str(event.kind),
        "name": event.name,
        "actor": None if actor is None else actor_json(actor),
        "id": event.id,
        "now": event.now,
        "version": record.version,
    }
    if record.engine < WHOLE_EVENTS:
        return kept
    effects = {row.key: effect(row.kind, row.body) for row in advanced.outbox}
    return {**kept, "standing": standing(record), "outbox": effects}


def head_of(before: str, record: str, seq: int, event: Plain, lines: Sequence[Plain]) -> str:
    """Give the head of an event of a record from what the journal keeps of it."""
    return digest(before, {"record": record, "seq": seq, "event": event, "lines": lines})


def standing(record: Record) -> str:
    """Give the hash of a record as it stands; a member that newer code adds, and that is not filled, changes none."""
    given = {name: value for name, value in _given(record).items() if name not in UNSEALED}
    parts = {part: {key: _given(each) for key, each in given[part].items()} for part in PARTS if part in given}
    return digest("", {**given, **parts, "undo": [_given(each) for each in record.undo]})


def effect(kind: str, body: Plain) -> str:
    """Give the hash of a row of the outbox."""
    return digest("", {"kind": kind, "body": body})


def digest(before: str, body: Json) -> str:
    """Give the next link of a chain."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def line_json(line: Line) -> dict[str, Json]:
    """Give a journal line as plain JSON."""
    return {"what": line.what, "name": line.name, "data": dict(line.data), "internal": line.internal}


def _given(of: Any) -> dict[str, Json]:  # noqa: ANN401  # any named tuple
    """Give the members of a named tuple that are not as they would be anyway."""
    usual = of._field_defaults
    return {name: value for name, value in of._asdict().items() if name not in usual or value != usual[name]}


def _first_rules(advanced: Advanced, lines: Sequence[Plain]) -> Json:
    record = advanced.record
    return {
        "seq": record.seq,
        "state": record.state,
        "visit": record.visit,
        "lines": lines,
        "timers": {name: [timer.due, timer.retry] for name, timer in record.timers.items()},
        "open": {path: [token.kind, token.due] for path, token in record.tokens.items()},
        "undo": [[each.path, each.ending] for each in record.undo],
        "targets": {name: [clock.status, clock.alarm] for name, clock in record.targets.items()},
        "outbox": [row.key for row in advanced.outbox],
    }
