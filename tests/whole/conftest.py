"""A desk for the tests of the whole."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.temporal import TemporalServer
from tests.whole.desk import Desk, publish_shipped
from tests.workflows.house import House


@pytest.fixture(scope="session")
def shipped_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file to copy, in which everything shipped is published: that takes longer than most tests."""
    file = tmp_path_factory.mktemp("shipped") / "steward.db"
    asyncio.run(publish_shipped(f"sqlite:///{file}"))
    return file


@pytest.fixture
def shipped_url(shipped_file: Path, tmp_path: Path) -> str:
    """The address of a database in which everything shipped is published."""
    shutil.copy(shipped_file, tmp_path / "steward.db")
    return f"sqlite:///{tmp_path / 'steward.db'}"


@pytest.fixture
async def desk(shipped_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """An open desk, on a server of its own."""
    server = TemporalServer(tmp_path)
    opened = Desk(server, shipped_url)
    await opened.open()
    yield opened
    await opened.close()
    server.kill()


@pytest.fixture
async def house(desk: Desk, shipped_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A worker that can be killed, in the place of the desk's own."""
    desk.stop.set()
    await desk.worker
    opened = House(desk.server, shipped_url, tmp_path)
    await opened.start_worker()
    yield opened
    await opened.close()
