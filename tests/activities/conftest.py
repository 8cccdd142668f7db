"""A store with an organisation and a published process, and a real mail server."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.database import Database
from store.migrations import migrate
from tests.activities.mailbox import Mailbox, a_mailbox
from tests.activities.story import prepare


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file to copy, with the organisation and the process of the tests."""
    file = tmp_path_factory.mktemp("store") / "blank.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    asyncio.run(prepare(f"sqlite:///{file}"))
    return file


@pytest.fixture
async def database(tmp_path: Path, blank_file: Path) -> AsyncIterator[Database]:
    """A store of its own, open."""
    shutil.copy(blank_file, tmp_path / "steward.db")
    opened = Database(f"sqlite:///{tmp_path / 'steward.db'}")
    yield opened
    await opened.close()


@pytest.fixture
async def impatient(tmp_path: Path, database: Database) -> AsyncIterator[Database]:
    """The same store, for one who waits for nobody."""
    opened = Database(f"sqlite:///{tmp_path / 'steward.db'}", lock_wait=0.05)
    yield opened
    await opened.close()


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server on loopback that keeps what it is sent."""
    async with a_mailbox() as running:
        yield running
