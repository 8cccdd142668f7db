"""What is kept for reports: the moves that the journal tells, and targets, whatever was lost or repeated."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, select

from store import migrations
from store.database import Database
from store.projections import RECONCILED, Projection, project
from store.reporting.keeping import DAY
from store.tables import journal, record_move, record_target
from tests.store.builders import a_projection, publish_paper

STATES = ("open", "held", "done", "gone")
FINAL = "gone"


def _event(name: str, seq: int, ways: list[tuple[str, str]], **given: Any) -> Projection:
    """Project an event that goes these ways, a day after the one before."""
    at = 10.0 + DAY * seq
    told = a_projection(name, seq, created_at=10.0 + DAY, entered_at=at, state=ways[-1][1] if ways else "", **given)
    lines = [{"what": "transition", "name": "go", "data": {"from": one, "to": two}} for one, two in ways]
    event = {**told.event, "now": at}
    return Projection(told.record, event, lines, [], told.fence, told.previous_head, told.index)


def _history(chance: random.Random, name: str) -> Iterator[Projection]:
    """Tell a record's life: each event as it happened, some of them after another attempt that was lost."""
    state = here = ""
    for seq in range(1, chance.randrange(2, 8)):
        for head in (f"lost{seq}", f"h{seq}") if chance.random() < 0.4 else (f"h{seq}",):
            ways, here = list[tuple[str, str]](), state
            for _ in range(1 if seq == 1 else chance.randrange(3)):
                ways.append((here, here := chance.choice(STATES[:-1])))
            given: dict[str, Any] = {"head": head, "previous": f"h{seq - 1}" if seq > 1 else ""}
            yield _event(name, seq, ways or [(here, here)], **given, fence=float(seq))
        state = here


def _moves(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(select(record_move).order_by(*record_move.primary_key)).mappings()
    return [dict(row) for row in rows]


def _as_the_journal_says(connection: Connection) -> list[tuple[Any, ...]]:
    found, before = list[tuple[Any, ...]](), dict[str, float]()
    rows = connection.execute(
        select(journal).where(journal.c.void.is_(False)).order_by(journal.c.record, journal.c.seq)
    )
    for row in rows:
        for line in row.lines:
            if line["data"]["from"] != line["data"]["to"]:
                lasted = row.at - before.get(row.record, row.at)
                before[row.record] = row.at
                ways = line["data"]["from"], line["data"]["to"]
                found.append((row.record, row.seq, row.head, int(row.at // DAY), *ways, lasted))
    return found


@pytest.fixture
async def lived(database: Database) -> Database:
    chance = random.Random(7)
    await publish_paper(database)
    for number in range(12):
        for projection in _history(chance, f"R{number:02}"):
            await project(database, projection)
            if chance.random() < 0.2:
                await project(database, projection)
    return database


async def test_the_moves_are_those_that_the_journal_tells(lived: Database) -> None:
    columns = ("record", "seq", "head", "day", "source", "target", "lasted")
    kept = [tuple(row[name] for name in columns) for row in await lived.read(_moves)]
    assert kept == await lived.read(_as_the_journal_says)
    assert len(kept) > 20


async def test_an_older_store_is_filled_with_the_same(lived: Database) -> None:
    before = await lived.read(_moves)
    await lived.write(_fill_again)
    assert await lived.read(_moves) == before


def _fill_again(connection: Connection) -> None:
    scripts = ScriptDirectory.from_config(migrations._config()).walk_revisions()
    [script] = [each for each in scripts if each.doc.startswith("What reports count")]
    for table in (record_move, record_target):
        connection.execute(delete(table))
    script.module._fill(connection)


async def test_the_move_into_a_final_state_ends_the_record(database: Database) -> None:
    await publish_paper(database)
    await project(database, _event("R1", 1, [("", "open")]))
    await project(database, _event("R1", 2, [("open", "held"), ("held", FINAL)], final=True))
    await project(database, _event("R1", 3, [(FINAL, FINAL)], final=True))
    rows = await database.read(_moves)
    assert [(row["target"], row["final"], row["lasted"]) for row in rows] == [
        ("open", False, 0.0),
        ("held", False, DAY),
        (FINAL, True, 0.0),
    ]


async def test_a_move_that_no_line_tells_is_kept_where_the_record_says_so(database: Database) -> None:
    await publish_paper(database)
    await project(database, _event("R1", 1, [("", "open")]))
    told = _event("R1", 2, [("open", "held")], kind=RECONCILED)
    silent = Projection(told.record, told.event, [], [], told.fence, told.previous_head, told.index)
    await project(database, silent)
    await project(database, silent)
    assert [(row["source"], row["target"]) for row in await database.read(_moves)] == [("", "open"), ("open", "held")]


CLOCK = {"status": "running", "late": False, "started": 10.0, "since": 10.0 + DAY, "wall": DAY, "due": 10.0 + 3 * DAY}
CLOCKS: list[tuple[Mapping[str, Any], tuple[str, int | None, float]]] = [
    ({}, ("running", None, 0.0)),
    ({"status": "paused", "wall": DAY / 2}, ("running", None, DAY / 2)),
    ({"status": "met"}, ("kept", 1, 0.0)),
    ({"late": True}, ("missed", 3, 0.0)),
    ({"late": True, "status": "missed", "due": None}, ("missed", 1, 0.0)),
]


@pytest.mark.parametrize(("clock", "kept"), CLOCKS)
async def test_a_target_is_missed_when_its_time_is_used_up_and_kept_when_it_stops(
    database: Database, clock: Mapping[str, Any], kept: tuple[str, int | None, float]
) -> None:
    await publish_paper(database)
    await project(database, _event("R1", 1, [("", "open")], targets={"answer": {**CLOCK, **clock}}))
    columns = (record_target.c.outcome, record_target.c.day, record_target.c.held)
    rows = await database.read(lambda connection: connection.execute(select(*columns)).all())
    assert [tuple(row) for row in rows] == [kept]
    await database.write(_fill_again)
    rows = await database.read(lambda connection: connection.execute(select(*columns)).all())
    assert [tuple(row) for row in rows] == [kept]
