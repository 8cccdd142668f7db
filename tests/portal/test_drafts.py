"""A change of a definition is tried out and published on one page, which never loses what was typed."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from api.rates import Rates, Throttle
from store import definitions
from tests.api.repairs import REPAIR, TESTS
from tests.portal.library import HOUSE, a_library
from tests.portal.visits import Portal, Seen

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRONG = REPAIR.replace("version: 1", "version: 2").replace("to: working,", "to: workin,")
PART = {"HX-Request": "true"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """A portal with definitions, and without Temporal."""
    async with a_library(tmp_path_factory.mktemp("library")) as opened:
        yield opened


async def begun(portal: Portal, process: str = "repair", who: str = "bob") -> Seen:
    return await portal.see(who, f"/definitions/{process}/try")


async def send(portal: Portal, to: str, page: Seen, who: str = "bob", **fields: str) -> Seen:
    """Send the form by one of its buttons."""
    return await portal.send(who, f"/drafts/{to}", {**page.form("#draft"), **fields})


async def test_a_change_begins_with_the_newest_text_and_the_next_version(portal: Portal) -> None:
    held = (await begun(portal)).form("#draft")
    assert (held["source"], held["tests"]) == (
        REPAIR.replace("version: 1", "version: 2"),
        TESTS,
    )
    assert held["made_from"] == "1"


async def test_mistakes_are_shown_with_place_hint_and_caret_and_the_text_stays(portal: Portal) -> None:
    page = await send(portal, "try", await begun(portal), source=WRONG)
    assert (page.status, page.form("#draft")["source"]) == (200, WRONG)
    first = page.texts(".findings li")[0]
    assert first.startswith("mistake Definition, line 36, column")
    assert 'No state named "workin". Did you mean "working"?' in first
    line, caret = page.tree.css(".findings pre")[0].text().split("\n")[:2]
    assert line[caret.index("^") :].startswith("workin,")
    assert page.texts("#scenarios ~ p") == ["They are run when there are no mistakes."]


async def test_what_is_right_is_tested_drawn_and_compared(portal: Portal) -> None:
    source = (await begun(portal)).form("#draft")["source"].replace("title: Repair", "title: Mending")
    page = await send(portal, "try", await begun(portal), source=source)
    assert page.texts("#scenarios .count") == ["1 of 1 passed"]
    assert page.texts(".cases a") == ["A large repair is urgent"]
    assert page.texts("#trial svg .title")[0] == "New"
    assert page.texts("#trial .differing .added code") == ["version: 2", "title: Mending"]


async def test_a_scenario_that_fails_says_why(portal: Portal) -> None:
    page = await send(portal, "try", await begun(portal), tests=TESTS.replace("priority: P1", "priority: P2"))
    assert page.texts("#scenarios .count") == ["0 of 1 passed"]
    assert "P1" in page.texts(".cases p")[1]
    assert "REP0000001 so far" in page.texts(".cases pre")[0]


async def test_while_one_writes_only_what_comes_of_it_is_given(portal: Portal) -> None:
    fields = (await begun(portal)).form("#draft")
    part = await portal.send("bob", "/drafts/try", {**fields, "source": "process: ["}, PART)
    assert (part.tree.css("textarea, h1"), len(part.tree.css(".findings li"))) == ([], 1)
    assert part.texts("#drawing ~ p") == ["It is drawn as soon as the mistakes in its form are mended."]


async def test_who_tries_too_often_is_told_and_loses_nothing(portal: Portal) -> None:
    fields, services = (await begun(portal)).form("#draft"), portal.office.services
    portal.app.state.services = replace(services, throttle=Throttle(Rates(checks=1)))
    try:
        await portal.send("bob", "/drafts/try", fields)
        page = await portal.send("bob", "/drafts/try", fields)
    finally:
        portal.app.state.services = services
    assert (page.status, page.form("#draft")["source"]) == (429, fields["source"])
    assert "more than 1 checks in a minute" in page.texts("[role=alert]")[0]


async def test_what_takes_too_long_is_given_up_and_the_text_stays(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.definitions.drafts.TESTING", 0.0)
    page = await send(portal, "try", await begun(portal), source=WRONG)
    assert (page.status, page.form("#draft")["source"]) == (422, WRONG)
    assert "took longer" in page.texts("[role=alert]")[0]
    part = await portal.send("bob", "/drafts/try", (await begun(portal)).form("#draft"), PART)
    assert "took longer" in part.texts("[role=alert]")[0]


async def test_a_right_change_is_published_with_its_scenarios(portal: Portal) -> None:
    done = await send(portal, "publish", await begun(portal), tests=TESTS + "\n")
    assert done.texts("[role=status]") == ["Version 2 of Repair is published. New records follow it."]
    database = portal.office.services.database
    assert await definitions.tests_of(database, "repair", 2) == TESTS + "\n"
    assert done.texts(".versions a")[0] == "Version 2"


async def test_a_wrong_change_is_not_published_and_says_why(portal: Portal) -> None:
    page = await send(portal, "publish", await begun(portal), source=WRONG.replace("version: 2", "version: 9"))
    assert (page.status, page.texts("[role=alert] p")[1]) == (422, "not published: 1 finding")
    assert (len(page.tree.css(".findings li")), "workin," in page.form("#draft")["source"]) == (1, True)


async def test_what_others_have_published_meanwhile_is_told_and_the_text_stays(portal: Portal) -> None:
    page = await begun(portal, "house")
    newer = HOUSE.replace("version: 1", "version: 3").replace("House", "Palace")
    database = portal.office.services.database
    await definitions.publish(database, "house", 3, newer, title="Palace", messages={}, by="ann", at=0.0)
    mine = page.form("#draft")["source"].replace("version: 3", "version: 4")
    stale = await send(portal, "publish", page, source=mine)
    assert (stale.status, stale.form("#draft")["source"]) == (412, mine)
    assert stale.one(".note.warn a").attributes["href"] == "/definitions/house/difference?before=2&after=3"
    again = await send(portal, "publish", stale)
    assert again.texts("[role=status]") == ["Version 4 of House is published. New records follow it."]


async def test_who_may_not_publish_is_told_who_could(portal: Portal) -> None:
    assert (await begun(portal, who="ann")).status == 403
    assert (await send(portal, "try", await begun(portal), who="ann")).status == 403
    assert (await send(portal, "publish", await begun(portal), who="ann")).status == 403


async def test_a_form_about_nothing_is_refused(portal: Portal) -> None:
    assert (await portal.send("bob", "/drafts/try", {"process": "nothing"})).status == 404
    assert (await portal.send("bob", "/drafts/try", {"process": "repair"})).status == 404


async def test_a_definition_of_the_largest_size_can_be_sent(portal: Portal) -> None:
    large = "# " + "é: {[!]}\n#" * 6_000
    page = await send(portal, "try", await begun(portal), source=large, tests=large)
    assert (page.status, "bytes are too many" in page.texts(".findings")[0]) == (200, True)
