"""A real Temporal server and a migrated database for the cases that are carried out by workflows."""

from collections.abc import Iterator

import pytest

from tests.store.conftest import blank_file
from tests.temporal import TemporalServer

__all__ = ["blank_file"]


@pytest.fixture(scope="module")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    """A Temporal server in memory."""
    running = TemporalServer(tmp_path_factory.mktemp("temporal"))
    yield running
    running.kill()
