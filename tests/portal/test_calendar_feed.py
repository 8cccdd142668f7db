"""The calendar for other programs: as RFC 5545 says, at a secret address or with a token, as its person sees it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from icalendar import Calendar

from store import organisation
from tests import organisations
from tests.api.office import Office
from tests.portal.planning import plan, planning
from tests.portal.visits import Portal

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """An office that has planned, moved and given up a little in March 2027."""
    async with planning(tmp_path_factory.mktemp("office") / "steward.db") as opened:
        office = opened.office
        await plan(office, "REP1", ("08 10:00", "08 12:00"), "service:press", "user:ann")
        await plan(office, "REP2", ("08 11:00", "09 09:00"), "configuration_item:arm")
        await plan(office, "REP3", ("15 10:00", "15 11:00"), "service:lathe")
        await plan(office, "REP3", ("16 10:00", "16 11:00"), "service:lathe", seq=4, now="02 09:00")
        await plan(office, "REP4", ("17 10:00", "17 11:00"), "service:lathe")
        await plan(office, "REP4", None, seq=2, now="02 10:00")
        await plan(office, "REP5", ("18 10:00", "18 11:00"), "service:lathe", readers=[("name:manager", True)])
        yield opened


async def address(portal: Portal, who: str) -> str:
    """Have somebody make an address, as a path."""
    page = await portal.see(who, "/calendar/feed")
    made = await portal.fill(who, page, "form#make")
    assert made.status == 200
    return str(made.one("input#address").attributes["value"]).removeprefix("http://steward.test")


async def get(portal: Portal, path: str, **headers: str) -> httpx2.Response:
    portal.http.cookies.clear()
    return await portal.http.get(path, headers=headers)


def events(answer: httpx2.Response) -> dict[str, Any]:
    """Read a calendar: UID without the host → event."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    named = {str(each["uid"]).removesuffix("@steward.test"): each for each in found}
    assert len(named) == len(found)
    return named


async def test_an_address_shows_what_its_person_sees_with_utc_times_and_conflicts(portal: Portal) -> None:
    answer = await get(portal, await address(portal, "ann"))
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    found = events(answer)
    assert sorted(each for each in found if each.startswith("REP")) == ["REP1", "REP2", "REP3", "REP4"]
    first = found["REP1"]
    assert first["dtstart"].dt == datetime(2027, 3, 8, 10, tzinfo=UTC)
    assert b"DTSTART:20270308T100000Z" in answer.content
    assert (str(first["summary"]), str(first["url"])) == ("REP1 Mend REP1", "http://steward.test/records/REP1")
    assert str(first["description"]).split("\n") == [
        "For Press, Ann Agent",
        "Conflict: Press is planned for by REP2 Mend REP2, on a part of it",
    ]
    assert str(found["freeze-fair"]["summary"]) == "Freeze: Spring fair"
    assert str(found["maintenance-oil"]["summary"]) == "Maintenance: New oil"
    holiday = found["holiday-2027-03-05"]
    assert (holiday["dtstart"].dt, str(holiday["summary"])) == (date(2027, 3, 5), "Closed: Tokyo")


async def test_what_is_moved_or_given_up_keeps_its_name_and_counts_on(portal: Portal) -> None:
    found = events(await get(portal, await address(portal, "ann")))
    moved, cancelled = found["REP3"], found["REP4"]
    assert (moved["sequence"], str(moved["status"]), moved["dtstart"].dt.day) == (4, "CONFIRMED", 16)
    assert moved["last-modified"].dt == moved["dtstamp"].dt == datetime(2027, 3, 2, 9, tzinfo=UTC)
    assert (cancelled["sequence"], str(cancelled["status"])) == (2, "CANCELLED")


async def test_the_same_calendar_comes_with_a_token_or_a_session_and_can_be_narrowed(portal: Portal) -> None:
    secret = await address(portal, "ann")
    bearer = {"Authorization": f"Bearer {portal.office.secrets['ann']}"}
    assert events(await get(portal, "/calendar.ics", **bearer)).keys() == events(await get(portal, secret)).keys()
    assert (await portal.see("ann", "/calendar.ics")).status == 200
    assert "REP5" in events(await get(portal, "/calendar.ics", Authorization=f"Bearer {portal.office.secrets['bob']}"))
    mine = events(await get(portal, f"{secret}?mine=yes"))
    assert [each for each in mine if each.startswith("REP")] == ["REP1"]
    wrong = await get(portal, f"{secret}?service=pres")
    assert (wrong.status_code, "press" in wrong.json()["reasons"][0]["text"]) == (422, True)


async def test_an_address_opens_the_calendar_and_nothing_else(portal: Portal) -> None:
    path = await address(portal, "ann")
    secret = path.removeprefix("/calendar/feeds/").removesuffix(".ics")
    for elsewhere in ("/calendar.ics", "/api/v1/records", "/calendar"):
        answer = await get(portal, elsewhere, Authorization=f"Bearer {secret}")
        assert answer.status_code == 401
    assert (await portal.http.post(path)).status_code == 405


async def test_an_address_that_is_good_no_more_is_like_one_that_never_was(portal: Portal) -> None:
    first = await address(portal, "ann")
    second = await address(portal, "ann")
    page = await portal.see("ann", "/calendar/feed")
    assert second not in page.answer.text
    told = [(await get(portal, each)).json()["detail"] for each in (first, "/calendar/feeds/stf_never.ics")]
    ended = await portal.fill("ann", page, "form#end")
    assert "The address is good no more." in ended.main
    gone = await get(portal, second)
    assert (gone.status_code, {*told, gone.json()["detail"]} == {told[0]}) == (404, True)


async def test_the_address_of_who_has_left_is_gone(portal: Portal) -> None:
    path = await address(portal, "dora")
    assert events(await get(portal, path)).keys() >= {"freeze-fair"}
    await leave(portal.office, "dora")
    assert (await get(portal, path)).status_code == 404


async def test_who_is_not_known_gets_nothing(portal: Portal) -> None:
    answer = await get(portal, "/calendar.ics")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_no_log_holds_an_address(portal: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    path = await address(portal, "ann")
    await get(portal, path)
    await get(portal, path.replace(".ics", "x.ics"))
    assert path.removeprefix("/calendar/feeds/").removesuffix(".ics") not in capsys.readouterr().out


async def leave(office: Office, person: str) -> None:
    """Let somebody not be active any more."""
    database = office.services.database
    stored = await organisation.current(database)
    assert stored is not None
    document = {kind: dict(rows) for kind, rows in stored.document.items()}
    document["people"][person] = {**document["people"][person], "active": False}
    await organisations.apply(database, document, by="test", at=2.0)
