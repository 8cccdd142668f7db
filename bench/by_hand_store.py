"""What the errand by hand writes: the same rows in the same tables as a record's projection, in SQL that knows them.

It writes what an event changes and asks for nothing else; a repeated write changes nothing.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text
from temporalio import activity

from bench.by_hand import VOTERS, WRITE, Written
from store.database import Database

DAY = 86_400
PATH = "2/approving/do/0"
FOREVER = 1e18

RECORD = text("""
insert into record (id, process, version, digest, engine, state, final, seq, revision, head, fence, feed, ordinal,
    title, created_at, updated_at, due, correlation, words, internal_words, body)
values (:id, 'errand', 1, :digest, 0, :state, :final, :seq, :revision, :head, 0, :feed, :feed,
    :summary, :created_at, :updated_at, :due, null, :words, '', :body)
on conflict (id) do update set state = :state, final = :final, seq = :seq, revision = :revision, head = :head,
    feed = :feed, updated_at = :updated_at, due = :due, body = :body
""")
JOURNAL = text("""
insert into journal (record, seq, head, previous_head, fence, feed, void, at, kind, name, event, lines)
values (:id, :seq, :head, :previous, 0, :feed, false, :at, :kind, :name, :event, :lines)
""")
OUTBOX = text("""
insert into outbox (key, record, seq, head, place, feed, kind, body, state, delivered, attempts, due_at, leased_until,
    error)
values (:key, :id, :seq, :head, 0, :feed, :kind, :body, 'waiting', '[]', 0, 0, 0, '')
""")
MOVE = text("""
insert into record_move (record, seq, place, head, process, day, at, source, target, final, lasted)
values (:id, :seq, 0, :head, 'errand', :day, :at, :source, :state, :final, :lasted)
""")
READER = text('insert into record_reader (record, who, "full") values (:id, :who, :full)')
VALUE = text("""
insert into record_value (record, field, value, internal, updated_at, final)
values (:id, :field, :value, false, :updated_at, false)
""")
VALUES = text("update record_value set updated_at = :updated_at, final = :final where record = :id")
APPROVAL = text("""
insert into approval (record, path, id, title, due, since, body, process, record_title)
values (:id, :path, :name, 'May it be done', :due, :updated_at, :seats, 'errand', :summary)
""")
SEAT = text("insert into approval_seat (record, path, who, due, since) values (:id, :path, :who, :due, :updated_at)")
RELIES = text("insert into record_reliance (record, what) values (:id, :what)")
VOTED = text("delete from approval_seat where record = :id and who = :who")
RELIES_NOT = text("delete from record_reliance where record = :id and what = :who")
DECIDED = tuple(text(f"delete from {table} where record = :id") for table in ("approval", "approval_seat"))

Statement = tuple[Any, dict[str, Any]]


class ByHandStore:
    """The store of the errands by hand."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    @activity.defn(name=WRITE)
    async def write(self, given: Written) -> None:
        """Write one event in one transaction."""
        await self._database.write(_write, given)


def _write(connection: Connection, given: Written) -> None:
    errand = given.errand
    stored = connection.scalar(text("select seq from record where id = :id"), {"id": errand["id"]}) or 0
    if stored >= errand["seq"]:
        return
    feed = (connection.scalar(text("select max(feed) from journal")) or 0) + 1
    for statement, values in _statements(given, feed):
        connection.execute(statement, values)


def _statements(given: Written, feed: int) -> Iterator[Statement]:
    errand, event, now = given.errand, given.event, given.event["now"]
    plain = {**errand, "feed": feed, "path": PATH, "final": errand["state"] == "closed", "at": now, "digest": ""}
    plain |= {"previous": given.previous_head, "kind": event["kind"], "name": event["name"]}
    told = {"body": json.dumps(errand), "event": json.dumps(event), "lines": json.dumps(given.lines)}
    yield RECORD, {**plain, **told, "words": f"{errand['id']} {errand['summary']}".lower()}
    yield JOURNAL, {**plain, **told}
    for row in given.outbox:
        yield OUTBOX, {**plain, **row, "body": json.dumps(row["body"])}
    if given.left != errand["state"]:
        yield MOVE, {**plain, "source": given.left, "day": int(now // DAY), "lasted": given.lasted}
    yield from _around(event["kind"], event["name"], plain)


def _around(kind: str, name: str, plain: dict[str, Any]) -> Iterator[Statement]:
    """Give what an event changes in the tables around the errand."""
    match kind, name:
        case "start", _:
            yield VALUE, {**plain, "field": "created_by", "value": plain["created_by"]}
            for who, full in (("name:anyone", False), ("name:ann", True)):
                yield READER, {**plain, "who": who, "full": full}
        case "act", "assign":
            yield VALUE, {**plain, "field": "assignee", "value": plain["assignee"]["id"]}
            named = {**plain, "name": f"{plain['id']}.2.may.1", "seats": json.dumps({"seats": VOTERS})}
            yield APPROVAL, named
            for who in VOTERS:
                yield SEAT, {**plain, "who": f"user:{who}"}
                yield RELIES, {**plain, "what": f"user:{who}"}
                yield READER, {**plain, "who": f"user:{who}", "full": False}
        case "vote", _:
            who = next(reversed(plain["votes"]))
            yield VOTED, {**plain, "who": f"user:{who}"}
            yield RELIES_NOT, {**plain, "who": f"user:{who}"}
        case _:
            pass
    if plain["state"] in ("approved", "closed"):
        for statement in DECIDED:
            yield statement, plain
    yield VALUES, plain
