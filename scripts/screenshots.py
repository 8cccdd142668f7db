"""Takes pictures of the portal's pages into docs/images/, wide and narrow, light and dark (`make screenshots`).

It starts a Steward of its own with the demo company, lets its people do a few things, and walks the pages as one of
them. Pages that a name is given to are taken again: `python scripts/screenshots.py record work`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import httpx2
from playwright.async_api import Browser, async_playwright

from api.sessions import COOKIE
from cli.data import running
from store import sessions, tokens
from store.database import Database

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
START = 180.0
"""Seconds that the start may take."""


class Shot(NamedTuple):
    """A page to be taken: the name of its pictures, who looks, and its address of what the demonstration has made."""

    name: str
    who: str
    address: Callable[[dict[str, str]], str]


SHOTS = (
    Shot("design", "dana", lambda _made: "/design"),
    Shot("work", "tomasz", lambda _made: "/work"),
    Shot("catalogue", "carla", lambda _made: "/catalogue"),
    Shot("order", "carla", lambda made: f"/catalogue/request?with.items={made['joiner']}"),
    Shot("records", "tomasz", lambda _made: "/records"),
    Shot("requests", "carla", lambda _made: "/requests"),
    Shot("calendar", "sofia", lambda made: f"/calendar?on={made['day']}"),
    Shot("calendar-week", "sofia", lambda made: f"/calendar?view=week&service=mail&length=2+hours&on={made['day']}"),
    Shot("organisation", "dana", lambda _made: "/organisation"),
    Shot("organisation-person", "tomasz", lambda _made: "/organisation/people/tomasz"),
    Shot("organisation-freeze", "dana", lambda _made: "/organisation/freezes/year_end_2026/edit"),
    Shot("organisation-changes", "dana", lambda _made: "/organisation/changes"),
    Shot("calendar-feed", "sofia", lambda _made: "/calendar/feed"),
    Shot("record", "tomasz", lambda made: f"/records/{made['incident']}"),
    Shot("record-change", "tomasz", lambda made: f"/records/{made['change']}"),
    Shot("record-form", "tomasz", lambda made: f"/records/{made['incident']}/actions/resolve"),
    Shot("definitions", "miriam", lambda _made: "/definitions"),
    Shot("definition", "miriam", lambda _made: "/definitions/incident"),
    Shot("definition-try", "miriam", lambda _made: "/definitions/incident/try"),
    Shot("definition-move", "miriam", lambda _made: "/definitions/incident/move"),
    Shot("definition-text", "miriam", lambda _made: "/definitions/incident/versions/1/text"),
    Shot("reports-targets", "miriam", lambda _made: "/reports/targets?process=incident&by=day"),
    Shot("reports-volumes", "miriam", lambda _made: "/reports/volumes?process=incident&by=day"),
    Shot("reports-durations", "miriam", lambda _made: "/reports/durations?process=incident"),
    Shot("reports-success", "miriam", lambda _made: "/reports/success?process=change"),
    Shot("record-edit", "kenji", lambda made: f"/records/{made['change']}/edit"),
)
"""Every page; add yours here."""


PLANS = (
    ("Replace the disks of the mail relay", 0, ["mail"], "ines"),
    ("Renew the licence of the mail filter", 2, ["mail"], "tomasz"),
    ("New firmware for the core switch", 50, ["network"], "kenji"),
    ("Patch the telephones", -96, ["workplace"], "ines"),
)
"""Changes that are planned: what is done, so many hours after a day in two months, for which services, and by whom."""


class Company:
    """The people of the demo company, who use the API and browsers."""

    def __init__(self, address: str, database: Database) -> None:
        self.address = address
        self._database = database
        self._http = httpx2.AsyncClient(base_url=f"{address}/api/v1", trust_env=False, timeout=60.0)
        self._secrets: dict[str, str] = {}

    async def ask(self, who: str, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Have somebody ask the API; what is refused ends the script."""
        if who not in self._secrets:
            now = time.time()
            _, secret = await tokens.create(
                self._database, "screenshots", who, roles=(), groups=(), at=now, expires=now + 3_600
            )
            self._secrets[who] = secret
        headers = {"Authorization": f"Bearer {self._secrets[who]}"}
        answer = await self._http.request(method, path, json=body, headers=headers)
        if not answer.is_success:
            raise SystemExit(f"{who} {method} {path}: {answer.text}")
        return answer.json() if answer.content else None

    async def start(self, who: str, process: str, **fields: object) -> str:
        """Have somebody start a record."""
        made = await self.ask(who, "POST", f"/processes/{process}/records", {"fields": fields})
        return str(made["id"])

    async def act(self, who: str, record: str, action: str, **given: object) -> Any:  # noqa: ANN401 - JSON
        """Have somebody take a transition."""
        return await self.ask(who, "POST", f"/records/{record}/actions/{action}", {"with": given})

    async def say(self, who: str, record: str, text: str, *, internal: bool = False) -> None:
        """Have somebody comment on a record."""
        await self.ask(who, "POST", f"/records/{record}/comments", {"text": text, "internal": internal})

    async def session(self, who: str) -> str:
        """Begin a session of somebody, and give its secret."""
        return await sessions.create(self._database, sessions.begun(who, time.time()))

    async def close(self) -> None:
        """End the connections."""
        await self._http.aclose()


async def lived(company: Company) -> dict[str, str]:
    """Let the company work a little; give the records that came of it, by what they are called in `SHOTS`."""
    incident = await company.start(
        "carla",
        "incident",
        summary="The mail queue does not move",
        caller="carla",
        service="mail",
        impact="high",
        urgency="high",
        description="Since this morning no offer has left the house.\nCustomers are calling.",
    )
    await company.act("tomasz", incident, "assign", assignee="tomasz", group="mail_team")
    await company.say("carla", incident, "It is urgent: the fair begins tomorrow.")
    await company.say("tomasz", incident, "The disk of the relay is full of logs.", internal=True)
    joiner, day = await _catalogue(company), await _plans(company)
    return {"incident": incident, "change": await _change(company), "joiner": joiner, "day": day}


async def _catalogue(company: Company) -> str:
    """Put things into the catalogue, and give the one that holds the others."""
    phone = await _thing(company, summary="Telephone", fulfilment="equipment", article="phone", price="420")
    await _thing(company, summary="Laptop", fulfilment="equipment", article="laptop-14", price="1200")
    reports = await _thing(company, summary="Sales reports", fulfilment="access", entitlement="sales", per_year="180")
    return await _thing(company, summary="New in sales", fulfilment="bundle", parts=[phone, reports], price="400")


async def _thing(company: Company, **fields: object) -> str:
    given = {"description": "What you need on the first day", "delivery_time": "5 business days", **fields}
    thing = await company.start("miriam", "catalogue_item", **given)
    await company.act("miriam", thing, "publish")
    return thing


async def _plans(company: Company) -> str:
    """Let small changes be planned, and give the day around which they are."""
    begins = (datetime.now(UTC) + timedelta(days=60)).replace(hour=18, minute=0, second=0, microsecond=0)
    for summary, hours, services, who in PLANS:
        await _planned(company, begins + timedelta(hours=hours), summary=summary, services=services, assignee=who)
    return begins.date().isoformat()


async def _planned(company: Company, begins: datetime, **given: object) -> None:
    """Let a small change be planned, assessed and authorised."""
    risk = {"impact": "low", "likelihood": "low", "plan": "Do it", "backout_plan": "Undo it"}
    times = {"planned_start": begins.isoformat(), "planned_end": (begins + timedelta(hours=3)).isoformat()}
    change = await company.start("kenji", "change", **risk, **times, **given)
    await company.act("kenji", change, "submit")
    found = await company.act("sofia", change, "assessed")
    [approval] = found["approvals"]
    await company.ask("sofia", "POST", f"/approvals/{approval['id']}/vote", {"choice": "yes"})


async def _change(company: Company) -> str:
    begins = (datetime.now(UTC) + timedelta(days=60)).replace(minute=0, second=0, microsecond=0)
    change = await company.start(
        "kenji",
        "change",
        summary="Renew the certificates of the mail relay",
        services=["mail"],
        assignee="ines",
        impact="medium",
        likelihood="medium",
        plan="1. Install the new certificate\n2. Restart the relay\n3. Send a test mail",
        backout_plan="Put the old certificate back and restart.",
        planned_start=begins.isoformat(),
        planned_end=(begins + timedelta(hours=2)).isoformat(),
    )
    found = await company.act("kenji", change, "submit")
    if found["state"] != "authorise":
        found = await company.act("sofia", change, "assessed")
    [approval] = found["approvals"]
    await company.ask(
        "aisha", "POST", f"/approvals/{approval['id']}/vote", {"choice": "yes", "comment": "Well prepared"}
    )
    return change


async def take(company: Company, browser: Browser, shots: list[Shot], made: dict[str, str]) -> None:
    """Take every shot at both widths and in both schemes."""
    for shot in shots:
        secret = await company.session(shot.who)
        for width, (wide, high) in WIDTHS.items():
            for scheme in SCHEMES:
                context = await browser.new_context(
                    base_url=company.address,
                    viewport={"width": wide, "height": high},
                    color_scheme=scheme,
                    locale="en-GB",
                    timezone_id="Europe/Berlin",
                    reduced_motion="reduce",
                )
                await context.add_cookies([{"name": COOKIE, "value": secret, "url": company.address}])
                page = await context.new_page()
                await page.goto(shot.address(made), wait_until="load")
                await page.screenshot(path=IMAGES / f"{shot.name}-{width}-{scheme}.png", full_page=True)
                await context.close()
        print(f"{shot.name}: {shot.address(made)}")


@contextlib.asynccontextmanager
async def demonstration(folder: Path) -> AsyncIterator[str]:
    """Run a Steward on a folder, and give its address."""
    command = [sys.executable, "-m", "cli", "up", "--data", str(folder), "--port", "0"]
    with (folder / "up.log").open("wb") as log:
        up = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log)
    try:
        async with asyncio.timeout(START):
            while (there := running(folder)) is None:
                if up.returncode is not None:
                    raise SystemExit((folder / "up.log").read_text(encoding="utf-8"))
                await asyncio.sleep(0.5)
        yield there.api
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(up.pid, signal.SIGINT)
        await up.wait()


async def main(names: list[str]) -> None:
    """Take the shots of these names, or all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in SHOTS if not names or shot.name in names]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with demonstration(folder) as address, async_playwright() as playwright:
            database = Database(f"sqlite:///{folder / 'steward.db'}")
            company = Company(address, database)
            browser = await playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            await take(company, browser, shots, await lived(company))
            await browser.close()
            await company.close()
            await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
