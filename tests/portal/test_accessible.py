"""Every page is accessible, in light and in dark: axe-core looks at each in a real Chromium and finds nothing."""

import re
import time
from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

import pytest
import pytest_asyncio

from language.organisation_reading import read_organisation
from portal.app import NOUNS
from store import sign_in_links
from store.sealing import Seals, new_key
from store.signing import Link, Signing
from tests import organisations
from tests.api.office import an_office
from tests.api.repairs import ORGANISATION
from tests.portal.browsing import Visitors, violations
from tests.portal.everywhere import places
from tests.portal.repairs import asked_for_approval, stuck
from tests.portal.visits import Portal
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server, pytest.mark.chromium]
KEY = new_key()
SEALS = Seals(lambda: [KEY])
DAY = 86_400.0
NOWHERE = "/nowhere"
CONTRAST = ("color-contrast",)
"""What may differ where only colours do."""


class Page(NamedTuple):
    """A page: who looks, and its address, in which `{…}` stands for what was made for it."""

    who: str
    address: str


PAGES = (
    Page("", "/sign-in"),
    Page("", "/sign-in/{enter}"),
    Page("", "/signed-out"),
    Page("", "/decide/{link}"),
    Page("ann", NOWHERE),
    Page("ann", "/design"),
    Page("ann", "/work"),
    Page("ann", "/catalogue"),
    Page("ann", "/catalogue/repair"),
    Page("ann", "/requests"),
    Page("ann", "/requests/ended"),
    Page("ann", "/records"),
    Page("ann", "/records?process=repair&sort=due"),
    Page("ann", "/records/{asked}"),
    Page("ann", "/records/{stuck}"),
    Page("ann", "/records/{stuck}/edit"),
    Page("ann", "/records/{stuck}/faults/1/skip"),
    Page("ann", "/records/{new}/actions/begin"),
    Page("ann", "/records/{begun}/tasks/{task}"),
    Page("ann", "/calendar"),
    Page("ann", "/calendar?view=list&service=press&length=1+hour"),
    Page("ann", "/calendar/feed"),
    Page("ann", "/organisation"),
    Page("ann", "/organisation/people"),
    Page("ann", "/organisation/people/ann"),
    Page("ann", "/organisation/changes"),
    Page("bob", "/organisation/add/people"),
    Page("bob", "/organisation/people/ann/edit"),
    Page("ann", "/definitions"),
    Page("ann", "/definitions/repair"),
    Page("ann", "/definitions/repair/versions/1"),
    Page("ann", "/definitions/repair/difference"),
    Page("bob", "/definitions/repair/versions/1/text"),
    Page("bob", "/definitions/repair/move"),
    Page("bob", "/definitions/repair/try"),
    Page("bob", "/reports/targets"),
    Page("bob", "/reports/targets/records?process=repair&target=response&which=running"),
    Page("bob", "/reports/volumes"),
    Page("bob", "/reports/durations"),
    Page("bob", "/reports/success"),
)
"""Every page; `test_every_page_is_looked_at` says which is missing."""
LEADING = ("/", "/reports", "/oidc/start", "/oidc/return")
PARTS = ("/records/{record}/live", "/choices/{kind}", "/assets/portal/{version}/{name:path}")
FILES = (".csv", ".ics")
"""What leads on, what is no whole page, and what is downloaded."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """The portal of an office that signs links, that only this machine reaches, and that Bob administers."""
    client = await temporal.connect()
    file = tmp_path_factory.mktemp("office") / "steward.db"
    async with an_office(file, client, seals=SEALS, nearby=True) as office:
        around = ORGANISATION.replace("roles: [agent, manager]", "roles: [agent, manager, administrator]")
        read = read_organisation({"organisation.yaml": around})
        await organisations.apply(office.services.database, read.to_json(), by="test", at=time.time())
        opened = Portal(office)
        yield opened
        await opened.http.aclose()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def made(portal: Portal) -> Mapping[str, str]:
    """What the addresses of pages name."""
    office = portal.office
    new, begun = [str((await office.repair(size="large", device="press"))["id"]) for _ in range(2)]
    task = (await office.act("ann", begun, "begin", assignee="ann")).json()["tasks"][0]["id"]
    asked = await asked_for_approval(portal)
    approval = (await office.get("ann", f"/records/{asked}")).json()["approvals"][0]["id"]
    enter = await sign_in_links.create(office.services.database, "ann", office.services.clock())
    link = Signing(SEALS).link(Link("bob", approval, time.time() + DAY))
    at_rest = await stuck(portal)
    path = task.partition(".")[2]
    return {"new": new, "begun": begun, "task": path, "asked": asked, "stuck": at_rest, "enter": enter, "link": link}


async def test_pages_are_accessible_in_light_and_in_dark(visitors: Visitors, made: Mapping[str, str]) -> None:
    for who in dict.fromkeys(each.who for each in PAGES):
        async with visitors.visit(who, color_scheme="light", reduced_motion="reduce") as page:
            for each in PAGES:
                if each.who == who:
                    await page.emulate_media(color_scheme="light")
                    found = await page.goto(each.address.format(**made))
                    assert found is not None
                    assert (each, found.status) == (each, 404 if each.address == NOWHERE else 200)
                    assert (each, await violations(page)) == (each, [])
                    await page.emulate_media(color_scheme="dark")
                    assert (each, await violations(page, CONTRAST)) == (each, [])


async def test_every_page_is_looked_at() -> None:
    """A page that is new is missing here until it is in PAGES."""
    routes = {each.path for noun in NOUNS for each in places(noun.router.routes, "GET")}
    pages = {each for each in routes if each not in (*LEADING, *PARTS) and not each.endswith(FILES)}
    seen = [each.address.partition("?")[0] for each in PAGES]
    ways = {each: re.compile(re.sub(r"{\w+(:path)?}", "[^/]+", each)) for each in pages}
    assert [each for each in sorted(pages) if not any(ways[each].fullmatch(one) for one in seen)] == []
