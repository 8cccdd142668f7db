"""The real application for tests, on a real database and, where asked for, with a worker on a real Temporal server."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from temporalio.client import Client

from api.app import create_app
from api.rates import Rates, Throttle
from api.services import PREFIX, Services
from language.organisation_reading import read_organisation
from store import tokens
from store.database import Database
from store.migrations import migrate
from store.publishing import publish
from tests import organisations
from tests.api.repairs import ORGANISATION, REPAIR, TESTS
from worker import WorkerOptions, run
from workflows.client import RecordClient

PEOPLE = ("ann", "bob", "carl", "dora", "gone", "alarms")
PATIENT: Mapping[str, Any] = {"start_wait": 60.0, "command_wait": 60.0}
"""A machine may be slow, and nothing here measures how slow."""
OFTEN = Rates(calls=10**9, starts=10**9, checks=10**9, strangers=10**9)
"""Nobody asks too often, however fast a machine is."""
HERE: Mapping[str, Any] = {"actions": {}, "base_url": "http://steward.test"}
keys = itertools.count(1)


class Clock:
    """The API's clock; `ahead` is how far it was put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class Office:
    """The application with a token for everybody in the organisation."""

    def __init__(self, services: Services, clock: Clock, secrets: Mapping[str, str]) -> None:
        self.services = services
        self.clock = clock
        self.secrets = dict(secrets)
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(create_app(services), raise_app_exceptions=False),
            base_url=services.base_url,
        )

    async def ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Send a request as somebody; `If_Match` and such become headers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("/api") else PREFIX + path
        secret = {"Authorization": f"Bearer {self.secrets[who]}"}
        return await self.http.request(method, address, json=body, headers={**secret, **sent})

    async def get(self, who: str, path: str, **headers: str) -> httpx2.Response:
        """Read something as somebody."""
        return await self.ask(who, "GET", path, **headers)

    async def post(self, who: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Have something done by somebody."""
        return await self.ask(who, "POST", path, body, **headers)

    async def repair(self, who: str = "ann", **fields: Any) -> dict[str, Any]:
        """Start a repair and give it as the API answers it."""
        given = {"summary": "It is broken", "customer": "carl", **fields}
        answer = await self.post(who, "/processes/repair/records", {"fields": given})
        assert answer.status_code == 201, answer.text
        return answer.json()  # type: ignore[no-any-return]  # JSON

    async def seen(self, record: str, *states: str) -> dict[str, Any]:
        """Give a record as ann sees it, as soon as it is in one of these states."""
        address, seq = f"/records/{record}?wait=60", 0
        while True:
            found = (await self.get("ann", f"{address}&seq={seq}")).json()
            if found["state"] in states:
                return found  # type: ignore[no-any-return]  # JSON
            assert found["seq"] > seq, f"{record} stays in {found['state']}"
            seq = found["seq"]

    async def act(self, who: str, record: str, action: str, **given: Any) -> httpx2.Response:
        """Take a transition as somebody."""
        return await self.post(who, f"/records/{record}/actions/{action}", {"with": given})


@asynccontextmanager
async def an_office(
    file: Path, temporal: Client, *, worker: bool = True, work: Mapping[str, Any] | None = None, **given: Any
) -> AsyncIterator[Office]:
    """Open an office on a new database; it closes with everything in it.

    `given` are other services than the usual ones, `work` are options of the worker.
    """
    url = f"sqlite:///{file}"
    await migrate(url)
    database = Database(url)
    clock = Clock()
    services = Services(
        database, RecordClient(temporal, time.time), clock, **{**PATIENT, **HERE, "throttle": Throttle(OFTEN), **given}
    )
    around = read_organisation({"organisation.yaml": ORGANISATION})
    await organisations.apply(database, around.to_json(), by="test", at=time.time())
    await publish(database, REPAIR, TESTS, {}, {}, "test", time.time())
    made = {who: await a_token(database, who) for who in PEOPLE}
    office, stop = Office(services, clock, made), asyncio.Event()
    working = None
    if worker:
        options = WorkerOptions("http://steward.test", time.time, **(work or {}))
        working = asyncio.create_task(run(temporal, database, options, stop))
    try:
        yield office
    finally:
        stop.set()
        if working is not None:
            await working
        await office.http.aclose()
        await database.close()


async def a_token(database: Database, person: str, *roles: str, expires: float | None = None) -> str:
    """Make a token and give its secret: with roles, it is a robot's."""
    name = person if roles else f"token of {person}"
    _, secret = await tokens.create(database, name, person, roles=roles, groups=(), at=time.time(), expires=expires)
    return secret


def a_key() -> str:
    """Give a request key that nobody has used."""
    return f"key-{next(keys)}"


def reasons(answer: httpx2.Response) -> list[tuple[str, str, str]]:
    """Give kind, code and path of every reason."""
    return [(each["kind"], each["code"], each["path"]) for each in answer.json()["reasons"]]
