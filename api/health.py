"""Whether the server lives, and whether it can work: for supervisors and load balancers, without a token."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.services import Provided, Services
from api.serving import RECORDS, is_served, last_asked
from store import findings, outbox
from store.errors import UnavailableError
from store.findings import GONE, SILENT, UNWRITABLE
from workflows.client import BusyError

router = APIRouter(tags=["health"])

NOBODY = "-"
"""A record there is not: asking for it shows that Temporal answers."""


class Alive(BaseModel):
    """The process runs."""

    status: str = "ok"


class Ready(BaseModel):
    """Whether database and Temporal answer and a worker is there; with all three, `status` is `ok`.

    `worker_asked` is how many seconds ago a worker last asked for records to work on (one that has nothing to do asks
    once a minute; null: none has for minutes). `unserved` names the classes of actions for which none asks: their calls
    wait, and everything else goes on.

    `unsent` counts the messages that were tried until nothing more is to be hoped for (at most 100 are counted).
    `without_workflow` counts the open records that Temporal does not know any more (`steward recover` begins them
    again), `unwritable` those that do not answer or whose row cannot be written: `steward doctor` names them.
    """

    status: str
    database: str
    temporal: str
    worker: str
    worker_asked: float | None
    unserved: list[str]
    unsent: int
    without_workflow: int
    unwritable: int


@router.get("/healthz", operation_id="is_alive")
async def is_alive() -> Alive:
    """Say that the process runs."""
    return Alive()


@router.get("/readyz", operation_id="is_ready", responses={503: {"model": Ready}})
async def is_ready(services: Provided, response: Response) -> Ready:
    """Say whether requests can be answered."""
    database, counts = await _database(services)
    temporal = await _temporal(services)
    worker, asked, unserved = await _workers(services)
    ready = database == temporal == worker == "ok"
    response.status_code = 200 if ready else 503
    return Ready(
        status="ok" if ready else "not ready",
        database=database,
        temporal=temporal,
        worker=worker,
        worker_asked=asked,
        unserved=unserved,
        **counts,
    )


async def _database(services: Services) -> tuple[str, dict[str, int]]:
    try:
        found = await findings.counted(services.database)
        counts = {
            "unsent": len(await outbox.dead(services.database)),
            "without_workflow": found[GONE],
            "unwritable": found[SILENT] + found[UNWRITABLE],
        }
    except UnavailableError as error:
        return str(error), dict.fromkeys(("unsent", "without_workflow", "unwritable"), 0)
    return "ok", counts


async def _temporal(services: Services) -> str:
    try:
        await services.client.head(NOBODY)
    except BusyError as error:
        return str(error)
    return "ok"


async def _workers(services: Services) -> tuple[str, float | None, list[str]]:
    """Say whether a worker has asked for records lately, how many seconds ago, and for which actions none has."""
    try:
        found = await last_asked(services)
    except BusyError as error:
        return str(error), None, []
    unserved = [queue for queue, ago in found.items() if queue != RECORDS and not is_served(ago)]
    if (ago := found[RECORDS]) is None:
        return "no worker asks for work", None, unserved
    told = "ok" if is_served(ago) else f"no worker has asked for work for {ago:.0f} s"
    return told, round(ago, 1), unserved
