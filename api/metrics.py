"""What a Prometheus server scrapes: records, work, missed targets and what stands still, and how fast we answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from api.identity import Caller, demand_role
from api.origins import AUDITORS
from api.request_times import RequestTimes
from api.services import Provided, Services
from api.serving import is_served, last_asked
from store import findings, outbox
from store.counting import Counted, counted
from store.state_times import StateTimes, Stayed, Stays
from workflows.client import BusyError

router = APIRouter(tags=["health"], responses={401: {}, 403: {}})

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SCRAPERS = (*AUDITORS, "automation")
"""Roles that may read the numbers."""
PAGE = """\
# HELP steward_records_open Records that have not ended.
# TYPE steward_records_open gauge
steward_records_open{process="incident",state="assigned"} 3.0
"""
SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}, "example": PAGE}}}
}


class Family(NamedTuple):
    """Numbers of one name: what they say, their labels, and of what kind they are for Prometheus."""

    name: str
    says: str
    labels: tuple[str, ...]
    counts: Mapping[Any, float] | Mapping[Any, Stayed]
    kind: Callable[..., Any] = GaugeMetricFamily

    def metric(self) -> Metric:
        """Give the numbers as Prometheus takes them."""
        made: Any = self.kind(self.name, self.says, labels=self.labels)
        for labels, number in sorted(self.counts.items()):
            made.add_metric(labels, *(number if isinstance(number, Stayed) else (number,)))
        return cast(Metric, made)


class _Page(Collector):
    """The numbers of one answer."""

    def __init__(self, told: Sequence[Family]) -> None:
        self._told = told

    def collect(self) -> Iterator[Metric]:
        return (each.metric() for each in self._told)


@router.get("/metrics", operation_id="read_metrics", response_class=Response, responses=SHOWN)
async def read_metrics(services: Provided, caller: Caller, request: Request) -> Response:
    """Give the numbers of the whole house, in the text format of Prometheus: for a token whose role is `automation`."""
    demand_role(caller, *SCRAPERS, to="read metrics")
    now, times = services.clock(), cast(StateTimes, request.app.state.state_times)
    told = families(
        await counted(services.database),
        await findings.counted(services.database),
        await times.counted(now),
        await _served(services),
        unsent=len(await outbox.dead(services.database)),
        at=now,
    )
    registry, own = CollectorRegistry(), cast(RequestTimes, request.app.state.request_times)
    registry.register(_Page(told))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry) + generate_latest(own.registry), media_type=MEDIA_TYPE)


async def _served(services: Services) -> Mapping[str, bool]:
    """Say of each task queue whether somebody serves it; nothing where Temporal does not answer."""
    try:
        return {queue: is_served(ago) for queue, ago in (await last_asked(services)).items()}
    except BusyError:
        return {}


def families(
    now: Counted, found: Mapping[str, int], stays: Stays, served: Mapping[str, bool], *, unsent: int, at: float
) -> tuple[Family, ...]:
    """Give what was counted at a time (seconds since the epoch, UTC) under the names by which Prometheus knows it."""
    waited = 0.0 if now.oldest is None else max(0.0, at - now.oldest)
    kinds = {(each,): found[each] for each in found}
    queues = {(queue,): float(is_so) for queue, is_so in served.items()}
    return (
        Family("steward_records_open", "Records that have not ended.", ("process", "state"), now.open),
        Family(
            "steward_state_seconds",
            "Seconds that records stayed in states which they have left.",
            ("process", "state"),
            stays,
            SummaryMetricFamily,
        ),
        Family("steward_approvals_pending", "Approvals that wait for votes.", ("process", "group"), now.approvals),
        Family("steward_tasks_open", "Tasks that are not completed.", ("process",), now.tasks),
        Family(
            "steward_targets_missed",
            "Targets that were missed.",
            ("process", "target"),
            now.missed,
            CounterMetricFamily,
        ),
        Family("steward_findings", "What the reconciler has found.", ("kind",), kinds),
        Family("steward_messages_unsent", "Messages given up, 100 at most.", (), {(): unsent}),
        Family("steward_outbox_waiting", "Messages and orders that are not sent yet.", ("kind",), now.messages),
        Family("steward_outbox_oldest_seconds", "For how long the first of them has waited.", (), {(): waited}),
        Family("steward_queue_served", "Whether a worker asks for the work of a task queue.", ("queue",), queues),
        Family(
            "steward_webhook_deliveries", "Messages to webhooks that are not delivered.", ("state",), now.deliveries
        ),
    )
