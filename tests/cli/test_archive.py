"""`steward archive` moves records to files that `steward audit verify` proves, and shows them from there."""

import asyncio
import json
from pathlib import Path

import pytest

from cli import run
from cli.errors import ExitCode
from store.database import Database
from store.migrations import migrate
from tests.store.builders import a_projection, given

FILE = Path("archive/paper/1970-01.jsonl")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where two papers go that have ended, in a store that the settings name."""
    url = f"sqlite:///{tmp_path / 'steward.db'}"
    monkeypatch.setenv("STEWARD_DATA", str(tmp_path))
    monkeypatch.setenv("STEWARD_DATABASE_URL", url)
    monkeypatch.setenv("STEWARD_KEEP_DAYS_OF", '{"paper": 365}')
    asyncio.run(_written(url))
    return tmp_path / FILE


async def _written(url: str) -> None:
    await migrate(url)
    database = Database(url)
    ended = (a_projection(name, final=True, state="done", fields={"sum": 3}) for name in ("P1", "P2"))
    await given(database, *ended, a_projection("P3"))
    await database.close()


def test_records_leave_for_a_file_that_is_proven_and_shown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["archive", "write", "--check"]) == ExitCode.FINE
    assert not file.exists()
    assert run(["archive", "write"]) == ExitCode.FINE
    assert run(["audit", "verify", str(file)]) == ExitCode.FINE
    assert "2 records with 2 events: each is what was written." in capsys.readouterr().err
    assert run(["archive", "show", "P2"]) == ExitCode.FINE
    assert run(["archive", "show", "P2", "--json", "--file", str(file)]) == ExitCode.FINE
    said = capsys.readouterr().out
    told = json.loads(said[said.index("{") :])
    assert (told["id"], told["fields"], [each["seq"] for each in told["journal"]]) == ("P2", {"sum": 3}, [1])
    assert "ann\tact sign" in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("done", "lost", "P1 is not what the database has noted"),
        ('"id":"P1"', '"id":"P7"', "P1 is missing"),
        ('{"format"', "{", "cannot be read"),
    ],
)
def test_a_file_that_was_changed_is_found(
    file: Path, old: str, new: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["archive", "write"])
    file.write_text(file.read_text().replace(old, new, 1))
    assert run(["audit", "verify", str(file)]) == ExitCode.FINDINGS
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["archive", "show", "P9"], 'there is no record "P9" in the archive'),
        (["audit", "verify", "none.jsonl"], "there is no file none.jsonl"),
    ],
)
def test_what_is_not_there_is_said(file: Path, words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not file.exists()
    assert run(words) == ExitCode.USAGE
    assert says in " ".join(capsys.readouterr().err.split())


def test_without_a_time_nothing_leaves(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STEWARD_KEEP_DAYS_OF")
    assert run(["archive", "write"]) == ExitCode.USAGE
    assert (file.exists(), "STEWARD_KEEP_DAYS" in capsys.readouterr().err) == (False, True)
