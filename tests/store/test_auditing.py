"""An audit names the first row that is not what was written, whatever was changed in it, on both databases."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Table, Text, and_, delete, func, insert, select, text, type_coerce, update

from engine.record import Actor, Event, Kind, Origin
from store.auditing import audited, changed_definitions, events_there
from store.database import Database
from store.tables import definition, journal, outbox, record
from store.verifying import Flaw
from tests.activities.story import Story, prepare
from tests.store.builders import a_projection, given

NAME = "PAR0000001"
COMMENT = Event(Kind.COMMENT, actor=Actor("ann", "Ann", origin=Origin("api", "10.0.0.1")), data={"text": "Heavy"})


async def a_story(database: Database, url: str) -> None:
    """Store a record with three events."""
    await prepare(url)
    story = await Story(database, NAME).start()
    await story.take(COMMENT)
    await story.send()


async def flaws(database: Database, only: str = "") -> list[tuple[str, int]]:
    return [(flaw.record, flaw.seq) async for lot in audited(database, only, at_once=1) for flaw in lot.flaws]


async def change(database: Database, table: Table, where: Any, values: Mapping[str, Any]) -> None:
    await database.write(lambda connection: connection.execute(update(table).where(where).values(**values)))


async def changed(database: Database, table: Table, where: Any, values: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Give the flaws there are while these values are changed."""
    by = primary(table)
    rows = await database.read(lambda connection: connection.execute(select(table).where(where)).mappings().all())
    await change(database, table, where, values)
    found = await flaws(database)
    for row in rows:
        now = [values.get(name, row[name]) for name in by]
        here = [table.c[name] == value for name, value in zip(by, now, strict=True)]
        await change(database, table, and_(*here), dict(row))
    assert await flaws(database) == []
    return found


def primary(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


async def test_a_store_as_it_was_written_has_no_flaw(database: Database, url: str) -> None:
    await a_story(database, url)
    [lot] = [each async for each in audited(database)]
    assert lot == (NAME, 1, 3, 0, ())
    assert (await events_there(database), await changed_definitions(database)) == (3, ())


CHANGES: Mapping[str, Any] = {
    "seq": 7,
    "head": "0" * 64,
    "previous_head": "0" * 64,
    "fence": 1.0,
    "feed": 0,
    "void": True,
    "at": 1.0,
    "kind": "edit",
    "name": "other",
    "event": {},
    "lines": [],
}


async def test_whatever_is_changed_in_a_row_of_the_journal_names_it(database: Database, url: str) -> None:
    await a_story(database, url)
    for column, other in CHANGES.items():
        assert await changed(database, journal, journal.c.seq == 2, {column: other}) == [(NAME, 2)], column


def test_every_column_of_the_journal_is_changed() -> None:
    assert {*CHANGES, "record"} == set(journal.columns.keys())


async def test_a_row_that_is_given_to_another_record_is_missed(database: Database, url: str) -> None:
    await a_story(database, url)
    found = await changed(database, journal, journal.c.seq == 2, {"record": "PAR0000009"})
    assert found == [(NAME, 2), ("PAR0000009", 1)]


INSIDE = [
    ("event", '"ann"', '"eve"'),
    ("event", "10.0.0.1", "10.0.0.2"),
    ("event", '"version":1', '"version":2'),
    ("event", '"standing"', '"standings"'),
    ("event", '"outbox":{}', '"outbox":[]'),
    ("event", "{", ""),
    ("lines", "Heavy", "Light"),
    ("lines", "[", ""),
    ("lines", "[", "{"),
]


async def test_whatever_is_changed_inside_an_event_names_it(database: Database, url: str) -> None:
    await a_story(database, url)
    second = journal.c.seq == 2
    for column, old, new in INSIDE:
        other = func.replace(type_coerce(journal.c[column], Text), old, new)
        assert await changed(database, journal, second, {column: other}) == [(NAME, 2)], (column, new)


async def test_a_record_that_is_not_what_its_last_event_left_is_named(database: Database, url: str) -> None:
    await a_story(database, url)
    body = await database.read(lambda connection: connection.scalar(select(record.c.body))) or {}
    others: tuple[Mapping[str, Any], ...] = (
        *({name: 77} for name in ("version", "seq", "revision", "fence", "feed", "engine", "created_at", "updated_at")),
        *({name: "x"} for name in ("process", "digest", "state", "head")),
        {"final": False},
        {"body": {**body, "fields": {**body["fields"], "contents": "Gold"}}},
        {"body": {**body, "watchers": [{"id": "eve", "label": "Eve"}]}},
        {"body": {**body, "tokens": 7}},
        {"body": {**body, "more": 1}},
        {"body": {}},
    )
    for values in others:
        assert await changed(database, record, record.c.id == NAME, values) == [(NAME, 3)], values


@pytest.mark.parametrize("values", [{"body": {"to": "eve"}}, {"kind": "x"}, {"key": "x"}, {"head": "x"}], ids=str)
async def test_an_effect_that_is_not_what_its_event_brought_about_is_named(
    database: Database, url: str, values: Mapping[str, Any]
) -> None:
    await a_story(database, url)
    await change(database, outbox, outbox.c.seq == 1, values)
    assert await flaws(database) == [(NAME, 1)]


@pytest.mark.parametrize(("table", "seq"), [(record, 3), (journal, 0), (outbox, 1)])
async def test_what_was_deleted_is_missed(database: Database, url: str, table: Table, seq: int) -> None:
    await a_story(database, url)
    await database.write(lambda connection: connection.execute(delete(table)))
    assert await flaws(database) == [(NAME, seq)]


async def test_an_event_that_was_added_is_named(database: Database, url: str) -> None:
    await a_story(database, url)
    columns = [column for column in journal.columns if column.name not in ("head", "feed")]
    rows = select(*columns, text("'x'"), text("99")).where(journal.c.seq == 2)
    names = [*(column.name for column in columns), "head", "feed"]
    await database.write(lambda connection: connection.execute(insert(journal).from_select(names, rows)))
    assert await flaws(database) == [(NAME, 2)]


async def test_what_a_lost_attempt_left_behind_is_no_flaw(database: Database, url: str) -> None:
    await prepare(url)
    story = await Story(database, NAME).start()
    await story.lose(COMMENT)
    await story.send()
    assert (await flaws(database), await events_there(database)) == ([], 3)


async def test_what_older_code_wrote_is_held_by_its_links(database: Database) -> None:
    await given(database, a_projection(seq=1), a_projection(seq=2), a_projection(record="R2", head="x"))
    lots = [(lot.last, lot.events, lot.unsealed) async for lot in audited(database, at_once=1)]
    assert lots == [("R1", 2, 2), ("R2", 1, 1)]
    assert await flaws(database) == []
    await change(database, journal, journal.c.seq == 2, {"previous_head": "h7"})
    assert await flaws(database) == [("R1", 2)]


async def test_an_event_that_was_written_again_without_what_happened_is_named(database: Database) -> None:
    await given(database, a_projection(kind="reconciled"))
    [found] = [flaw async for lot in audited(database) for flaw in lot.flaws]
    assert found == Flaw("R1", 1, "was written again from its workflow, and what happened in it is lost")


async def test_a_definition_that_was_changed_is_named(database: Database, url: str) -> None:
    await prepare(url)
    await change(database, definition, definition.c.version == 1, {"source": "process: parcel"})
    assert await changed_definitions(database) == ("parcel 1",)
