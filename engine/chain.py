"""The chain: each event's `head` is a hash over the one before, its journal lines and where the record then stands.

The driver compares it with what the store holds and with what replay gives; the auditor checks it link by link.
"""

import hashlib
import json

from engine.record import Advanced, Json, Line


def seal(advanced: Advanced, before: str) -> Advanced:
    """Give the same with the record's `head` set; `before` is the head of the record before the event."""
    record = advanced.record
    body = {
        "seq": record.seq,
        "state": record.state,
        "visit": record.visit,
        "lines": [line_json(line) for line in advanced.lines],
        "timers": {name: [timer.due, timer.retry] for name, timer in record.timers.items()},
        "open": {path: [token.kind, token.due] for path, token in record.tokens.items()},
        "undo": [[each.path, each.ending] for each in record.undo],
        "targets": {name: [clock.status, clock.alarm] for name, clock in record.targets.items()},
        "outbox": [row.key for row in advanced.outbox],
    }
    return advanced._replace(record=record._replace(head=digest(before, body)))


def digest(before: str, body: Json) -> str:
    """Give the next link of a chain."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def line_json(line: Line) -> dict[str, Json]:
    """Give a journal line as plain JSON."""
    return {"what": line.what, "name": line.name, "data": dict(line.data), "internal": line.internal}
