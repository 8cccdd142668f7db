"""Questions of pages cost what they find, not what there is: SQLite's steps are counted, whatever the machine does."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Pool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bench.many_records import NOW, fill
from store.database import Database
from store.listing import Filter, list_records
from store.reporting.keeping import day_of
from store.reporting.span import Span
from store.reporting.volumes import volumes
from store.requests import Asker, requests_of

COUNT, EACH = 2_000, 10
VIEWER = ("user:person0", "name:requester")
"""Somebody who sees about twenty of the records."""
PERSON, TODAY = Asker("person0", VIEWER, ("caller", "requested_for")), day_of(NOW)

QUESTIONS: dict[str, tuple[int, Callable[[Database], Awaitable[object]]]] = {
    "open requests": (500, lambda database: requests_of(database, PERSON, final=False)),
    "requests that have ended": (500, lambda database: requests_of(database, PERSON, final=True)),
    "a process": (4_000, lambda database: list_records(database, Filter(process=("incident",)), viewer=VIEWER)),
    "what has ended": (4_000, lambda database: list_records(database, Filter(final=True), viewer=VIEWER)),
    "volumes": (
        20_000,  # there are 50 open incidents, and 6,000 values
        lambda database: volumes(database, Span("incident", TODAY, TODAY), TODAY, ["assignee", "priority", "group"]),
    ),
}


class Steps:
    """Counts the steps of SQLite's machine, in all connections that are opened meanwhile."""

    def __init__(self) -> None:
        self.number = 0

    def watch(self, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        """Have a new connection counted."""
        connection.set_progress_handler(self._some, EACH)

    def _some(self) -> int:
        self.number += EACH
        return 0


@pytest.fixture
async def counted(blank_file: Path, tmp_path: Path) -> AsyncIterator[tuple[Database, Steps]]:
    shutil.copy(blank_file, tmp_path / "steward.db")
    database, steps = Database(f"sqlite:///{tmp_path / 'steward.db'}"), Steps()
    event.listen(Pool, "connect", steps.watch)
    fill(database, COUNT)
    yield database, steps
    await database.close()
    event.remove(Pool, "connect", steps.watch)


async def test_nobody_waits_for_the_records_of_others(counted: tuple[Database, Steps]) -> None:
    database, steps = counted
    await requests_of(database, PERSON, final=False)  # a connection reads the schema first
    for name, (most, ask) in QUESTIONS.items():
        before = steps.number
        await ask(database)
        assert 0 < steps.number - before <= most, name
