"""The portal of an office for a whole module, and a real browser that visits it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.api.conftest import temporal
from tests.api.office import an_office
from tests.portal.browsing import CHROMIUM, Visitors
from tests.portal.visits import Portal
from tests.temporal import TemporalServer

__all__ = ["temporal"]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """The portal of an office with a worker."""
    client = await temporal.connect()
    async with an_office(tmp_path_factory.mktemp("office") / "steward.db", client) as office:
        opened = Portal(office)
        yield opened
        await opened.http.aclose()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(**CHROMIUM)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def visitors(portal: Portal, browser: Browser) -> AsyncIterator[Visitors]:
    """People with browsers, at the portal."""
    async with portal.served() as address:
        yield Visitors(portal, browser, address)
