"""A whole Steward for tests: the application with what is shipped, on a Temporal server whose clock moves forward."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

from activities.mail import MailOptions
from api.app import create_app
from api.mail_verifying import MailWays
from api.rates import Throttle
from api.services import Services
from cli.drafts import drafts
from cli.folder import read_folder
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from portal.app import install
from store import tokens
from store.correspondence import Correspondence
from store.database import Database
from store.migrations import migrate
from store.publishing import publish
from store.sealing import Seals, new_key
from tests import organisations
from tests.api.office import OFTEN, PATIENT
from tests.cli.stewards import DEFINITIONS, PATIENCE
from tests.shipped_actions import ACTIONS, SHAPES
from tests.temporal import TemporalServer, fast_forward
from worker import WorkerOptions, run
from workflows.client import RecordClient

PEOPLE = (
    "dana",
    "sofia",
    "kenji",
    "monitoring",
    "aisha",
    "tomasz",
    "miriam",
    "lars",
    "ines",
    "peter",
    "henrik",
    "leyla",
)
"""Who has a token."""

Claim = Callable[[], Awaitable[Any]]


def shipped() -> Organisation:
    """The organisation that comes with Steward."""
    return read_organisation({each.name: each.read_text() for each in (DEFINITIONS / "organisation").iterdir()})


async def publish_shipped(url: str) -> None:
    """Make a database with the organisation and the processes that come with Steward."""
    await migrate(url)
    database = Database(url)
    await organisations.apply(database, shipped().to_json(), by="test", at=time.time())
    for draft in drafts(read_folder(DEFINITIONS, DEFINITIONS)):
        texts = (draft.source, draft.tests, draft.messages)
        await publish(database, *texts, SHAPES, "dana", time.time(), beside=draft.beside)
    await database.close()


async def until(claim: Claim) -> Any:
    """Wait until something is so, and give what it says."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await claim()):
            await asyncio.sleep(0.1)
    return found


class Desk:
    """The application, a worker, and a token for a few people, on a database of `publish_shipped`."""

    def __init__(self, server: TemporalServer, url: str, mail: MailOptions | None = None) -> None:
        self.server, self.database, self.ahead, self.mail = server, Database(url), 0.0, mail
        self.secrets: dict[str, str] = {}

    def clock(self) -> float:
        """Tell the records' time."""
        return time.time() + self.ahead

    async def open(self) -> None:
        """Start the worker, and let people in."""
        self.temporal = await self.server.connect()
        key, client = new_key(), RecordClient(self.temporal, self.clock)
        seals, ways = Seals(lambda: [key]), MailWays(self.mail.addresses if self.mail else Correspondence(""))
        services = Services(
            self.database, client, self.clock, SHAPES, **PATIENT, seals=seals, mail=ways, throttle=Throttle(OFTEN)
        )
        self.app, self.stop = create_app(services), asyncio.Event()
        install(self.app)
        options = WorkerOptions("http://steward.test", self.clock, self.mail, actions=ACTIONS, seals=seals)
        self.worker = asyncio.create_task(run(self.temporal, self.database, options, self.stop))
        for person in PEOPLE:
            _, self.secrets[person] = await tokens.create(
                self.database, person, person, roles=(), groups=(), at=self.clock(), expires=None
            )
        transport = httpx2.ASGITransport(self.app)
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://steward.test/api/v1")

    async def close(self) -> None:
        """Stop everything."""
        self.stop.set()
        await self.worker
        await self.http.aclose()
        await self.database.close()

    async def apply(self, around: Organisation) -> None:
        """Let the organisation be this one from now on."""
        await organisations.apply(self.database, around.to_json(), by="test", at=self.clock())

    async def answer(self, method: str, path: str, body: Any = None, who: str = "dana") -> httpx2.Response:
        """Send a request, and give the answer, a refusal or not."""
        headers = {"Authorization": f"Bearer {self.secrets[who]}"}
        return await self.http.request(method, path, json=body, headers=headers)

    async def ask(self, method: str, path: str, body: Any = None, who: str = "dana") -> dict[str, Any]:
        """Send a request that must be carried out; give what is answered."""
        answer = await self.answer(method, path, body, who)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def start(self, process: str, **fields: Any) -> str:
        """Start a record, and give its id."""
        return str((await self.ask("POST", f"/processes/{process}/records", {"fields": fields}))["id"])

    async def act(self, record: str, action: str, who: str = "dana", **given: Any) -> dict[str, Any]:
        """Take a transition."""
        return await self.ask("POST", f"/records/{record}/actions/{action}", {"with": given}, who)

    async def pass_time(self, record: str, seconds: float) -> None:
        """Put the record's clock and ours forward."""
        await fast_forward(self.temporal, record, seconds)
        self.ahead += seconds

    async def shown(self, record: str) -> dict[str, Any]:
        """Show a record."""
        return await self.ask("GET", f"/records/{record}")

    async def listed(self, process: str, **filters: str) -> list[dict[str, Any]]:
        """Show all records of a process, the oldest first."""
        query = "".join(f"&{name}={value}" for name, value in filters.items())
        found = await self.ask("GET", f"/records?process={process}&sort=created&limit=100{query}")
        return [await self.shown(each["id"]) for each in found["records"]]

    async def journal(self, record: str) -> str:
        """Tell the journal of a record, a line a line."""
        found = await self.ask("GET", f"/records/{record}/journal")
        return "\n".join(line["text"] for entry in found["entries"] for line in entry["lines"])
