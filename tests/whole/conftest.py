"""A desk for the tests of the whole."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.migrations import migrate
from tests.temporal import TemporalServer
from tests.whole.desk import Desk
from tests.workflows.house import House


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An open desk, on a server of its own."""
    server = TemporalServer(tmp_path)
    url = f"sqlite:///{tmp_path / 'steward.db'}"
    await migrate(url)
    opened = Desk(server, url)
    await opened.open()
    yield opened
    await opened.close()
    server.kill()


@pytest.fixture
async def house(desk: Desk, tmp_path: Path) -> AsyncIterator[House]:
    """A worker that can be killed, in the place of the desk's own."""
    desk.stop.set()
    await desk.worker
    opened = House(desk.server, f"sqlite:///{tmp_path / 'steward.db'}", tmp_path)
    await opened.start_worker()
    yield opened
    await opened.close()
