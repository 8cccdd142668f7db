"""The loop that archives: what is due leaves at once, and what goes wrong ends nothing."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from activities import archiving
from activities.archiving import Archiving
from store.archiving import Rule
from store.database import Database
from store.queries import get_record
from tests.store.builders import a_projection, given

YEAR = 366 * 86_400.0


@pytest.mark.parametrize("blocked", [False, True])
async def test_it_archives_at_once_and_waits_a_day(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocked: bool
) -> None:
    await given(database, a_projection("R1", final=True), a_projection("R2"))
    if blocked:
        (tmp_path / "archive").write_text("not a folder")
    stop, waits = asyncio.Event(), []

    async def paused(event: asyncio.Event, seconds: float) -> None:
        waits.append(seconds)
        event.set()

    monkeypatch.setattr(archiving, "pause", paused)
    with capture_logs() as said:
        await Archiving(database, Rule(tmp_path / "archive", 30), lambda: YEAR).run(stop)
    event = "records could not be archived" if blocked else "records are archived"
    assert ([each["event"] for each in said], waits) == ([event], [86_400.0])
    assert (await get_record(database, "R1") is not None) == blocked
