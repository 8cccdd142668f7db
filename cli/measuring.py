"""A worker's page for Prometheus: what it counts, its process, and what Temporal's library counts in it."""

import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import ProcessCollector, start_http_server
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from activities.measures import REGISTRY
from cli.errors import UnreachableError
from settings import Settings

log = structlog.get_logger("steward.worker")

LOOPBACK = "127.0.0.1"
PATIENCE = 5.0
"""Seconds within which Temporal's library gives its numbers, which it does in this very process."""


class OfTemporal(Collector):
    """The numbers of Temporal's library, which gives them at an address of its own on this machine."""

    def __init__(self) -> None:
        """Take a free port; nothing is there yet."""
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            self._at = f"{LOOPBACK}:{probe.getsockname()[1]}"

    def runtime(self) -> Runtime:
        """Make what Temporal's library is to run on, so that it counts."""
        told = PrometheusConfig(self._at, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True)
        return Runtime(telemetry=TelemetryConfig(metrics=told))

    def describe(self) -> Iterator[Metric]:
        """Tell nothing beforehand."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Give what it has counted."""
        with urllib.request.urlopen(f"http://{self._at}/metrics", timeout=PATIENCE) as page:
            yield from text_string_to_metric_families(page.read().decode())


@contextmanager
def measured(chosen: Settings) -> Iterator[Runtime | None]:
    """Serve the page where the settings say so, and give what Temporal's client is to run on; None: as it does anyway.

    Raises UnreachableError where the port is taken.
    """
    if chosen.metrics_port is None:
        yield None
        return
    temporal = OfTemporal()
    collectors = (temporal, ProcessCollector(registry=None))
    try:
        server, thread = start_http_server(chosen.metrics_port, chosen.metrics_host, REGISTRY)
    except OSError as taken:
        at = f"{chosen.metrics_host}:{chosen.metrics_port}"
        hint = "set STEWARD_METRICS_PORT to another port, one for each worker of this machine"
        raise UnreachableError(f"the page for Prometheus cannot be at {at} ({taken.strerror}): {hint}") from taken
    log.info("numbers for Prometheus", at=f"http://{chosen.metrics_host}:{server.server_port}/metrics")
    for each in collectors:
        REGISTRY.register(each)
    try:
        yield temporal.runtime()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for each in collectors:
            REGISTRY.unregister(each)
