"""The pages of my requests: open ones first, with what they wait for and what can be done; those that ended below."""

import pytest

from tests.portal.repairs import asked_for_approval
from tests.portal.visits import Portal

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def test_who_has_asked_for_nothing_is_led_to_the_catalogue(portal: Portal) -> None:
    page = await portal.see("dora", "/requests")
    assert page.texts(".empty-title") == ["You have not asked for anything yet"]
    assert page.one(".empty a").attributes["href"] == "/catalogue"
    assert (await portal.see("dora", "/requests/ended")).texts(".empty-title") == ["Nothing has ended"]


async def test_a_request_says_its_state_and_what_waits_for_whom(portal: Portal) -> None:
    record = await asked_for_approval(portal)
    page = await portal.see("carl", "/requests")
    assert (page.texts("article h3"), page.texts("article .badge")) == (["It is broken"], ["Judged"])
    [step] = page.texts("article li")
    assert step.startswith("May we mend It is broken: Ann Agent and Bob Boss are to decide until ")
    assert "Next deadline:" in page.main
    assert page.texts("article .number") == [record]


async def test_what_can_be_done_are_buttons_and_a_comment(portal: Portal) -> None:
    record = (await portal.office.repair("bob"))["id"]
    page = await portal.see("bob", "/requests")
    assert page.texts("article li") == ["It is with Workshop."]
    assert page.texts(f"a[href='/records/{record}/actions/cancel']") == [f"Cancel … {record}"]
    said = await portal.fill("bob", page, f"form[action='/records/{record}/comments']", text="Please hurry")
    assert said.texts(".speech") == ["Please hurry"]


async def test_what_one_follows_is_there_and_what_has_ended_stands_below(portal: Portal) -> None:
    office = portal.office
    record = (await office.repair("bob", summary="Old and gone"))["id"]
    await portal.fill("ann", await portal.see("ann", f"/records/{record}"), "#follow", do="watch")
    assert "Old and gone" in (await portal.see("ann", "/requests")).texts("article h3")
    await office.act("ann", record, "cancel", reason="It is gone")
    page = await portal.see("ann", "/requests")
    assert ("Old and gone" in page.texts("article h3"), page.texts("td.main")) == (False, ["Old and gone"])
    assert (await portal.see("ann", "/requests/ended")).texts("td.main") == ["Old and gone"]


async def test_many_are_told_page_by_page(portal: Portal) -> None:
    for _ in range(11):
        await portal.office.repair("dora", customer="dora")
    first = await portal.see("dora", "/requests")
    more = first.one("a[href^='/requests?cursor=']").attributes["href"] or ""
    second = await portal.see("dora", more)
    assert (len(first.tree.css("article")), len(second.tree.css("article"))) == (10, 1)
