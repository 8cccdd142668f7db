"""What a Prometheus server scrapes: records, work and missed targets in numbers, and what stands still."""

from typing import Any, NamedTuple

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from api.identity import Caller, demand_role
from api.origins import AUDITORS
from api.services import Provided
from store import findings, outbox
from store.counting import Counts, counted

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
    """Numbers of one name: what they say, their labels, and whether they only grow."""

    name: str
    says: str
    labels: tuple[str, ...]
    counts: Counts
    grows: bool = False

    def put(self, registry: CollectorRegistry) -> None:
        """Put the numbers into a registry."""
        made = (Counter if self.grows else Gauge)(self.name, self.says, self.labels, registry=registry)
        for labels, number in sorted(self.counts.items()):
            (made.labels(*labels) if labels else made).inc(number)


@router.get("/metrics", operation_id="read_metrics", response_class=Response, responses=SHOWN)
async def read_metrics(services: Provided, caller: Caller) -> Response:
    """Give the numbers of the whole house, in the text format of Prometheus: for a token whose role is `automation`."""
    demand_role(caller, *SCRAPERS, to="read metrics")
    now, found = await counted(services.database), await findings.counted(services.database)
    unsent = len(await outbox.dead(services.database))
    families = (
        Family("steward_records_open", "Records that have not ended.", ("process", "state"), now.open),
        Family("steward_approvals_pending", "Approvals that wait for votes.", ("process",), now.approvals),
        Family("steward_tasks_open", "Tasks that are not completed.", ("process",), now.tasks),
        Family("steward_targets_missed", "Targets that were missed.", ("process", "target"), now.missed, grows=True),
        Family(
            "steward_findings", "What the reconciler has found.", ("kind",), {(each,): found[each] for each in found}
        ),
        Family("steward_messages_unsent", "Messages given up, 100 at most.", (), {(): unsent}),
    )
    registry = CollectorRegistry()
    for family in families:
        family.put(registry)
    return Response(generate_latest(registry), media_type=MEDIA_TYPE)
