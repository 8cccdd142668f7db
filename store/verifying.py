"""Whether the rows of a record are what was written: its journal against its heads, the record against its last event.

Pure: what is judged are rows as they were read (store/auditing.py), their JSON still as text, because somebody may have
written anything into them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from engine.chain import WHOLE_EVENTS, effect, head_of, standing
from engine.snapshot import restore
from store.projections import RECONCILED

Event = Mapping[str, Any]


class Flaw(NamedTuple):
    """The first row of a record that is not what was written: the event it belongs to, and what differs."""

    record: str
    seq: int
    text: str


class JournalText(NamedTuple):
    """A row of the journal, with its JSON as text."""

    record: str
    seq: int
    head: str
    previous_head: str
    fence: float
    feed: int
    void: bool
    at: float
    kind: str
    name: str
    event: str
    lines: str


class RecordText(NamedTuple):
    """A row of a record, with its snapshot as text."""

    id: str
    process: str
    version: int
    digest: str
    engine: int
    state: str
    final: bool
    seq: int
    revision: int
    head: str
    fence: float
    feed: int
    created_at: float
    updated_at: float
    body: str


class OutboxText(NamedTuple):
    """A row of the outbox, with its body as text."""

    record: str
    key: str
    seq: int
    head: str
    kind: str
    body: str


BESIDE = ("fence", "feed", "body")
"""Columns of a record that are not members of its snapshot."""
TWICE = {"at": "now", "kind": "kind", "name": "name"}
"""Columns of the journal that are members of its event, too."""


def flaw_of(
    record: str, rows: Sequence[JournalText], stored: RecordText | None, sent: Sequence[OutboxText]
) -> Flaw | None:
    """Give the first flaw of a record; None where every row is what was written.

    `rows` are all of its journal in the order of `seq`, what lost attempts left behind included.
    """
    return next(_flaws(record, rows, stored, sent), None)


def is_sealed(row: JournalText) -> bool:
    """Say whether a row has a head that can be computed from it: what older code wrote has none."""
    return "standing" in _read(row.event)


def _flaws(
    record: str, rows: Sequence[JournalText], stored: RecordText | None, sent: Sequence[OutboxText]
) -> Iterator[Flaw]:
    chain = [row for row in rows if not row.void]
    before = None
    for row in chain:
        expected = before.seq + 1 if before else 1
        if row.seq != expected:
            missing = row.seq > expected
            yield Flaw(record, expected if missing else row.seq, "is missing" if missing else "is there twice")
        for text in (*_place(row, before), *_seal(row, before), *_effects(row, sent)):
            yield Flaw(record, row.seq, text)
        before = row
    for text in _last(stored, before):
        yield Flaw(record, before.seq if before else 0, text)
    known = {row.head for row in rows}
    for each in sent:
        if each.head not in known:
            yield Flaw(record, each.seq, f"outbox row {each.key} came of no event that is there")


def _place(row: JournalText, before: JournalText | None) -> Iterator[str]:
    if row.previous_head != (before.head if before else ""):
        yield f"does not follow event {before.seq}" if before else "is the first and says that another was before it"
    if before and row.fence < before.fence:
        yield f"has a fence before that of event {before.seq}"
    if before and row.feed <= before.feed:
        yield f"has a place in the feed before that of event {before.seq}"


def _seal(row: JournalText, before: JournalText | None) -> Iterator[str]:
    event, lines = _read(row.event), _read(row.lines, [])
    for column, member in TWICE.items():
        if getattr(row, column) != event.get(member):
            yield f"its column {column} says {getattr(row, column)!r}, its event {event.get(member)!r}"
    if "standing" in event:
        if head_of(row.previous_head, row.record, row.seq, event, lines) != row.head:
            yield "its head is not that of what it says: who, when, from where, what or the head itself was changed"
    elif event.get("kind") == RECONCILED:
        yield "was written again from its workflow, and what happened in it is lost"
    elif before and is_sealed(before):
        yield "its seal was taken away"


def _effects(row: JournalText, sent: Sequence[OutboxText]) -> Iterator[str]:
    """Hold the outbox against what came of an event; a row that a lost attempt had sent already stays as it was."""
    event = _read(row.event)
    sealed = event.get("outbox", {}) if "standing" in event else None
    if not isinstance(sealed, Mapping):
        return
    keys = {each.key for each in sent}
    for key in sealed:
        if key not in keys:
            yield f"its outbox row {key} is missing"
    for each in sent:
        if each.head == row.head and sealed.get(each.key) != effect(each.kind, _read(each.body)):
            yield f"its outbox row {each.key} was changed"


def _last(stored: RecordText | None, last: JournalText | None) -> Iterator[str]:
    """Hold a record against its last event."""
    if stored is None or last is None:
        yield "its record is missing" if stored is None else "its journal is missing"
        return
    for name in ("seq", "head", "fence", "feed"):
        if getattr(stored, name) != getattr(last, name):
            yield f"is the last one, and the record says {name} {getattr(stored, name)}, not {getattr(last, name)}"
    body = _read(stored.body)
    for name in (name for name in RecordText._fields if name not in BESIDE):
        if getattr(stored, name) != body.get(name):
            yield f"left a record whose column {name} says {getattr(stored, name)}, its snapshot {body.get(name)}"
    event = _read(last.event)
    if event.get("version", body.get("version")) != body.get("version"):
        yield f"happened on version {event['version']}, and the record says {body.get('version')}"
    if "standing" in event and _standing(body) != event["standing"]:
        yield "left another record than the one that is stored"
    elif "standing" not in event and body.get("engine", 0) >= WHOLE_EVENTS:
        yield "its seal was taken away"


def _standing(body: Event) -> str | None:
    """Give the standing of a stored record; None for what cannot be one."""
    try:
        return standing(restore(dict(body)))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _read(text: str, otherwise: Any = None) -> Any:  # noqa: ANN401  # JSON
    """Read JSON of the kind of `otherwise` (a mapping where none is given); what is none is empty."""
    empty = {} if otherwise is None else otherwise
    try:
        found = json.loads(text)
    except ValueError:
        return empty
    return found if isinstance(found, type(empty)) else empty
