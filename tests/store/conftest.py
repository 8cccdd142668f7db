"""Both databases for every test of the store: each test gets an empty one with the newest schema."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from store.database import Database
from store.migrations import migrate
from store.tables import metadata
from tests.postgres import PostgresServer, postgres_server

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server with a migrated database, `steward`."""
    with postgres_server() as running:
        asyncio.run(migrate(running.create("steward")))
        yield running


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("store") / "blank.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database with the newest schema."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("blank_file"), tmp_path / "steward.db")
        return f"sqlite:///{tmp_path / 'steward.db'}"
    running: PostgresServer = request.getfixturevalue("server")
    with psycopg.connect(running.url("steward")) as connection:  # a new database would take five times as long
        for table in reversed(metadata.sorted_tables):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
    return running.url("steward")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """An empty database with the newest schema, open."""
    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture
async def another(url: str) -> AsyncIterator[Database]:
    """The same database, opened once more: as another process sees it."""
    opened = Database(url)
    yield opened
    await opened.close()
