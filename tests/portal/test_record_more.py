"""What else is done on the page of a record: files, minutes, skipping with values, and whom it lets follow."""

import pytest

from tests.portal.repairs import stuck
from tests.portal.visits import Portal, Seen

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def upload(portal: Portal, who: str, record: str, content: bytes, **fields: str) -> Seen:
    """Send a file with the form of a record's page, as a browser does."""
    page = await portal.see(who, f"/records/{record}")
    given = {**page.form("#upload"), **fields}
    given.pop("file")
    portal.http.cookies.clear()
    address = page.one("#upload").attributes["action"] or ""
    files = {"file": ("loose.txt", content, "text/plain")}
    answer = await portal.http.post(address, data=given, files=files, headers=await portal.headers(who))
    return await portal.see(who, answer.headers["location"]) if answer.is_redirect else Seen(answer)


async def test_a_file_is_put_on_a_record_with_what_is_said_of_it(portal: Portal) -> None:
    record = str((await portal.office.repair())["id"])
    page = await upload(portal, "ann", record, b"abc", comment="Look at this", internal="yes")
    assert page.texts("#files-part li") == ["loose.txt 3 bytes, from Ann Agent internal"]
    assert "Look at this" in page.texts(".speech")
    assert (await portal.see("carl", f"/records/{record}")).tree.css("#files-part li, #upload [name=internal]") == []


async def test_a_file_that_is_refused_says_why_and_keeps_what_was_said(portal: Portal) -> None:
    record = str((await portal.office.repair())["id"])
    page = await upload(portal, "carl", record, b"", comment="Empty")
    assert (page.status, "the file is empty" in page.texts("[role=alert]")[0].lower()) == (422, True)
    assert page.form("#upload")["comment"] == "Empty"


async def test_the_secretary_records_votes_from_minutes_and_nobody_else(portal: Portal) -> None:
    record = str((await portal.office.repair(customer="dora"))["id"])
    await portal.office.act("ann", record, "begin", assignee="ann")
    await portal.office.act("ann", record, "stumble")
    await portal.office.act("ann", record, "ask")
    assert (await portal.see("bob", f"/records/{record}")).tree.css("form.minutes") == []
    page = await portal.see("dora", f"/records/{record}")
    assert page.texts("form.minutes option") == ["Choose …", "Ann Agent", "Bob Boss"]
    given = {"for": "bob", "choice": "yes", "comment": "As the minutes say"}
    recorded = await portal.fill("dora", page, "form.minutes", **given)
    assert recorded.texts("[role=status]") == ["The vote is recorded."]
    assert "from minutes, by Dora Doe" in recorded.texts(".seats li")[1]


async def test_a_fault_is_skipped_with_the_values_it_should_have_brought(portal: Portal) -> None:
    record = await stuck(portal)
    assert (await portal.see("carl", f"/records/{record}/faults/1/skip")).status == 404
    form = await portal.see("ann", f"/records/{record}/faults/1/skip")
    assert form.one("h1").text() == "Skip it with values"
    done = await portal.fill("ann", form, "main form", **{"with.offer": "77"})
    assert (done.texts("[role=status]"), "77.00" in done.texts("#fields dd")) == (["Skip it with values: done."], True)
    assert (await portal.see("ann", f"/records/{record}/faults/1/skip")).status == 404


async def test_who_sees_all_of_a_record_lets_others_follow_it_and_takes_them_off(portal: Portal) -> None:
    record = str((await portal.office.repair())["id"])
    page = await portal.see("ann", f"/records/{record}")
    added = await portal.fill("ann", page, "#watch", person="Bob Boss (bob)", do="watch")
    assert added.texts("#people-part .seats li > span") == ["Bob Boss"]
    wrong = await portal.fill("ann", added, "#watch", person="nobody", do="watch", key="other")
    assert (wrong.status, wrong.form("#watch")["person"]) == (422, "nobody")
    off = await portal.fill("ann", added, "#people-part .seats form", do="unwatch")
    assert off.texts("#people-part p") == ["Nobody yet."]
    assert (await portal.see("carl", f"/records/{record}")).tree.css("#watch, #people-part .seats") == []
