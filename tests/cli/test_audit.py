"""`steward audit verify` proves a store that nothing serves, and says which row is not what was written."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import update

from cli import run
from cli.errors import ExitCode
from store.database import Database
from store.migrations import migrate
from store.tables import definition, journal
from tests.activities.story import Story, prepare

NAME = "PAR0000001"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with one record, which the settings name."""
    url = f"sqlite:///{tmp_path / 'steward.db'}"
    monkeypatch.setenv("STEWARD_DATA", str(tmp_path))
    monkeypatch.setenv("STEWARD_DATABASE_URL", url)
    asyncio.run(_written(url))
    return url


async def _written(url: str) -> None:
    await migrate(url)
    await prepare(url)
    database = Database(url)
    await Story(database, NAME).start()
    await database.close()


def tamper(url: str) -> None:
    async def work() -> None:
        database = Database(url)
        await database.write(lambda connection: connection.execute(update(journal).values(name="other")))
        await database.write(lambda connection: connection.execute(update(definition).values(source="other")))
        await database.close()

    asyncio.run(work())


@pytest.mark.parametrize("words", [(), ("--record", NAME)])
def test_a_store_as_it_was_written_is_proven(
    url: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert url
    assert run(["audit", "verify", *words]) == ExitCode.FINE
    assert "1 records with 1 events: each is what was written." in capsys.readouterr().err


def test_what_was_changed_is_named_and_is_a_finding(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(url)
    assert run(["audit", "verify"]) == ExitCode.FINDINGS
    said = capsys.readouterr()
    assert said.out == f"{NAME}/1\tits column name says 'other', its event ''\n"
    assert "1 records with 1 events: 1 are not what was written" in said.err
    assert "the published text of parcel 1 is not what was published" in said.err


def test_programs_read_what_was_found_as_json(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(url)
    assert run(["audit", "verify", "--json"]) == ExitCode.FINDINGS
    found = json.loads(capsys.readouterr().out)
    assert {name: found[name] for name in ("records", "events", "unsealed", "definitions")} == {
        "records": 1,
        "events": 1,
        "unsealed": 0,
        "definitions": ["parcel 1"],
    }
    assert [(each["record"], each["seq"]) for each in found["broken"]] == [(NAME, 1)]


def test_a_record_that_is_not_there_is_a_finding(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert url
    assert run(["audit", "verify", "--record", "PAR7"]) == ExitCode.FINDINGS
    assert 'there is no record "PAR7" in the store' in capsys.readouterr().err
