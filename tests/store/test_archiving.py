"""Closed records leave the tables for files that prove themselves, once, and whatever dies in between."""

import asyncio
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from store import archived, attachments, inbox, numbers
from store.archive_files import appending, is_kept, lines_of
from store.archiving import DAY, Fate, Rule, archive, gathered
from store.attachments import File
from store.database import Database
from store.projections import Index
from store.queries import get_record
from store.tables import journal, metadata, stored_file, webhook_delivery
from store.verifying import flaw_of
from tests.store.builders import a_projection, given

NOW = 100 * DAY
FILE = "paper/1970-01.jsonl"


def a_rule(directory: Path, days: int | None = 30, **days_of: int | None) -> Rule:
    return Rule(directory, days, days_of)


def ended(name: str, **columns: Any) -> Any:
    index = Index(title=f"Paper {name}", readers=[("name:agent", True)])
    return a_projection(name, state="done", final=True, index=index, **columns)


async def with_papers(database: Database, *names: str, **columns: Any) -> None:
    """Have these papers, which have ended, and one that is open and the newest of all."""
    await given(database, *(ended(name, **columns) for name in names), a_projection("P9999999"))


def rows_of(database: Database, name: str) -> dict[str, int]:
    """Count what the tables have of a record, however they call it."""
    found = {}
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            key = table.c.id if table.name in ("record", "archived") else table.c.get("record")
            if key is not None:
                found[table.name] = connection.scalar(select(func.count()).select_from(table).where(key == name)) or 0
    return {table: count for table, count in found.items() if count}


async def test_a_record_leaves_whole_and_its_file_proves_it(database: Database, tmp_path: Path) -> None:
    name = await numbers.allot(database, "P", "first")
    await with_papers(database, name)
    await inbox.put(database, "k", "ann", record=name, subject="It ended", body="It did", at=1.0)
    assert await archive(database, a_rule(tmp_path), NOW) == {name: Fate.ARCHIVED}
    assert rows_of(database, name) == {"archived": 1}
    [line] = lines_of(tmp_path / FILE)
    assert line.bundle is not None
    assert (line.bundle.record.id, line.bundle.title, line.bundle.readers) == (name, f"Paper {name}", ("name:agent",))
    assert flaw_of(name, line.bundle.journal, line.bundle.record, line.bundle.outbox) is None
    found = await archived.find(database, name)
    assert found is not None
    assert (found.file, found.digest, found.archived_at) == (FILE, line.digest, NOW)


async def test_an_archived_number_stays_taken_and_its_key_is_free(database: Database, tmp_path: Path) -> None:
    name = await numbers.allot(database, "P", "first")
    await with_papers(database, name)
    await archive(database, a_rule(tmp_path), NOW)
    assert (name, await numbers.allot(database, "P", "first")) == ("P0000001", "P0000002")


@pytest.mark.parametrize(
    ("viewer", "seen"), [(None, True), (("name:agent",), True), (("user:ann",), False), ((), False)]
)
async def test_where_a_record_is_is_told_to_who_saw_it(
    database: Database, tmp_path: Path, viewer: tuple[str, ...] | None, seen: bool
) -> None:
    await with_papers(database, "P1")
    await archive(database, a_rule(tmp_path), NOW)
    assert (await archived.find(database, "P1", viewer) is not None) == seen


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (a_rule(Path(), 30), ["P1", "P2"]),
        (a_rule(Path(), None, paper=99), ["P1", "P2"]),
        (a_rule(Path(), 30, paper=None), []),
        (a_rule(Path(), 100), []),
        (a_rule(Path(), None, other=30), []),
        (a_rule(Path(), None), []),
    ],
)
async def test_processes_have_their_own_times(
    database: Database, tmp_path: Path, rule: Rule, expected: list[str]
) -> None:
    await with_papers(database, "P1", "P2")
    assert list(await archive(database, rule._replace(directory=tmp_path), NOW)) == expected
    assert rule.is_any == (rule.days is not None or any(rule.days_of.values()))


async def test_what_open_records_name_and_what_they_have_started_stays(database: Database, tmp_path: Path) -> None:
    await given(database, ended("P1"), ended("P2", parent="P8"), ended("P3"))
    await given(database, a_projection("P8"), a_projection("P9", fields={"about": [{"id": "P1", "label": "it"}]}))
    fates = {"P1": Fate.NAMED, "P2": Fate.NAMED, "P3": Fate.ARCHIVED}
    assert await archive(database, a_rule(tmp_path), NOW) == fates
    assert await get_record(database, "P1") is not None


async def test_what_is_not_sent_yet_and_the_newest_event_stay(database: Database, tmp_path: Path) -> None:
    await given(database, ended("P1", outbox=("mail",)), ended("P2"), ended("P3"))
    waiting = {"webhook": "wh_1", "seq": 1, "head": "h1", "feed": 2, "type": "t", "created_at": 1.0, "request": ""}
    unsent = {"state": "waiting", "failures": 0, "due_at": 0.0, "leased_until": 0.0, "attempts": []}
    await database.write(
        lambda to: to.execute(insert(webhook_delivery).values(id="m", record="P2", **waiting, **unsent))
    )
    fates = await archive(database, a_rule(tmp_path), NOW)
    assert fates == dict.fromkeys(("P1", "P2", "P3"), Fate.WAITING)
    assert not (tmp_path / FILE).exists()


async def test_what_is_not_as_it_was_written_stays(database: Database, tmp_path: Path) -> None:
    await with_papers(database, "P1", "P2")
    other = update(journal).where(journal.c.record == "P1").values(name="other")
    await database.write(lambda connection: connection.execute(other))
    assert await archive(database, a_rule(tmp_path), NOW) == {"P1": Fate.FLAWED, "P2": Fate.ARCHIVED}


async def test_to_check_changes_nothing(database: Database, tmp_path: Path) -> None:
    await with_papers(database, "P1")
    assert await archive(database, a_rule(tmp_path), NOW, check=True) == {"P1": Fate.ARCHIVED}
    assert (await get_record(database, "P1") is not None, list(tmp_path.glob("paper"))) == (True, [])


async def test_a_run_that_died_in_between_is_repeated_without_a_trace(database: Database, tmp_path: Path) -> None:
    await with_papers(database, "P1", "P2")
    await with_left_rows(database, tmp_path)
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"format":1,"prev')
    assert await archive(database, a_rule(tmp_path), NOW) == {"P1": Fate.ARCHIVED, "P2": Fate.ARCHIVED}
    lines = list(lines_of(tmp_path / FILE))
    assert [line.bundle and line.bundle.record.id for line in lines] == ["P1", "P2"]
    assert [line.previous for line in lines] == ["", lines[0].digest]
    assert (rows_of(database, "P1"), rows_of(database, "P2")) == ({"archived": 1}, {"archived": 1})


async def with_left_rows(database: Database, directory: Path) -> None:
    """Leave P1 both in its file and in the tables, as a run does that dies before the rows go."""
    bundle = await database.read(gathered, "P1")
    assert bundle is not None
    with appending(directory / FILE) as file:
        file.add(bundle)
        file.sync()


async def test_workers_beside_each_other_archive_each_record_once(
    database: Database, another: Database, tmp_path: Path
) -> None:
    names = [f"P{number}" for number in range(6)]
    await with_papers(database, *names)
    await asyncio.gather(*(archive(each, a_rule(tmp_path), NOW) for each in (database, another)))
    found = [line.bundle and line.bundle.record.id for line in lines_of(tmp_path / FILE)]
    assert sorted(map(str, found)) == names


async def test_files_leave_with_their_record_unless_another_has_them(database: Database, tmp_path: Path) -> None:
    await with_papers(database, "P1")
    for data, holders in ((b"ours", ("P1", "P9999999")), (b"its own", ("P1",))):
        for name in holders:
            await attachments.keep(database, name, File(sha256(data).hexdigest(), len(data), BytesIO(data)), 1.0)
    await archive(database, a_rule(tmp_path), NOW)
    [line] = lines_of(tmp_path / FILE)
    assert line.bundle is not None
    assert sorted(line.bundle.files.values()) == [4, 7]
    assert all(is_kept(tmp_path, digest) for digest in line.bundle.files)
    with database.reading() as connection:
        left = list(connection.scalars(select(stored_file.c.digest)))
    assert left == [sha256(b"ours").hexdigest()]
