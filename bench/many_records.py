"""Fills a store with as many records as asked for, at once and always alike: for what must not get slower with them.

What the records are is spread as in a company of some years: nine of ten have ended, a few words are in very many of
them and most words in few, two hundred agents see all, and each requester sees about twenty.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Table, text

from engine.record import Record
from engine.snapshot import snapshot
from store.database import Database
from store.projections import task_id
from store.queries import LATEST
from store.reporting.keeping import KEPT, MISSED, RUNNING, day_of
from store.search import searched
from store.tables import (
    approval,
    approval_seat,
    record,
    record_move,
    record_reader,
    record_target,
    record_value,
    task,
    task_seat,
)

KEPT_FOR_REPORTS = (record_move, record_target)
TABLES: tuple[Table, ...] = (
    *(record, record_value, record_reader, task, task_seat, approval, approval_seat),
    *KEPT_FOR_REPORTS,
)
CHUNK = 2_000
DAY = 86_400.0
NOW = 1_790_000_000.0
BETWEEN = 300.0
"""Seconds from one record to the next."""

PROCESSES = ("incident", "incident", "incident", "incident", "request", "request", "change", "alert")
STATES = ("new", "assigned", "pending")
ENDED = "closed"
PATHS = (("new",), ("new", "assigned"), ("new", "assigned", "pending", "assigned"), ("new", "assigned", "resolved"))
TARGETS = ("response", "resolution")
OPEN, ASKED = 0.05, 0.1
"""Of all records, how many are open; of these, how many wait for an approval."""
AGENTS, GROUPS, EACH_REQUESTER = 200, 20, 20
IN_HAND = 250
"""Open records of each agent who has any: alike among few records and many, so that lists of them fill a page."""
DISPATCHER, EACH_DISPATCHED = "dispatcher", 3
"""Who may do every third task."""
WORDS = 30_000
COMMON, FREQUENT, PREFIX = "mail", "printer", "word12"
"""A word of every other record, one of every fiftieth, and the beginning of about 1,100 words."""

Rows = dict[str, list[tuple[Any, ...]]]
NOTHING_YET = snapshot(Record("", "", 1, "d"))


class People(NamedTuple):
    """Who looks: an agent, who sees all, and a requester, who sees their own."""

    agent: tuple[str, ...]
    requester: tuple[str, ...]


def at_work(count: int) -> int:
    """Say how many agents have open records, of so many records."""
    return min(AGENTS, max(1, round(count * OPEN / IN_HAND)))


def fill(database: Database, count: int) -> None:
    """Write that many records with what is around them, into a store that is empty."""
    with database.writing() as connection:
        later = _without_indexes(connection)
    for chunk in _chunks(count):
        with database.writing() as connection:
            for table in TABLES:
                _insert(connection, table, chunk[table.name])
    for statement in later:
        with database.writing() as connection:
            connection.exec_driver_sql(statement)
    if database.dialect == "postgresql":
        with database.writing() as connection:
            connection.execute(text("ANALYZE"))  # as its autovacuum does


def _chunks(count: int) -> Iterator[Rows]:
    chance = random.Random(4711)
    for first in range(1, count + 1, CHUNK):
        rows: Rows = {table.name: [] for table in TABLES}
        for ordinal in range(first, min(first + CHUNK, count + 1)):
            _one(rows, chance, ordinal, count)
        yield rows


def _one(rows: Rows, chance: random.Random, ordinal: int, count: int) -> None:
    """Add one record with its values, readers, and the work that waits on it."""
    process, is_open = chance.choice(PROCESSES), chance.random() < OPEN
    name, state = f"{process[:3].upper()}{ordinal:07}", chance.choice(STATES) if is_open else ENDED
    created = NOW - (count - ordinal) * BETWEEN
    updated = min(NOW, created + chance.expovariate(1 / (5 * DAY)))
    due = updated + chance.uniform(0, 10 * DAY) if is_open else None
    agent = f"agent{chance.randrange(at_work(count) if is_open else AGENTS)}"
    group = f"group{chance.randrange(GROUPS)}"
    requester = f"person{chance.randrange(max(1, count // EACH_REQUESTER))}"
    said = _said(chance, ordinal)
    told = searched(f"{name} {said}")
    fields = {"summary": said, "assignee": {"id": agent, "label": agent}}
    told_of = {"id": name, "process": process, "state": state, "final": not is_open, "seq": 3, "fields": fields}
    told_of["created_by"] = {"id": requester, "label": requester}
    body = {**NOTHING_YET, **told_of, "created_at": created, "updated_at": updated, "entered_at": updated}
    rows["record"].append(
        (
            *(name, process, 1, "d", 1, state, not is_open, 3, 2, "h", 0.0),
            *(ordinal, ordinal, said, created, updated, due, None, told, "", body),
        )
    )
    found = {"priority": f"P{chance.randrange(1, 5)}", "assignee": agent, "group": group}
    rows["record_value"] += [(name, field, value, False, updated, not is_open) for field, value in found.items()]
    readers = {f"user:{requester}": False, "name:agent": True, f"group:{group}": True}
    rows["record_reader"] += [(name, who, full) for who, full in readers.items()]
    _reported(rows, chance, (name, process), (created, updated), (state, not is_open))
    if is_open:
        _work(rows, (name, process, said), agent, (due, updated), asked=chance.random() < ASKED)


def _reported(
    rows: Rows, chance: random.Random, of: tuple[str, str], when: tuple[float, float], ends: tuple[str, bool]
) -> None:
    """Add the moves of a record (`of`: its name and process), to the state where it is, and its two targets."""
    (name, process), (created, updated), (state, final) = of, when, ends
    path = ["", *chance.choice(PATHS), state]
    times = [created, *sorted(chance.uniform(created, updated) for _ in path[2:])]
    for place, (source, target, at) in enumerate(zip(path, path[1:], times, strict=False)):
        lasted = at - times[place - 1] if place else 0.0
        ended = final and place == len(path) - 2
        rows["record_move"].append(
            (name, place + 1, 0, "h", process, day_of(at), at, source, target, ended, lasted),
        )
    for target in TARGETS:
        outcome = chance.choices((KEPT, MISSED), (9, 1))[0] if final or target == TARGETS[0] else RUNNING
        day = None if outcome == RUNNING else day_of(times[-1])
        rows["record_target"].append((name, target, process, outcome, day, 0.0))


def _work(
    rows: Rows, about: tuple[str, str, str], agent: str, times: tuple[float | None, float], *, asked: bool
) -> None:
    """Add a task or an approval, `about` a record by name, process and title, with its `times`: due and since."""
    (name, *told), (due, since), path, seat = about, times, "1.work", f"user:{agent}"
    body, urgency = {"seats": [seat]}, (LATEST if due is None else due, since)
    if asked:
        rows["approval"].append((name, path, task_id(name, path), "Approve it", due, since, body, *told))
        rows["approval_seat"].append((name, path, seat, *urgency))
    else:
        rows["task"].append((name, path, task_id(name, path), "Do it", None, due, since, body, *told))
        rows["task_seat"].append((name, path, seat, *urgency))
        if len(rows["task"]) % EACH_DISPATCHED == 0:
            rows["task_seat"].append((name, path, f"user:{DISPATCHER}", *urgency))


def _said(chance: random.Random, ordinal: int) -> str:
    """Say something of twelve words, of which few are frequent."""
    said = [f"word{int(WORDS * chance.random() ** 3)}" for _ in range(10)]
    if chance.random() < 0.5:
        said.append(COMMON)
    if chance.random() < 0.02:
        said.append(FREQUENT)
    return " ".join([*said, f"unique{ordinal}"])


def _insert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values are in the order of the table's columns."""
    names = [column.name for column in table.columns]
    dialect = connection.dialect
    binds = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    plain = [[value if bind is None else bind(value) for bind, value in zip(binds, row, strict=True)] for row in rows]
    with closing(connection.connection.cursor()) as cursor:
        if dialect.name == "sqlite":
            marks = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", plain)
            return
        statement = SQL("COPY {} ({}) FROM STDIN").format(
            Identifier(table.name), SQL(", ").join(map(Identifier, names))
        )
        with cursor.copy(statement) as copy:
            for row in plain:
                copy.write_row(row)


def _without_indexes(connection: Connection) -> list[str]:
    """Drop what every single row would keep up to date; give what makes it again, whole."""
    if connection.dialect.name == "sqlite":
        kept = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        found = [tuple(row) for row in connection.execute(text(kept))]
        again = [sql for _kind, _name, sql in found] + ["INSERT INTO search(search) VALUES ('rebuild')"]
    else:
        kept = """
            SELECT 'index', indexname, indexdef FROM pg_indexes
            WHERE schemaname = current_schema() AND tablename = ANY(:tables) AND indexname NOT LIKE '%_pkey'
        """
        tables = [table.name for table in TABLES]
        found = [tuple(row) for row in connection.execute(text(kept), {"tables": tables})]
        again = [sql for _kind, _name, sql in found]
    for kind, name, _sql in found:
        connection.exec_driver_sql(f"DROP {kind} {name}")
    return again
