"""The shipped incident, whole: people work on it from the terminal, mail reaches them, and time closes it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from activities.registry import shapes
from api.app import create_app
from api.services import Services
from cli.drafts import drafts
from cli.folder import read_folder
from language.organisation_reading import read_organisation
from store import organisation, tokens
from store.database import Database
from store.migrations import migrate
from store.publishing import publish
from tests.activities.mailbox import a_mailbox
from tests.api.office import PATIENT
from tests.cli.stewards import DEFINITIONS, PATIENCE, Up
from tests.temporal import TemporalServer, fast_forward
from worker import WorkerOptions, run
from workflows.client import RecordClient

pytestmark = pytest.mark.server
DAY = 86_400.0


async def test_people_work_on_an_incident_from_the_terminal_and_its_caller_gets_mail(tmp_path: Path) -> None:
    async with a_mailbox() as mailbox:
        mail = {"STEWARD_MAIL_HOST": "127.0.0.1", "STEWARD_MAIL_PORT": str(mailbox.port)}
        mail |= {"STEWARD_MAIL_SECURITY": "none", "STEWARD_MAIL_FROM": "Steward <steward@example.org>"}
        steward = await asyncio.to_thread(Up, tmp_path / "data", **mail)
        try:
            await said(steward, "start", "incident", "summary=No mail", "caller=yuki", "service=mail", "impact=high")
            await until(lambda: said(steward, "act", "INC0000001", "assign", "assignee=dana"))
            await said(steward, "act", "INC0000001", "hold", "pending_reason=supplier")
            await said(steward, "act", "INC0000001", "resume")
            await said(steward, "act", "INC0000001", "resolve", "resolution_code=fixed", "resolution=Restarted")
            await until(lambda: reached(mailbox.sent_to(), "yuki"))
        finally:
            await asyncio.to_thread(steward.stop)
    to_yuki = next(each for each in mailbox.taken if "yuki" in each["To"])
    assert "INC0000001" in to_yuki["Subject"]


async def said(steward: Up, *words: str) -> bool:
    """Run a command; say whether it was carried out."""
    done = await asyncio.to_thread(steward.run, *words)
    return done.returncode == 0


async def reached(addresses: list[str], person: str) -> bool:
    """Say whether a mail was sent to a person."""
    return any(address.startswith(person) for address in addresses)


async def until(claim: Any) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not await claim():
            await asyncio.sleep(0.1)


class Desk:
    """The application with the shipped definitions, on a Temporal server whose clock can be put forward."""

    def __init__(self, server: TemporalServer, url: str) -> None:
        self.server, self.database, self.ahead = server, Database(url), 0.0

    def clock(self) -> float:
        """Tell the records' time."""
        return time.time() + self.ahead

    async def open(self) -> None:
        """Publish what is shipped, start the worker, and let dana in."""
        around = read_organisation({each.name: each.read_text() for each in (DEFINITIONS / "organisation").iterdir()})
        await organisation.apply(self.database, around.to_json(), by="test", at=self.clock())
        for draft in drafts(read_folder(DEFINITIONS, DEFINITIONS)):
            await publish(
                self.database,
                draft.source,
                draft.tests,
                draft.messages,
                shapes(),
                "dana",
                self.clock(),
                beside=draft.beside,
            )
        self.temporal = await self.server.connect()
        services = Services(self.database, RecordClient(self.temporal, self.clock), self.clock, shapes(), **PATIENT)
        self.stop = asyncio.Event()
        options = WorkerOptions("http://steward.test", self.clock)
        self.worker = asyncio.create_task(run(self.temporal, self.database, options, self.stop))
        _, secret = await tokens.create(
            self.database, "dana", "dana", roles=(), groups=(), at=self.clock(), expires=None
        )
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(create_app(services)),
            base_url="http://steward.test/api/v1",
            headers={"Authorization": f"Bearer {secret}"},
        )

    async def close(self) -> None:
        """Stop everything."""
        self.stop.set()
        await self.worker
        await self.http.aclose()
        await self.database.close()

    async def act(self, record: str, action: str, **given: str) -> dict[str, Any]:
        """Take a transition."""
        answer = await self.http.post(f"/records/{record}/actions/{action}", json={"with": given})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def pass_time(self, record: str, seconds: float) -> None:
        """Put the record's clock and ours forward."""
        await fast_forward(self.temporal, record, seconds)
        self.ahead += seconds

    async def shown(self, record: str) -> dict[str, Any]:
        """Show a record."""
        return dict((await self.http.get(f"/records/{record}")).json())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An open desk."""
    server = TemporalServer(tmp_path)
    url = f"sqlite:///{tmp_path / 'steward.db'}"
    await migrate(url)
    opened = Desk(server, url)
    await opened.open()
    yield opened
    await opened.close()
    server.kill()


async def test_a_resolved_incident_closes_by_itself_after_three_business_days(desk: Desk) -> None:
    started = await desk.http.post(
        "/processes/incident/records", json={"fields": {"summary": "No mail", "caller": "yuki", "service": "mail"}}
    )
    record = started.json()["id"]
    await desk.act(record, "assign", assignee="dana")
    resolved = await desk.act(record, "resolve", resolution_code="fixed", resolution="Restarted")
    assert (resolved["state"], resolved["targets"]["resolution"]["status"]) == ("resolved", "met")
    await desk.pass_time(record, 8 * DAY)
    await until(lambda: closed(desk, record))
    journal = (await desk.http.get(f"/records/{record}/journal")).json()
    assert "auto_close" in json.dumps(journal)


async def closed(desk: Desk, record: str) -> bool:
    """Say whether a record is closed."""
    return bool((await desk.shown(record))["state"] == "closed")
