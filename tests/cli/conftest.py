"""One `steward up` for all tests that ask for it, and where it sends its traces."""

from collections.abc import Iterator

import pytest

from tests.cli.collector import Collector, a_collector
from tests.cli.stewards import Up, up


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """A collector of traces."""
    with a_collector() as running:
        yield running


@pytest.fixture(scope="session")
def steward_up(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Up]:
    """A `steward up` on free ports, with a data directory of its own."""
    traces = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    with up(tmp_path_factory.mktemp("up") / "data", STEWARD_METRICS_PORT="0", **traces) as running:
        yield running
