"""Requests that are sent again: the same key gives the same outcome, with another body it is refused."""

import hashlib
import json

from engine.masking import same_sealed
from engine.record import Event, Reason, Record, Refused


def scoped(actor: str, path: str, key: str) -> str:
    """Give a request key that belongs to its sender and to what it asks for."""
    return hashlib.sha256(json.dumps([actor, path, key]).encode()).hexdigest()[:32]


def body_digest(event: Event) -> str:
    """Give a digest of what is asked, for noticing another request under the same key; of no sensitive value."""
    data = {name: same_sealed(value) for name, value in event.data.items()}
    text = json.dumps([event.kind, event.name, data], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def answered(record: Record, event: Event) -> int | Refused | None:
    """Say with which `seq` this request was carried out before (None: it is new); refuse a key that was another's."""
    for key, (body, seq) in record.seen.items() if event.same_as else ():
        if key in event.same_as or body in event.same_as:
            return seq
    if event.id not in record.seen:
        return None
    body, seq = record.seen[event.id]
    if body == event.body:
        return seq
    text = "this key was used for another request: use a new key for a new request"
    return Refused((Reason("input", "key-reused", text, "Idempotency-Key"),))
