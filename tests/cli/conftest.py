"""One `steward up` for all tests that ask for it."""

from collections.abc import Iterator

import pytest

from tests.cli.stewards import Up, up


@pytest.fixture(scope="session")
def steward_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A `steward up` on free ports, with a data directory of its own."""
    with up(tmp_path_factory.mktemp("up") / "data", STEWARD_METRICS_PORT="0") as running:
        yield running
