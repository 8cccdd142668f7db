"""Pages in a real Chromium: within the security policy, by keyboard, with and without scripts."""

import pytest

from tests.portal.browsing import Visitors, violations
from tests.portal.repairs import asked_for_approval

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server, pytest.mark.chromium]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_an_owner_tries_a_change_and_is_led_to_the_mistake(visitors: Visitors, scripts: bool) -> None:
    async with visitors.visit("bob", scripts=scripts) as page:
        await page.goto("/definitions/repair/try")
        box = page.locator("#source")
        wrong = (await box.input_value()).replace("to: working,", "to: workin,")
        await box.fill(wrong)
        if not scripts:
            await page.get_by_role("button", name="Try it").click()
        await page.locator(".findings a").first.click()
        if scripts:
            at = await box.evaluate("box => document.activeElement === box && box.value.slice(box.selectionStart)")
            assert at.startswith("workin,")
            assert await violations(page) == []
        else:
            assert (
                await page.locator("li:target").inner_text()
                == "      begin: {to: workin, by: [workshop], needs: [assignee]}"
            )
        assert await box.input_value() == wrong


async def test_times_are_told_in_the_zone_of_the_visitor(visitors: Visitors) -> None:
    async with visitors.visit("ann", timezone_id="Asia/Tokyo", locale="en-GB") as page:
        await page.goto("/design")
        assert await page.locator("time").first.inner_text() == "6 Mar 2026, 19:00"


async def test_a_page_shows_what_others_do_without_being_loaded_again(visitors: Visitors) -> None:
    office = visitors.portal.office
    record = (await office.repair())["id"]
    async with visitors.visit("ann") as page:
        await page.goto(f"/records/{record}")
        await page.locator("#text").fill("I am still wri")
        await office.post("bob", f"/records/{record}/comments", {"text": "Look here"})
        await page.locator(".speech", has_text="Look here").wait_for()
        assert await page.locator("#text").input_value() == "I am still wri"


async def test_an_agent_works_on_a_record_without_scripts_and_with_the_keyboard(visitors: Visitors) -> None:
    record = (await visitors.portal.office.repair())["id"]
    async with visitors.visit("ann", scripts=False) as page:
        await page.goto(f"/records/{record}")
        await page.get_by_role("link", name="Begin …").focus()
        await page.keyboard.press("Enter")
        await page.get_by_label("Assignee").select_option("ann")
        await page.get_by_label("Comment").press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_text("Begin: done.").wait_for()
        assert await page.locator("#head .badge").first.inner_text() == "Working"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_a_seat_is_voted_for_with_the_keyboard(visitors: Visitors, scripts: bool) -> None:
    record = await asked_for_approval(visitors.portal)
    async with visitors.visit("bob", scripts=scripts) as page:
        await page.goto(f"/records/{record}")
        await page.locator("form.vote #comment").focus()
        await page.keyboard.type("It is worth it")
        await page.keyboard.press("Tab")
        assert await page.locator("form.vote button:focus").inner_text() == "Approve"
        await page.keyboard.press("Enter")
        await page.get_by_text("Your vote counts.").wait_for()
        assert await page.locator(".seats .badge").inner_text() == "yes"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_a_member_of_a_board_votes_in_my_work_with_the_keyboard_alone(visitors: Visitors, scripts: bool) -> None:
    record = await asked_for_approval(visitors.portal)
    async with visitors.visit("bob", scripts=scripts) as page:
        await page.goto("/work?show=approvals")
        await page.keyboard.press("Tab")
        assert await page.locator(":focus").inner_text() == "Skip to the content"
        await page.keyboard.press("Enter")
        reading = page.locator(f".work[id^='{record}.'] summary")
        while not await reading.evaluate("each => each === document.activeElement"):
            await page.keyboard.press("Tab")
            assert await page.locator("footer :focus").count() == 0, "the way to decide is not reached"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.type("It is worth it")
        await page.keyboard.press("Tab")
        assert await page.locator("form.vote button:focus").inner_text() == "Approve"
        await page.keyboard.press("Enter")
        await page.get_by_text("Approved: May we mend It is broken").wait_for()
    seats = (await visitors.portal.office.get("ann", f"/records/{record}")).json()["approvals"][0]["seats"]
    assert [each["vote"]["comment"] for each in seats if each["vote"]] == ["It is worth it"]


async def test_the_menus_are_opened_with_the_keyboard_on_a_phone_without_scripts(visitors: Visitors) -> None:
    async with visitors.visit("ann", scripts=False, viewport={"width": 390, "height": 800}) as page:
        await page.goto("/work")
        await page.get_by_text("Menu", exact=True).focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        assert await page.locator("nav :focus").inner_text() == "My work"
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_an_address_of_a_calendar_is_made_and_an_absence_noted_without_scripts(visitors: Visitors) -> None:
    async with visitors.visit("ann", scripts=False) as page:
        await page.goto("/calendar/feed")
        await page.get_by_role("button", name="Make an address").click()
        assert "/calendar/feeds/stf_" in await page.get_by_label("Address to subscribe to").input_value()
        await page.goto("/organisation/people/ann")
        await page.get_by_text("I am away …").click()
        await page.get_by_label("From").fill("2037-03-01T08:00")
        await page.get_by_label("Until").fill("2037-03-05T17:00")
        await page.get_by_label("Who decides meanwhile").select_option("bob")
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text("The absence is noted.").wait_for()


async def test_the_description_of_the_api_is_read_and_tried_within_the_policy(visitors: Visitors) -> None:
    async with visitors.visit("ann") as page:
        await page.goto("/docs")
        call = page.locator("#operations-processes-list_processes")
        await call.locator(".opblock-summary").click()
        await call.get_by_role("button", name="Try it out").click()
        await call.get_by_role("button", name="Execute").click()
        await call.locator(".live-responses-table").get_by_text('"Repair"', exact=True).wait_for()
