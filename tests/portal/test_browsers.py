"""Pages in a real Chromium: accessible in light and dark, within the security policy, with and without scripts."""

import pytest

from tests.portal.browsing import Visitors, violations

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server, pytest.mark.chromium]
PAGES = ("/design", "/work")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_are_accessible(visitors: Visitors, scheme: str) -> None:
    async with visitors.visit("ann", color_scheme=scheme) as page:
        for path in PAGES:
            await page.goto(path)
            assert (path, await violations(page)) == (path, [])


async def test_times_are_told_in_the_zone_of_the_visitor(visitors: Visitors) -> None:
    async with visitors.visit("ann", timezone_id="Asia/Tokyo", locale="en-GB") as page:
        await page.goto("/design")
        assert await page.locator("time").first.inner_text() == "6 Mar 2026, 19:00"
