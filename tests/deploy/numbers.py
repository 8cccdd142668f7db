"""The numbers that there are for Prometheus, by name with their labels: of API, worker, and Temporal's library."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry

from activities import measures
from api.metrics import families
from api.request_times import RequestTimes
from store.counting import Counted

NOTHING = Counted({}, {}, {}, {}, {}, None, {})
OF_TEMPORAL = (
    "temporal_sticky_cache_size",
    "temporal_worker_task_slots_available",
    "temporal_workflow_task_schedule_to_start_latency_seconds",
)
"""Those of Temporal's library that the dashboard and the alerts use; `tests/cli` sees that it gives them."""


def ours() -> Mapping[str, tuple[str, ...]]:
    """Give the labels of every number of ours."""
    told = [(each.metric(), each.labels) for each in families(NOTHING, {}, {}, {}, unsent=0, at=0.0)]
    counted = [*_labels(RequestTimes().registry), *_labels(measures.REGISTRY)]
    return dict([(_name(each.name, each.type), labels) for each, labels in told] + counted)


def _labels(registry: CollectorRegistry) -> list[tuple[str, tuple[str, ...]]]:
    described = registry._collector_to_names
    return [
        (_name(each._name, each._type), tuple(each._labelnames))  # type: ignore[attr-defined]
        for each in described
        if hasattr(each, "_labelnames")
    ]


def _name(name: str, kind: str) -> str:
    return f"{name}_total" if kind == "counter" else name
