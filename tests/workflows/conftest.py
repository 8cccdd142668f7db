"""A house for every driver test: on SQLite and, where the test asks for both, on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.store.conftest import blank_file, server, url
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
    """A house with a worker, on each database."""
    opened = House(temporal, url, tmp_path)
    await opened.open()
    await opened.start_worker()
    yield opened
    await opened.close()
