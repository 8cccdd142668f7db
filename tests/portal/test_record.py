"""The page of a record: what it shows to whom, and what its forms do, all without scripts."""

import asyncio

import pytest

from tests.portal.repairs import asked_for_approval, stuck
from tests.portal.visits import Portal

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def a_repair(portal: Portal, **fields: str) -> str:
    return str((await portal.office.repair(**fields))["id"])


async def test_a_record_is_shown_with_everything_one_may_see(portal: Portal) -> None:
    record = await a_repair(portal, size="large", alarm="smoke", device="press")
    page = await portal.see("ann", f"/records/{record}")
    assert (page.one("h1").text(), page.texts("#head .badge")) == ("It is broken", ["New", "P1"])
    shown = dict(zip(page.texts("#fields dt"), page.texts("#fields dd"), strict=True))
    assert (shown["Customer"], shown["Device"], shown["Alarm internal"]) == ("Carl Customer", "Press", "smoke")
    assert "Alarm internal" not in (await portal.see("carl", f"/records/{record}")).texts("#fields dt")
    assert (await portal.see("dora", f"/records/{record}")).status == 404


async def test_a_target_is_told_in_words_with_how_it_comes_about(portal: Portal) -> None:
    page = await portal.see("ann", f"/records/{await a_repair(portal)}")
    [target] = page.texts(".target")
    assert target.startswith("Response running Due in ")
    assert "8 hours, counted round the clock; 0 % used up." in target


async def test_the_map_marks_where_one_is_and_says_so_in_words(portal: Portal) -> None:
    page = await portal.see("ann", f"/records/{await a_repair(portal)}")
    assert page.texts("svg .current .title") == ["● New"]
    assert page.texts("#map details p")[0].endswith("The record is in New.")


async def test_buttons_are_those_of_the_definition_and_say_why_not_and_who_could(portal: Portal) -> None:
    record = await a_repair(portal)
    assert (await portal.see("ann", f"/records/{record}")).texts("#decisions .row .button") == ["Begin …", "Cancel …"]
    page = await portal.see("carl", f"/records/{record}")
    assert page.texts(".cannot button[aria-disabled=true]") == ["Begin", "Cancel"]
    assert page.texts(".cannot .reasons") == [
        "Only Workshop can.",
        "Only Agent can.",
    ]


async def test_a_transition_is_taken_with_its_form_and_says_so(portal: Portal) -> None:
    record = await a_repair(portal)
    form = await portal.see("ann", f"/records/{record}/actions/begin")
    assert (form.one("h1").text(), form.form("main form")["with.assignee"]) == ("Begin", "")
    answer = await portal.fill("ann", form, "main form", **{"with.assignee": "ann", "comment": "I am at it"})
    assert answer.texts("[role=status]") == ["Begin: done."]
    assert (answer.texts("#head .badge")[0], answer.texts(".speech")) == ("Working", ["I am at it"])


async def test_sent_twice_a_form_has_one_effect(portal: Portal) -> None:
    page = await portal.see("ann", f"/records/{await a_repair(portal)}")
    await portal.fill("ann", page, "#comment-form", text="Only once")
    answer = await portal.fill("ann", page, "#comment-form", text="Only once")
    assert answer.texts(".speech") == ["Only once"]


async def test_a_refused_form_keeps_what_was_entered_and_says_what_to_mend_beside_it(portal: Portal) -> None:
    record = await a_repair(portal)
    form = await portal.see("ann", f"/records/{record}/actions/begin")
    answer = await portal.fill("ann", form, "main form", **{"with.assignee": "nobody", "comment": "Kept"})
    assert (answer.status, answer.form("main form")["comment"]) == (422, "Kept")
    assert answer.texts("p.error") == ['Assignee: there is no person "nobody".']
    assert answer.one("[aria-invalid=true]").attributes["name"] == "with.assignee"


async def test_what_is_not_possible_is_told_above_the_form(portal: Portal) -> None:
    form = await portal.see("ann", f"/records/{await a_repair(portal)}/actions/begin")
    answer = await portal.fill("carl", form, "main form", csrf_token=await portal.token("carl"))
    assert (answer.status, answer.texts("[role=alert] p")[1]) == (403, "Only workshop may begin. workshop could.")


async def test_comments_are_public_or_internal_and_both_are_marked(portal: Portal) -> None:
    record = await a_repair(portal)
    page = await portal.see("ann", f"/records/{record}")
    await portal.fill("ann", page, "#comment-form", text="For all")
    answer = await portal.fill("ann", page, "#comment-form", text="For us", internal="yes", key="another")
    assert answer.texts(".event.internal .speech") == ["For us"]
    seen = await portal.see("carl", f"/records/{record}")
    assert (seen.texts(".speech"), seen.tree.css("[name=internal]")) == (["For all"], [])


async def test_tasks_are_claimed_and_completed_with_their_form(portal: Portal) -> None:
    record = await a_repair(portal)
    await portal.office.act("ann", record, "begin", assignee="ann")
    page = await portal.see("ann", f"/records/{record}")
    assert page.texts(".task h3") == ["Order the part"]
    page = await portal.fill("ann", page, ".task form", do="claim")
    assert "Ann Agent is at it." in page.texts(".task p")[0]
    form = await portal.see("ann", page.one(".task a").attributes["href"] or "")
    refused = await portal.fill("ann", form, "main form", **{"with.offer": "much"})
    assert (refused.status, len(refused.texts("p.error"))) == (422, 2)
    done = await portal.fill("ann", refused, "main form", **{"with.offer": "12.5", "with.supplier": "Acme"})
    assert (done.status, done.texts(".task"), "12.50" in done.texts("#fields dd")) == (200, [], True)


async def test_what_stands_still_is_tried_again_or_skipped(portal: Portal) -> None:
    record = await stuck(portal)
    page = await portal.see("ann", f"/records/{record}")
    assert page.texts("#decisions .note strong") == ["The machine is broken"]
    answer = await portal.fill("ann", page, "#decisions .note form", do="skip")
    assert answer.texts("[role=status]") == ["It was skipped."]


async def test_an_approval_says_how_far_it_is_and_takes_a_vote(portal: Portal) -> None:
    record = await asked_for_approval(portal)
    page = await portal.see("ann", f"/records/{record}")
    assert page.texts("#decisions h3 ~ p")[0].startswith(
        "0 of 2 yes, one for each of those asked. Ann Agent and Bob Boss have"
    )
    assert (await portal.see("carl", f"/records/{record}")).tree.css("form.vote") == []
    refused = await portal.fill("ann", page, "form.vote", choice="no")
    assert (refused.status, "omment" in refused.texts("[role=alert]")[0]) == (422, True)
    voted = await portal.fill("ann", page, "form.vote", choice="yes", comment="Fine")
    assert (voted.texts("[role=status]"), voted.tree.css("form.vote")) == (["Your vote counts."], [])
    assert voted.texts(".seats .badge") == ["yes"]


async def test_fields_are_edited_unless_they_have_changed_meanwhile(portal: Portal) -> None:
    record = await a_repair(portal)
    form = await portal.see("ann", f"/records/{record}/edit")
    held = form.form("main form")
    assert (held["with.summary"], "with.priority" in held) == ("It is broken", False)
    edited = await portal.fill("ann", form, "main form", **{"with.summary": "It is loose", "with.count": ""})
    assert edited.one("h1").text() == "It is loose"
    late = await portal.fill("ann", form, "main form", key="late", **{"with.summary": "It is late"})
    assert (late.status, late.form("main form")["with.summary"]) == (412, "It is late")


async def test_one_follows_a_record_and_no_more(portal: Portal) -> None:
    record = await a_repair(portal)
    page = await portal.see("ann", f"/records/{record}")
    followed = await portal.fill("ann", page, "#follow", do="watch")
    assert followed.texts("#people-part .seats li > span") == ["Ann Agent"]
    left = await portal.fill("ann", followed, "#follow", do="unwatch")
    assert left.texts("#people-part p") == ["Nobody yet."]


async def test_news_comes_to_an_open_page_as_soon_as_it_happens(portal: Portal) -> None:
    record = await a_repair(portal)
    page = await portal.see("ann", f"/records/{record}")
    waiting = page.one("#waiting").attributes["hx-get"] or ""
    news = asyncio.create_task(portal.see("ann", waiting))
    await portal.office.post("ann", f"/records/{record}/comments", {"text": "Look"})
    seen = await news
    assert seen.texts("#events[hx-swap-oob] .speech") == ["Look"]
    assert seen.one("#waiting").attributes["hx-get"] != waiting


async def test_references_are_searched_by_words(portal: Portal) -> None:
    found = await portal.see("ann", "/choices/user?with.customer=cus")
    assert [each.attributes["value"] for each in found.tree.css("option")] == ["Carl Customer (carl)"]
    record = await a_repair(portal, summary="A very odd noise")
    found = await portal.see("ann", "/choices/repair?x=odd+noise")
    assert [each.attributes["value"] for each in found.tree.css("option")] == [f"A very odd noise ({record})"]


async def test_files_are_listed_where_they_can_be_had(portal: Portal) -> None:
    record = await a_repair(portal)
    said = {"name": "loose.png", "internal": "true"}
    key = {"Authorization": f"Bearer {portal.office.secrets['ann']}", "Content-Type": "image/png"}
    address = f"/api/v1/records/{record}/attachments"
    kept = await portal.office.http.post(address, params=said, content=b"abc", headers=key)
    page = await portal.see("ann", f"/records/{record}")
    assert page.one("#files-part a").attributes["href"] == kept.json()["address"]
    assert page.texts("#files-part li") == ["loose.png 3 bytes, from Ann Agent internal"]
    assert (await portal.see("carl", f"/records/{record}")).texts("#files-part li") == []
