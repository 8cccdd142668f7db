"""My work: what waits is decided and done in place, alone or many at once, with a reason for what is refused."""

import pytest

from portal.work.page import Place, place_at
from store.waiting_work import Which
from tests.portal.repairs import asked_for_approval
from tests.portal.visits import Portal, Seen

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def an_open_task(portal: Portal) -> str:
    """Give a repair with a task that waits for ann."""
    record = str((await portal.office.repair())["id"])
    await portal.office.act("ann", record, "begin", assignee="ann")
    return record


def item(page: Seen, record: str) -> str:
    """Find the piece of work of a record on a page: a selector of it."""
    [found] = [each for each in page.tree.css(".work") if (each.id or "").startswith(f"{record}.")]
    return f"[id='{found.id}']"


@pytest.mark.parametrize(
    "place",
    [Place(), Place(Which.TASKS), Place(Which.OTHERS, "abc"), Place(opened="REP1.1/a/0"), Place(Which.ALL, "x", "y")],
)
async def test_a_place_is_read_from_its_address(place: Place) -> None:
    assert place_at(place.address()) == place


async def test_a_vote_is_given_in_place_and_what_was_decided_is_gone(portal: Portal) -> None:
    record = await asked_for_approval(portal)
    page = await portal.see("bob", "/work?show=approvals")
    here = item(page, record)
    assert "0 of 2 yes" in page.texts(f"{here} .work-main")[0]
    voted = await portal.fill("bob", page, f"{here} .work-acts form", do="yes")
    assert voted.texts("[role=status]") == ["Approved: May we mend It is broken."]
    assert (voted.answer.url.query, here[5:-2] in voted.answer.text) == (b"show=approvals", False)


async def test_to_reject_one_says_why_and_what_was_written_stays(portal: Portal) -> None:
    record = await asked_for_approval(portal)
    page = await portal.see("bob", "/work")
    here = item(page, record)
    refused = await portal.fill("bob", page, f"{here} form.vote", do="no", comment="")
    assert (refused.status, refused.texts(f"{here} p.error")) == (422, ["A no needs a comment: say why."])
    assert refused.one(f"{here} details").attributes.keys() >= {"open"}
    rejected = await portal.fill("bob", refused, f"{here} form.vote", do="no", comment="Too dear")
    assert rejected.texts("[role=status]") == ["Rejected: May we mend It is broken."]
    assert (await portal.office.get("ann", f"/records/{record}")).json()["state"] == "cancelled"


async def test_a_vote_that_comes_too_late_is_told_above_the_list(portal: Portal) -> None:
    record = await asked_for_approval(portal)
    page = await portal.see("bob", "/work")
    here = item(page, record)
    await portal.fill("bob", page, f"{here} .work-acts form", do="yes")
    late = await portal.fill("bob", page, f"{here} .work-acts form", do="yes", key="another")
    assert (late.status, len(late.texts("#work > [role=alert]"))) == (409, 1)
    again = await portal.fill("bob", page, f"{here} .work-acts form", do="yes")
    assert again.texts("[role=status]") == ["Approved: May we mend It is broken."]


async def test_scripts_replace_only_what_was_decided(portal: Portal) -> None:
    record = await asked_for_approval(portal)
    page = await portal.see("bob", "/work")
    form = f"{item(page, record)} .work-acts form"
    fields, address = page.form(form), page.one(form).attributes["hx-post"] or ""
    refused = await portal.send("bob", address, {**fields, "do": "no"}, {"HX-Request": "true"})
    assert (refused.status, refused.answer.headers["hx-reselect"]) == (422, "#work")
    done = await portal.send("bob", address, {**fields, "do": "yes", "key": "other"}, {"HX-Request": "true"})
    assert (done.texts("li.finished")[0], len(done.tree.css("nav[hx-swap-oob]"))) == (
        "Approved: May we mend It is broken",
        1,
    )


async def test_a_small_form_opens_among_the_others_and_completes_the_task(portal: Portal) -> None:
    record = await an_open_task(portal)
    page = await portal.see("ann", "/work?show=tasks")
    opening = page.one(f"{item(page, record)} a.button").attributes["href"] or ""
    opened = await portal.see("ann", opening.partition("#")[0])
    refused = await portal.fill("ann", opened, "#open-form", **{"with.offer": "much"})
    assert (refused.status, len(refused.texts("#open-form p.error"))) == (422, 2)
    assert refused.form("#open-form")["with.offer"] == "much"
    part = {**opened.form("#open-form"), "with.offer": "3"}
    asked = await portal.send("ann", opened.one("#open-form").attributes["action"] or "", part, {"HX-Request": "true"})
    assert (len(asked.tree.css("main")), len(asked.tree.css("#controls"))) == (0, 1)
    done = await portal.fill("ann", refused, "#open-form", **{"with.offer": "12.5", "with.supplier": "Acme"})
    assert done.texts("[role=status]") == ["Completed: Order the part."]
    assert (await portal.office.get("ann", f"/records/{record}")).json()["tasks"] == []


async def test_a_task_is_taken_and_given_back_and_others_see_who_is_at_it(portal: Portal) -> None:
    record = await an_open_task(portal)
    page = await portal.see("ann", "/work")
    taken = await portal.fill("ann", page, f"{item(page, record)} .work-acts form", do="claim")
    assert "You are at it" in taken.texts(f"{item(taken, record)} .work-main")[0]
    back = await portal.fill("ann", taken, f"{item(taken, record)} .work-acts form", do="give_back")
    assert "You are at it" not in back.texts(f"{item(back, record)} .work-main")[0]


async def test_what_is_not_there_is_not_found(portal: Portal) -> None:
    record = await an_open_task(portal)
    for path in (f"/work/tasks/{record}.1/no/0", "/work/tasks/REP9999999.x", "/work/tasks/none"):
        assert (await portal.send("ann", path, {"back": "/work"})).status == 404
    assert (await portal.see("ann", "/work?show=everything")).status == 422
    assert (await portal.see("ann", "/work?cursor=nonsense")).status == 422


async def test_many_are_decided_at_once_and_each_has_its_result(portal: Portal) -> None:
    first, second = await asked_for_approval(portal), await asked_for_approval(portal)
    task = await an_open_task(portal)
    page = await portal.see("ann", "/work")
    names = {
        record: page.one(f"{item(page, record)} .pick input").attributes["value"] or ""
        for record in (first, second, task)
    }
    asked = {**page.form("#together"), "do": "no"}
    refused = await together(portal, asked, list(names.values()))
    assert refused.texts("#results") == ["0 of 3 done"]
    assert refused.texts(".results li.bad strong") == [
        "A no needs a comment: say why.",
        "A no needs a comment: say why.",
        "Reject is for approvals.",
    ]
    assert len(refused.tree.css(".pick [checked]")) == 2
    done = await together(portal, {**asked, "do": "yes", "key": "k2"}, [names[first], names[second]])
    assert done.texts(".results li strong") == ["Approved.", "Approved."]
    again = await together(portal, {**asked, "do": "yes", "key": "k2"}, [names[first], names[second]])
    assert again.texts("#results") == ["2 of 2 done"]


async def test_many_tasks_are_taken_given_back_and_completed(portal: Portal) -> None:
    records = [await an_open_task(portal) for _each in range(2)]
    page = await portal.see("ann", "/work?show=tasks")
    names = [page.one(f"{item(page, each)} .pick input").attributes["value"] or "" for each in records]
    for number, (deed, said) in enumerate(
        (("claim", "Taken."), ("give_back", "Given back."), ("complete", "Supplier: fill it in."))
    ):
        sent = {**page.form("#together"), "do": deed, "key": f"many-{number}"}
        answer = await together(portal, sent, names)
        assert all(said in each or "upplier" in each for each in answer.texts(".results li strong"))
        assert len(answer.texts(".results li")) == 2


@pytest.mark.parametrize(
    ("do", "items", "said"),
    [
        ("yes", [], "Nothing was chosen"),
        ("burn", ["task:x"], 'nothing "burn"'),
        ("claim", [f"task:x.{n}" for n in range(101)], "at most 100"),
    ],
)
async def test_what_cannot_be_done_to_many_is_said_above_the_list(
    portal: Portal, do: str, items: list[str], said: str
) -> None:
    answer = await together(portal, {"do": do, "back": "/work"}, items)
    assert (answer.status, said in answer.texts("[role=alert]")[0]) == (422, True)


async def test_what_somebody_may_not_see_has_no_title_in_a_result(portal: Portal) -> None:
    record = await an_open_task(portal)
    answer = await together(portal, {"do": "claim", "back": "/work"}, [f"task:{record}.1/x"], "dora")
    assert (answer.texts("#results"), "It is broken" in answer.main) == (["0 of 1 done"], False)


async def test_in_whose_place_one_acts_is_marked(portal: Portal) -> None:
    away = {"person": "bob", "from": "2020-01-01 00:00", "until": "2099-01-01 00:00", "delegate": "dora"}
    answer = await portal.office.ask("bob", "PUT", "/organisation/absences/bob-2020", away)
    assert answer.status_code in (200, 201), answer.text
    record = await asked_for_approval(portal)
    page = await portal.see("dora", "/work")
    assert "in place of Bob Boss" in page.texts(f"{item(page, record)} .badge")
    await portal.office.ask("bob", "DELETE", "/organisation/absences/bob-2020")


async def together(portal: Portal, fields: dict[str, str], items: list[str], who: str = "ann") -> Seen:
    """Send the form for many, with these ticked."""
    given = {"csrf_token": await portal.token(who), **{k: v for k, v in fields.items() if k != "csrf_token"}}
    portal.http.cookies.clear()
    answer = await portal.http.post("/work/bulk", data={**given, "item": items}, headers=await portal.headers(who))
    return Seen(answer)
