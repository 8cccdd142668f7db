"""Offices for the API's tests: one with a worker for a whole module, and one without Temporal."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.api.office import Office, an_office
from tests.temporal import TemporalServer


@pytest.fixture(scope="module")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    """A Temporal server in memory for a module: two offices number their records alike."""
    running = TemporalServer(tmp_path_factory.mktemp("temporal"))
    yield running
    running.kill()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office with a worker."""
    client = await temporal.connect()
    async with an_office(tmp_path_factory.mktemp("office") / "steward.db", client) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def alone(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office without a worker: what is started there begins nowhere."""
    client = await temporal.connect()
    file = tmp_path_factory.mktemp("alone") / "steward.db"
    async with an_office(file, client, worker=False, start_wait=0.1, command_wait=0.5) as opened:
        yield opened
