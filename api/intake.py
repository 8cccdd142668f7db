"""Foreign shapes of events: what monitoring systems post becomes records."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.alerts import Notification, occurrences
from api.identity import AUTOMATION, Caller, demand_role
from api.intaking import Did, take
from api.problems import NotFoundError, may_answer
from api.services import PREFIX, Provided
from language.organisation import OrganisationError
from store.facts import organisation

router = APIRouter(tags=["events"])

ALERTMANAGER = "alertmanager"
LARGER = {f"{PREFIX}/intake/{ALERTMANAGER}": 2 * 1024 * 1024}
"""Paths that take larger bodies: a storm of alerts is long, and nothing of it but the intake's values goes on."""


class TakenView(BaseModel):
    """What came of an alert or a group of alerts."""

    did: Did
    record: str | None


class Taken(BaseModel):
    """What came of a notification."""

    taken: list[TakenView]


@router.post(f"/intake/{ALERTMANAGER}", operation_id="take_alerts", status_code=202, responses=may_answer(404))
async def take_alerts(notification: Notification, services: Provided, caller: Caller, request: Request) -> Taken:
    """Take a notification of Prometheus' Alertmanager (webhook version 4) or of Grafana.

    The organisation's intake `alertmanager` says what becomes of it.
    """
    demand_role(caller, AUTOMATION, to="bring alerts")
    try:
        intake = (await organisation(services.database)).intake(ALERTMANAGER)
    except OrganisationError as unknown:
        raise NotFoundError(str(unknown)) from unknown
    body = services.seals.fingerprint(await request.body())
    found = [await take(services, caller, intake, each, body) for each in occurrences(notification, intake.key)]
    return Taken(taken=[TakenView(did=each.did, record=each.record) for each in found])
