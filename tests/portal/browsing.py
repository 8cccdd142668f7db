"""Visits to the portal with a real Chromium, and what axe-core finds on a page."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from api.sessions import COOKIE
from tests.portal.visits import Portal

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
CHROMIUM: Mapping[str, Any] = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", *QUIET],
}
PATIENCE = 60_000
"""Milliseconds that a page may take on a machine that has much to do."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = "async (kind, rules) => await axe.run(document, {runOnly: {type: kind, values: rules}})"
NOT_THERE = "the server responded with a status of 404"


class Visitors:
    """People with a browser each, at the portal."""

    def __init__(self, portal: Portal, browser: Browser, address: str) -> None:
        self.portal = portal
        self.browser = browser
        self.address = address

    @asynccontextmanager
    async def visit(self, who: str, *, scripts: bool = True, **wants: Any) -> AsyncIterator[Page]:
        """Open a browser for somebody, or for nobody (""); `wants` are settings of it, such as `color_scheme`."""
        context = await self.browser.new_context(base_url=self.address, java_script_enabled=scripts, **wants)
        if who:
            session = await self.portal.session(who)
            await context.add_cookies([{"name": COOKIE, "value": session, "url": self.address}])
        context.set_default_timeout(PATIENCE)
        try:
            page = await context.new_page()
            complaints: list[str] = []
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            yield page
            assert [each for each in complaints if NOT_THERE not in each] == [], (
                "the browser complains, about the security policy mostly"
            )
        finally:
            await context.close()


async def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Say what is not accessible on a page (WCAG 2.2 AA, or these rules of it), each with where."""
    context = await page.context.new_cdp_session(page)  # the page's own policy lets no script in
    await context.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    looked = f"({LOOK})({json.dumps('rule' if rules else 'tag')}, {json.dumps(rules or RULES)})"
    given = {"expression": looked, "awaitPromise": True, "returnByValue": True}
    found = (await context.send("Runtime.evaluate", given))["result"]["value"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
