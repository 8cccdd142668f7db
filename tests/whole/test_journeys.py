"""A journey in browsers, with scripts and without: somebody orders, the manager approves by mail, an agent fulfils."""

import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from api.sessions import COOKIE
from store import sessions
from store.sessions import begun
from tests.activities.mailbox import Mailbox, a_mailbox
from tests.portal.browsing import CHROMIUM, PATIENCE
from tests.portal.visits import served
from tests.temporal import TemporalServer
from tests.whole.desk import Desk, until
from tests.whole.test_change import in_state
from tests.whole.test_mail import link_in, text_of
from tests.whole.test_request import an_item

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server, pytest.mark.chromium]


class House(NamedTuple):
    """A desk that sends mail, where it is served, and a browser for everybody."""

    desk: Desk
    mailbox: Mailbox
    browser: Browser
    address: str

    @asynccontextmanager
    async def visit(self, who: str = "", *, scripts: bool) -> AsyncIterator[Page]:
        """Open a browser, signed in as somebody or as nobody."""
        context = await self.browser.new_context(base_url=self.address, java_script_enabled=scripts)
        context.set_default_timeout(PATIENCE)
        if who:
            session = await sessions.create(self.desk.database, begun(who, time.time()))
            await context.add_cookies([{"name": COOKIE, "value": session, "url": self.address}])
        try:
            yield await context.new_page()
        finally:
            await context.close()

    async def mail_to_decide(self, who: str, record: str) -> EmailMessage:
        """Wait for the mail that asks somebody to decide on a record."""

        async def found() -> EmailMessage | None:
            theirs = (each for each in self.mailbox.taken if each["To"].addresses[0].addr_spec.startswith(f"{who}."))
            return next((each for each in theirs if "Decide: " in text_of(each) and record in text_of(each)), None)

        mail = await until(found)
        assert isinstance(mail, EmailMessage)
        return mail

    async def open_work(self, record: str, kind: str) -> list[Any]:
        """Give the open tasks or approvals of a record."""
        return list((await self.desk.shown(record))[kind])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(shipped_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house with one thing to order, which the manager approves and people bring."""
    folder = tmp_path_factory.mktemp("house")
    server = TemporalServer(folder)
    try:
        async with a_mailbox() as mailbox, async_playwright() as playwright:
            desk = Desk(server, f"sqlite:///{shutil.copy(shipped_file, folder / 'steward.db')}", mailbox.options())
            await desk.open()
            await an_item(desk, summary="Standing desk", fulfilment="by_hand", price="600")
            async with served(desk.app) as address:
                desk.app.state.services = replace(desk.app.state.services, base_url=address)
                browser = await playwright.chromium.launch(**CHROMIUM)
                yield House(desk, mailbox, browser, address)
                await browser.close()
            await desk.close()
    finally:
        server.kill()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_an_order_is_approved_from_the_mail_and_fulfilled_in_the_portal(house: House, scripts: bool) -> None:
    record = await ordered(house, scripts)
    link = link_in(await house.mail_to_decide("carla", record))
    async with house.visit(scripts=scripts) as page:
        await page.goto(link)
        await page.get_by_role("button", name="Approve").click()
        await page.get_by_role("heading", name="Thank you").wait_for()
    await until(lambda: house.open_work(record, "tasks"))
    async with house.visit("leyla", scripts=scripts) as page:
        await page.goto(f"/records/{record}")
        await page.get_by_role("link", name="Complete …").click()
        await page.get_by_label("Result").select_option("done")
        await page.get_by_role("button", name="Complete").click()
        await page.get_by_text("Standing desk for Matthias Kurz: done.").wait_for()
    await until(lambda: in_state(house.desk, record, "fulfilled"))
    async with house.visit("matthias", scripts=scripts) as page:
        await page.goto("/requests")
        assert await page.locator("tr", has_text=record).locator(".badge").inner_text() == "Fulfilled"


async def ordered(house: House, scripts: bool) -> str:
    """Have somebody order from the catalogue, and read who decides; give the number of the request."""
    async with house.visit("matthias", scripts=scripts) as page:
        await page.goto("/")
        await page.get_by_role("link", name="Catalogue", exact=True).first.click()
        await page.get_by_role("link", name="Standing desk").click()
        await page.locator("#sum dd", has_text="600.00").wait_for()
        await page.get_by_label("Justification").fill("My back")
        await page.get_by_role("button", name="Order").click()
        await page.get_by_text("is on its way.").wait_for()
        record = await page.locator("#head .number").inner_text()
        await until(lambda: house.open_work(record, "approvals"))
        await page.goto(f"/records/{record}")
        await page.get_by_text("Carla Weber is to decide").wait_for()
        return record
