"""An event of a record is written: journal, record, lists and outbox, the only writes of these tables.

A workflow task can be lost after its projection has committed, and its rerun may bring other events under the same
`seq`. So each projection carries a fence (the workflow's time, which grows with every attempt) and a head:

1. the stored record has a newer fence: the projection is dropped whole;
2. journal rows above our `seq`, or at it with another head, become void, and their unsent outbox rows are deleted;
3. journal and outbox rows are inserted, the record's row is replaced, and the event gets its number in the feed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from store.around import FOLLOWING, OF, any_around, replace
from store.columns import Json, index_key, written
from store.database import Database, lock
from store.errors import NotPublishedError
from store.outbox import WAITING
from store.plans import keep_plans
from store.queries import LATEST
from store.reliance import tell_late
from store.reporting.keeping import keep_moves, targets_kept
from store.search import searched
from store.tables import (
    approval,
    approval_seat,
    definition,
    journal,
    outbox,
    record,
    record_booking,
    record_move,
    record_plan,
    record_reader,
    record_reliance,
    record_target,
    record_value,
    task,
    task_seat,
)

RECONCILED = "reconciled"
"""The kind of an event that the reconciler projects again; it has no lines, so those that are stored stay."""

_PLACE = ("void", "fence", "feed")
_TOLD = (
    *("process", "version", "digest", "engine", "state", "final", "seq", "revision", "head"),
    *("created_at", "updated_at"),
)
"""What the record's row has of the record itself."""

_REPEATED = "repeated"
_BESIDES = (
    exists().where(journal.c.record == bindparam(OF), journal.c.seq == bindparam("seq")).label(_REPEATED),
    *any_around(),
)
"""Whether an event of this `seq` was written before, and what is around the record."""
_STORED = select(
    *(record.c[name] for name in ("fence", "seq", "head", "digest", "state", *FOLLOWING)), *_BESIDES
).where(record.c.id == bindparam(OF))
"""What is there of a record: where it stands, and what is besides."""
_ALONE = select(*_BESIDES)
"""What is there of a record that has no row itself: new ones have nothing, but rows may have been lost."""
_NEWEST = select(func.max(journal.c.feed))
_NEW, _ENTRY, _OUTGOING = insert(record), insert(journal), insert(outbox)
_SAME_KEYS = select(outbox.c.key).where(outbox.c.key.in_(bindparam("keys", expanding=True)))
_CHANGED = update(record).where(record.c.id == bindparam(OF))
_FOLLOWED = update(record_value).where(record_value.c.record == bindparam(OF))


@dataclass(frozen=True, slots=True)
class Index:
    """What lists, rights and search need of a record, made by whoever knows its definition.

    `text` may be found by every reader, `internal_text` only by full ones; the same for `indexed` and
    `internal_indexed` (field → value, or values of a list; None: empty). `readers` are `(who, sees internal fields)`,
    `who` like `user:ann`, `group:mail`, `role:agent`. `due` is the record's earliest deadline. `correlation` is the
    text by which outside events find it. A task has `path`, `title`, `seats` (like `who`), `claimed_by`, `due`,
    `since`, and whatever else its page needs. An approval has the same without `claimed_by`, and a `name`: those in
    its `seats` have not voted yet. `relies_on` names what of the organisation it has to look at again when it changes.
    `bookings` are `(what, since, until)`, in seconds: what it has to itself, and when.
    """

    title: str = ""
    text: str = ""
    internal_text: str = ""
    readers: list[tuple[str, bool]] = field(default_factory=list)
    indexed: dict[str, str | list[str] | None] = field(default_factory=dict)
    internal_indexed: dict[str, str | list[str] | None] = field(default_factory=dict)
    correlation: str | None = None
    tasks: list[dict[str, Any]] = field(default_factory=list)
    approvals: list[dict[str, Any]] = field(default_factory=list)
    due: float | None = None
    relies_on: list[str] = field(default_factory=list)
    bookings: list[tuple[str, float, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Projection:
    """One event of one record, as it travels to the store; everything in it is plain JSON.

    `record` is the whole snapshot after the event (the fields of `engine.record.Record`), `event` what happened
    (`kind`, `now`, and `name`, `actor`, `id`, …), `lines` and `outbox` what came of it (`key`, `kind`, `body` each),
    `fence` the workflow's time and `previous_head` the head before the event.
    """

    record: dict[str, Any]
    event: dict[str, Any]
    lines: list[dict[str, Any]]
    outbox: list[dict[str, Any]]
    fence: float
    previous_head: str
    index: Index


async def project(database: Database, projection: Projection) -> str:
    """Write the projection by the rules above; the answer is the head that is stored for its `seq` afterwards.

    The caller compares it with its own: another one (or an empty one) says that this projection is not what is stored.
    The same projection may come any number of times.

    Raises:
        DataError: a text cannot be stored; `path` points into the record.
        NotPublishedError: the record is new, or on another definition than before, and that was never published.
        UnavailableError: the database is away or busy.
    """
    written(projection.record)  # or it is refused
    return await database.write(_write, projection)


def _stored_head(connection: Connection, name: str, seq: int) -> str:
    chain = select(journal.c.head).where(journal.c.record == name, journal.c.seq == seq, journal.c.void.is_(False))
    return connection.scalar(chain) or ""


def _write(connection: Connection, projection: Projection) -> str:
    name, seq, head = (projection.record[key] for key in ("id", "seq", "head"))
    lock(connection, f"record {name}")
    stored = connection.execute(_STORED, {OF: name, "seq": seq}).mappings().one_or_none()
    if stored is None or stored["digest"] != projection.record["digest"]:  # it is new, or was moved
        _refuse_unpublished(connection, projection)
    if stored is not None:
        place = (stored["fence"], stored["seq"])
        if place > (projection.fence, seq) or (*place, stored["head"]) == (projection.fence, seq, head):
            return _stored_head(connection, name, seq)
        if stored["seq"] >= seq:
            _void(connection, name, seq, head)
    there = stored or connection.execute(_ALONE, {OF: name, "seq": seq}).mappings().one()
    _put_around(connection, projection, there)
    lock(connection, "feed")  # held until the commit, so that the feed's order is the order of commits
    feed = (connection.scalar(_NEWEST) or 0) + 1
    _append(connection, projection, feed, repeated=there[_REPEATED])
    if stored is None:
        connection.execute(_NEW, {"id": name, "ordinal": feed, **_row(projection, feed)})
    else:
        connection.execute(_CHANGED, {OF: name, **_row(projection, feed)})
    return str(head)


def _put_around(connection: Connection, projection: Projection, stored: Mapping[Any, Json]) -> None:
    """Write what is kept around the record, of which `stored` says what is there."""
    given, index, at = projection.record, projection.index, projection.event["now"]
    name, told = given["id"], {key: given[key] for key in FOLLOWING}
    new = {
        table: replace(connection, table, name, rows, any_there=stored.get(table.name, False))
        for table, rows in _lists(projection)
    }
    if new[record_value] or (stored.get(record_value.name) and any(stored.get(key) != told[key] for key in FOLLOWING)):
        connection.execute(_FOLLOWED, {OF: name, **told})
    if index.bookings or stored.get(record_plan.name):
        keep_plans(connection, name, index.bookings, seq=given["seq"], at=at)
    keep_moves(connection, given, projection.lines, at, before=stored.get("state"), repeated=stored[_REPEATED])
    tell_late(connection, name, index.relies_on, at)


def _refuse_unpublished(connection: Connection, projection: Projection) -> None:
    digest = projection.record["digest"]
    if connection.scalar(select(definition.c.digest).where(definition.c.digest == digest)) is None:
        raise NotPublishedError(projection.record["id"], digest)


def _void(connection: Connection, name: str, seq: int, head: str) -> None:
    """Rule 2: what an attempt that Temporal never saw has left behind."""
    connection.execute(update(journal).where(_phantom(journal, name, seq, head)).values(void=True))
    connection.execute(delete(outbox).where(_phantom(outbox, name, seq, head), outbox.c.sent_at.is_(None)))
    connection.execute(delete(record_move).where(_phantom(record_move, name, seq, head)))


def _phantom(table: Table, name: str, seq: int, head: str) -> ColumnElement[bool]:
    rows = table.c
    return and_(rows.record == name, or_(rows.seq > seq, and_(rows.seq == seq, rows.head != head)))


def _append(connection: Connection, projection: Projection, feed: int, *, repeated: bool) -> None:
    """Rule 3: the journal row, also one that is there already (`repeated`), and the outbox rows that are not there."""
    name, seq, head = (projection.record[key] for key in ("id", "seq", "head"))
    entry, found = _entry(projection, feed), 0
    if repeated:
        same = and_(journal.c.record == name, journal.c.seq == seq, journal.c.head == head)
        told = {key: entry[key] for key in _PLACE} if projection.event["kind"] == RECONCILED else entry
        found = connection.execute(update(journal).where(same).values(told)).rowcount
    if not found:
        connection.execute(_ENTRY, entry)
    keys = [row["key"] for row in projection.outbox]
    there = set(connection.scalars(_SAME_KEYS, {"keys": keys})) if keys else set()
    rows = [
        {"record": name, "seq": seq, "head": head, "place": place, "feed": feed, **_outgoing(row)}
        for place, row in enumerate(projection.outbox)
        if row["key"] not in there
    ]
    if rows:
        connection.execute(_OUTGOING, rows)


def _entry(projection: Projection, feed: int) -> dict[str, Json]:
    return {
        "record": projection.record["id"],
        "seq": projection.record["seq"],
        "head": projection.record["head"],
        "previous_head": projection.previous_head,
        "fence": projection.fence,
        "feed": feed,
        "void": False,
        "at": projection.event["now"],
        "kind": projection.event["kind"],
        "name": projection.event.get("name", ""),
        "event": projection.event,
        "lines": projection.lines,
    }


def _outgoing(row: Mapping[str, Json]) -> dict[str, Json]:
    sending = {"state": WAITING, "delivered": [], "attempts": 0, "due_at": 0.0, "leased_until": 0.0, "error": ""}
    return {"key": row["key"], "kind": row["kind"], "body": row["body"], **sending}


def _row(projection: Projection, feed: int) -> dict[str, Json]:
    index = projection.index
    return {
        **{key: projection.record[key] for key in _TOLD},
        "fence": projection.fence,
        "feed": feed,
        "title": index.title,
        "due": index.due,
        "correlation": None if index.correlation is None else index_key(index.correlation),
        "words": searched(index.text),
        "internal_words": searched(index.internal_text),
        "body": projection.record,
    }


def _lists(projection: Projection) -> Iterable[tuple[Table, list[dict[str, Json]]]]:
    """The rows of the tables around the record, each table whole."""
    index, name = projection.index, projection.record["id"]
    yield record_value, [*_values(index.indexed, internal=False), *_values(index.internal_indexed, internal=True)]
    readers: dict[str, bool] = {}
    for who, full in index.readers:
        readers[who] = full or readers.get(who, False)
    yield record_reader, [{"who": who, "full": full} for who, full in readers.items()]
    yield record_reliance, [{"what": what} for what in dict.fromkeys(index.relies_on)]
    yield record_booking, [dict(zip(("what", "since", "until"), each, strict=True)) for each in index.bookings]
    yield record_target, list(targets_kept(projection.record))
    about = {"process": projection.record["process"], "record_title": index.title}
    yield task, [{**_task(name, row), **about} for row in index.tasks]
    yield task_seat, _seats(index.tasks)
    yield approval, [{**_approval(name, row), **about} for row in index.approvals]
    yield approval_seat, _seats(index.approvals)


def _values(fields: Mapping[str, str | list[str] | None], *, internal: bool) -> Iterable[dict[str, Json]]:
    for name, value in fields.items():
        values = [] if value is None else [value] if isinstance(value, str) else value
        for text in dict.fromkeys(index_key(text) for text in values):
            yield {"field": name, "value": text, "internal": internal}


def _task(name: str, row: Mapping[str, Json]) -> dict[str, Json]:
    told = {key: row.get(key) for key in ("path", "title", "claimed_by", "due", "since")}
    return {**told, "id": task_id(name, row["path"]), "body": dict(row)}


def _approval(name: str, row: Mapping[str, Json]) -> dict[str, Json]:
    told = {key: row.get(key) for key in ("path", "title", "due", "since")}
    return {**told, "id": task_id(name, row["name"]), "body": dict(row)}


def _seats(rows: Iterable[Mapping[str, Json]]) -> list[dict[str, Json]]:
    return [{"path": row["path"], "who": who, **_urgency(row)} for row in rows for who in dict.fromkeys(row["seats"])]


def _urgency(row: Mapping[str, Json]) -> dict[str, Json]:
    return {"due": LATEST if row.get("due") is None else row["due"], "since": row["since"]}


def task_id(name: str, path: str) -> str:
    """The name under which people and programs find a task (by its path) or an approval (by its name) of a record."""
    return f"{name}.{path}"
