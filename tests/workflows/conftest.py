"""Houses for driver tests, on SQLite and PostgreSQL: one of its own where something dies, else a shared one."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from store.migrations import migrate
from tests.postgres import PostgresServer
from tests.store.conftest import BOTH, blank_file, server, url
from tests.temporal import TemporalServer
from tests.workflows.house import House

__all__ = ["blank_file", "server", "url"]


@pytest.fixture(scope="session")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    """A Temporal server in memory for the whole session."""
    running = TemporalServer(tmp_path_factory.mktemp("temporal"))
    yield running
    running.kill()


@pytest.fixture
async def house(temporal: TemporalServer, url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house with a database and a worker of its own, to be killed."""
    opened = House(temporal, url, tmp_path)
    await opened.open()
    await opened.start_worker()
    yield opened
    await opened.close()


@pytest.fixture(scope="module", params=BOTH)
def crew(
    request: pytest.FixtureRequest, temporal: TemporalServer, blank_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A worker on each database that lives for all tests of a module."""
    directory = tmp_path_factory.mktemp("crew")
    address = f"sqlite:///{directory / 'steward.db'}"
    if request.param == "sqlite":
        shutil.copy(blank_file, directory / "steward.db")
    else:
        running: PostgresServer = request.getfixturevalue("server")
        address = running.create(directory.name)
        asyncio.run(migrate(address))
    working = House(temporal, address, directory)
    asyncio.run(working.start_worker())
    yield working
    working.kill_worker()


@pytest.fixture
async def shared(crew: House) -> AsyncIterator[House]:
    """A house whose database and worker others use too; a worker that a test has lost fails that test alone."""
    if not crew.works():
        await crew.start_worker()
    opened = House(crew.server, crew.url, crew.directory)
    await opened.open()
    yield opened
    await opened.close()
    assert crew.works(), (crew.directory / "worker.log").read_text()[-5_000:]
