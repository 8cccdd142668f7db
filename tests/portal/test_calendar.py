"""The calendar on a page: what is planned, frozen and closed, what is in conflict, and only what somebody may see."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.portal.planning import INSIDE, plan, planning
from tests.portal.visits import Portal

pytestmark = pytest.mark.asyncio(loop_scope="module")
MARCH = "/calendar?on=2027-03-01&zone=UTC"
DAYS = "td .slot"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """An office that has planned a little in March 2027."""
    async with planning(tmp_path_factory.mktemp("office") / "steward.db") as opened:
        office = opened.office
        await plan(office, "REP1", ("08 10:00", "08 12:00"), "service:press", "user:ann")
        await plan(office, "REP2", ("08 11:00", "09 09:00"), "configuration_item:arm")
        await plan(office, "REP3", ("11 10:00", "11 11:00"), "configuration_item:arm", indexed={"group": "workshop"})
        await plan(office, "REP4", ("16 10:00", "16 11:00"), "service:lathe", indexed={"assignee": "bob"})
        await plan(office, "REP5", ("16 12:00", "16 13:00"), "service:lathe", readers=[("name:manager", True)])
        await plan(office, "REP6", ("16 20:00", "16 23:30"), "service:lathe")
        await plan(office, "REP6", None, seq=2, now="02 09:00")
        yield opened


async def test_a_month_shows_what_is_planned_frozen_maintained_and_closed(portal: Portal) -> None:
    page = await portal.see("ann", MARCH)
    assert (page.status, page.one("h2#when").text()) == (200, "March 2027")
    assert "00:00 – 00:00" not in page.main
    found = page.texts(DAYS)
    assert "10:00 – 12:00 REP1 Mend REP1 Conflict" in found
    assert [each for each in found if "REP2" in each] == [
        "from 11:00 REP2 Mend REP2 Conflict",
        "until 09:00 REP2 Mend REP2 Conflict",
    ]
    assert "Freeze: from 08:00 Spring fair" in found
    assert "Freeze: all day Spring fair" in found
    assert "Maintenance: 08:00 – 10:00 New oil" in found
    assert "Holiday: all day Closed: Tokyo" in found
    assert not [each for each in found if "REP6" in each], "it was given up"


async def test_conflicts_say_why_in_the_rules_of_records(portal: Portal) -> None:
    page = await portal.see("ann", MARCH)
    rows = [" ".join(each.text().split()) for each in page.tree.css("section[aria-labelledby=conflicts] tbody tr")]
    assert len(rows) == 3
    assert "Mon 8 Mar 2027 10:00 – 12:00" in rows[0]
    assert "Press is planned for by REP2 Mend REP2, on a part of it" in rows[0]
    assert "Arm of the press is planned for by REP1 Mend REP1, on a related service" in rows[1]
    assert "Arm of the press is frozen: Spring fair" in rows[2]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ann", {"REP1", "REP2", "REP3", "REP4"}),
        ("carl", {"REP1", "REP2", "REP3", "REP4"}),
        ("bob", {"REP1", "REP2", "REP3", "REP4", "REP5"}),
        ("dora", set()),
    ],
)
async def test_only_plans_that_somebody_may_read_show(portal: Portal, who: str, seen: set[str]) -> None:
    page = await portal.see(who, MARCH)
    assert {name for name in ("REP1", "REP2", "REP3", "REP4", "REP5", "REP6") if name in page.answer.text} == seen
    assert "Spring fair" in page.main


async def test_what_somebody_may_not_read_is_in_no_conflict(portal: Portal) -> None:
    await plan(portal.office, "REP7", ("25 10:00", "25 11:00"), "user:dora", readers=[("user:dora", False)])
    await plan(portal.office, "REP8", ("25 10:00", "25 11:00"), "user:dora", readers=[("name:agent", True)])
    assert "Conflict" not in (await portal.see("dora", f"{MARCH}&mine=yes")).main
    boss = await portal.see("ann", f"{MARCH}&mine=yes")
    assert "REP8" not in boss.main, "it is dora's"


async def test_times_that_internal_fields_say_show_to_those_who_see_these(portal: Portal) -> None:
    await plan(portal.office, "INS1", ("26 10:00", "26 11:00"), "service:lathe", source=INSIDE)
    assert "INS1" in (await portal.see("ann", MARCH)).main
    assert "INS1" not in (await portal.see("carl", MARCH)).answer.text


@pytest.mark.parametrize(
    ("narrowed", "seen", "others"),
    [
        ("service=press", {"REP1", "REP2", "REP3"}, {"Spring fair", "New oil"}),
        ("service=lathe", {"REP4"}, set()),
        ("group=workshop", {"REP1", "REP2", "REP3"}, {"Spring fair", "New oil"}),
        ("mine=yes", {"REP1"}, set()),
        ("service=press&mine=yes", {"REP1"}, set()),
    ],
)
async def test_it_is_narrowed_to_a_service_a_group_or_oneself(
    portal: Portal, narrowed: str, seen: set[str], others: set[str]
) -> None:
    page = await portal.see("ann", f"{MARCH}&{narrowed}")
    slots = " ".join(page.texts(DAYS))
    assert {name for name in ("REP1", "REP2", "REP3", "REP4") if name in slots} == seen
    assert {name for name in ("Spring fair", "New oil") if name in slots} == others


async def test_a_week_and_a_list_show_everything_about_each_day(portal: Portal) -> None:
    week = await portal.see("ann", "/calendar?view=week&on=2027-03-10&zone=UTC")
    assert week.one("h2#when").text() == "8 March 2027 – 14 March 2027"
    assert week.texts(".agenda h3")[0] == "Monday, 8 March"
    assert "Press is planned for by REP2 Mend REP2, on a part of it" in week.main
    listed = await portal.see("ann", "/calendar?view=list&on=2027-03-16&zone=UTC")
    assert "REP4" in listed.main
    assert "REP1" not in listed.main


async def test_times_are_told_in_a_zone_that_is_named(portal: Portal) -> None:
    page = await portal.see("ann", "/calendar?on=2027-03-01")
    assert "Times are those of Europe/Berlin, the zone of the organisation" in page.main
    assert "11:00 – 13:00 REP1 Mend REP1 Conflict" in page.texts(DAYS)
    tokyo = await portal.see("ann", "/calendar?on=2027-03-01&zone=Asia/Tokyo")
    assert "19:00 – 21:00 REP1 Mend REP1 Conflict" in tokyo.texts(DAYS)


async def test_one_goes_from_month_to_month(portal: Portal) -> None:
    page = await portal.see("ann", "/calendar?on=2027-01-31&service=press&mine=yes")
    ways = [each.attributes["href"] for each in page.tree.css("nav[aria-label='Through time'] a")]
    rest = "zone=Europe%2FBerlin&service=press&mine=yes"
    assert ways == [f"/calendar?view=month&on={day}&{rest}" for day in ("2026-12-01", "2027-03-01", "2027-02-01")]


async def test_the_next_free_time_of_a_service_is_looked_for(portal: Portal) -> None:
    page = await portal.see("ann", f"{MARCH}&service=lathe&length=2+hours")
    assert "Free next, as far as you may see: Mon 1 Mar 2027 09:00 – 11:00." in page.main
    wrong = await portal.see("ann", f"{MARCH}&service=lathe&length=3+business+days")
    assert "a free time is looked for by minutes" in wrong.texts(".error")[0].lower()
    none = await portal.see("ann", f"{MARCH}&service=mill&length=1+hour")
    assert "Within 90 days there is no time of 1 hour without a conflict." in none.main


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("on=1427", '"1427" is no day between 1980 and 2200'),
        ("zone=Mars/Base", 'The calendar knows no zone "Mars/Base"'),
        ("view=yaer", 'no view "yaer"'),
        ("service=pres", 'Did you mean "press"?'),
        ("group=nobody", "There are: workshop"),
    ],
)
async def test_what_cannot_be_asked_for_is_said_above_the_present_month(portal: Portal, given: str, said: str) -> None:
    page = await portal.see("ann", f"/calendar?{given}")
    assert (page.status, said in page.texts("[role=alert]")[0]) == (422, True)
    assert page.one("h2#when").text() == "March 2027"


async def test_an_empty_time_says_what_would_be_there(portal: Portal) -> None:
    page = await portal.see("ann", "/calendar?on=2031-07-01&service=lathe&mine=yes")
    assert page.texts(".empty-title") == ["Nothing is planned"]


async def test_many_entries_of_a_day_lead_to_their_week(portal: Portal) -> None:
    for number in range(6):
        await plan(portal.office, f"REP9{number}", ("30 10:00", "30 11:00"), "service:lathe")
    page = await portal.see("ann", f"{MARCH}&service=lathe")
    [more] = page.tree.css(".more a")
    assert (more.text(), "#day-2027-03-30" in str(more.attributes["href"])) == ("2 more on 30 March", True)
