"""Whether the server lives, and whether it can work: for supervisors and load balancers, without a token."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.services import Provided
from store import outbox
from store.errors import UnavailableError
from workflows.client import BusyError

router = APIRouter(tags=["health"])

NOBODY = "-"
"""A record there is not: asking for it shows that Temporal answers."""


class Alive(BaseModel):
    """The process runs."""

    status: str = "ok"


class Ready(BaseModel):
    """Whether the database and Temporal answer; with both, `status` is `ok`.

    `unsent` counts the messages that were tried until nothing more is to be hoped for (at most 100 are counted).
    """

    status: str
    database: str
    temporal: str
    unsent: int


@router.get("/healthz", operation_id="is_alive")
async def is_alive() -> Alive:
    """Say that the process runs."""
    return Alive()


@router.get("/readyz", operation_id="is_ready", responses={503: {"model": Ready}})
async def is_ready(services: Provided, response: Response) -> Ready:
    """Say whether requests can be answered."""
    (database, unsent), temporal = await _database(services), await _temporal(services)
    ready = database == temporal == "ok"
    response.status_code = 200 if ready else 503
    return Ready(status="ok" if ready else "not ready", database=database, temporal=temporal, unsent=unsent)


async def _database(services: Provided) -> tuple[str, int]:
    try:
        return "ok", len(await outbox.dead(services.database))
    except UnavailableError as error:
        return str(error), 0


async def _temporal(services: Provided) -> str:
    try:
        await services.client.head(NOBODY)
    except BusyError as error:
        return str(error)
    return "ok"
