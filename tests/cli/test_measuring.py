"""A worker's page for Prometheus: ours, the process's and Temporal's numbers, on this machine only."""

import re
import socket

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cli.errors import UnreachableError
from cli.measuring import measured
from settings import settings
from tests.cli.stewards import Up
from tests.deploy.numbers import OF_TEMPORAL


@pytest.mark.server
def test_a_worker_tells_its_numbers_and_those_of_temporals_library(steward_up: Up) -> None:
    record = steward_up.started("incident", "summary=Mail is down", "caller=carla", "service=mail")
    log = (steward_up.data / "logs" / "worker.log").read_text()
    at = re.findall(r"numbers for Prometheus.*at=(http://127.0.0.1:\d+/metrics)", log)[-1]
    page = httpx2.get(at, trust_env=False).text
    names = {each.name for each in text_string_to_metric_families(page)}
    assert {"steward_activity_seconds", "process_resident_memory_bytes", *OF_TEMPORAL} <= names
    assert (record in page, "carla" in page) == (False, False)


def test_a_port_that_is_taken_is_said_with_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        chosen = settings(metrics_port=taken.getsockname()[1])
        with pytest.raises(UnreachableError, match="STEWARD_METRICS_PORT"), measured(chosen):
            pass


def test_without_a_port_nothing_listens() -> None:
    with measured(settings()) as runtime:
        assert runtime is None
