"""Records: the list that an address asks for, with what one may see, by pages, and as a file."""

import csv
import io

import pytest

from portal.records.export import line
from portal.records.wanted import Wanted, wanted_at
from tests.portal.visits import Portal, Seen

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


async def a_repair(portal: Portal, **fields: str) -> str:
    return str((await portal.office.repair(**fields))["id"])


def numbers(page: Seen) -> list[str]:
    return page.texts("td .below .number")


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("/records", ()),
        ("/records?q=&state=", ()),
        ("/records?q=a+b&state=new&state=working", (("q", "a b"), ("state", "new"), ("state", "working"))),
    ],
)
async def test_what_is_asked_for_stands_in_the_address(address: str, given: tuple[tuple[str, str], ...]) -> None:
    wanted = wanted_at(address)
    assert (wanted.given, wanted_at(wanted.address()).given) == (given, given)


async def test_an_address_differs_by_what_is_changed() -> None:
    wanted = Wanted((("q", "a"), ("cursor", "x"), ("go", "yes")))
    assert wanted.address(cursor="", sort="due") == "/records?q=a&sort=due"


async def test_the_list_shows_how_records_stand_and_only_those_one_may_see(portal: Portal) -> None:
    record = await a_repair(portal, size="large", summary="A press that is loud")
    page = await portal.see("ann", "/records?q=loud+press")
    cells = [each.partition("Record")[0] for each in page.texts("tbody td")]
    assert cells[0] == f"Choose {record}A press that is loud {record} · Repair"
    assert cells[1:5] == ["New", "P1", "", "Workshop"]
    assert numbers(await portal.see("carl", "/records?q=loud")) == [record]
    assert numbers(await portal.see("dora", "/records?q=loud")) == []


async def test_filters_narrow_the_list_and_stand_in_the_form(portal: Portal) -> None:
    first, second = await a_repair(portal, summary="Narrow one"), await a_repair(portal, summary="Narrow two")
    await portal.office.act("ann", first, "begin", assignee="ann")
    mine = await portal.see("ann", "/records?q=narrow&assignee=me&process=repair&show=open")
    assert (numbers(mine), mine.form("form.filters")["assignee"]) == ([first], "me")
    assert numbers(await portal.see("ann", "/records?q=narrow&assignee=-")) == [second]
    assert numbers(await portal.see("ann", "/records?q=narrow&assignee=Ann+Agent+(ann)")) == [first]
    assert numbers(await portal.see("ann", "/records?q=narrow&since=2020-01-01&sort=id")) == [first, second]
    await portal.office.act("ann", second, "cancel", reason="Late")
    assert numbers(await portal.see("ann", "/records?q=narrow")) == [first]
    assert numbers(await portal.see("ann", "/records?q=narrow&show=ended")) == [second]
    assert len(numbers(await portal.see("ann", "/records?q=narrow&show=all"))) == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", 'no filter "colour"'),
        ("sort=colour", 'no order "colour"'),
        ("cursor=nonsense", "does not belong to this list"),
        ("since=yesterday", '"yesterday" is not a day'),
        (f"q={'x' * 1001}", "1000 characters"),
    ],
)
async def test_a_filter_that_there_is_not_is_told_above_the_list(portal: Portal, query: str, said: str) -> None:
    page = await portal.see("ann", f"/records?{query}")
    assert (page.status, said in page.texts("[role=alert]")[0]) == (422, True)


async def test_the_next_page_goes_on_where_this_one_ends(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.records.page.MOST", 1)
    monkeypatch.setattr("portal.records.export.AT_ONCE", 1)
    made = [await a_repair(portal, summary="Paged thing") for _each in range(2)]
    page = await portal.see("ann", "/records?q=paged&sort=id")
    following = await portal.see("ann", page.one("a[rel=next]").attributes["href"] or "")
    assert [numbers(page), numbers(following)] == [[made[0]], [made[1]]]
    file = await portal.see("ann", "/records.csv?q=paged&sort=id")
    assert [row[0] for row in csv.reader(io.StringIO(file.answer.text))] == ["id", *made]
    monkeypatch.setattr("portal.records.export.MOST", 1)
    cut = list(csv.reader(io.StringIO((await portal.see("ann", "/records.csv?q=paged")).answer.text)))
    assert (len(cut), cut[-1]) == (3, ["only the first 1 records of this list: narrow it down to have the others"])
    monkeypatch.setattr("portal.records.export.MOST", 2)
    whole = (await portal.see("ann", "/records.csv?q=paged&sort=id")).answer.text
    assert [row[0] for row in csv.reader(io.StringIO(whole))] == ["id", *made]


async def test_the_search_of_the_header_finds_words_and_leads_to_a_record_by_its_number(portal: Portal) -> None:
    record = await a_repair(portal, summary="Hidden in a corner")
    page = await portal.see("ann", "/work")
    form = page.form("form.finder")
    found = await portal.http.get("/records", params={**form, "q": record.lower()}, headers=await portal.headers("ann"))
    assert (found.status_code, found.headers["location"]) == (303, f"/records/{record}")
    hidden = await portal.http.get("/records", params={**form, "q": record}, headers=await portal.headers("dora"))
    assert (hidden.status_code, numbers(Seen(hidden))) == (200, [])
    words = await portal.http.get("/records", params={**form, "q": "corner"}, headers=await portal.headers("ann"))
    assert numbers(Seen(words)) == [record]


async def test_a_file_has_the_fields_that_one_may_see_and_nothing_that_computes(portal: Portal) -> None:
    record = await a_repair(portal, summary="=1+1 exported", alarm="smoke")
    file = await portal.see("ann", "/records.csv?q=exported&process=repair")
    [row] = csv.DictReader(io.StringIO(file.answer.text))
    assert (row["id"], row["title"], row["alarm"], row["customer"]) == (
        record,
        "'=1+1 exported",
        "smoke",
        "Carl Customer",
    )
    assert file.answer.headers["content-disposition"] == 'attachment; filename="records.csv"'
    theirs = await portal.see("carl", "/records.csv?q=exported&process=repair")
    assert [each["alarm"] for each in csv.DictReader(io.StringIO(theirs.answer.text))] == [""]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
async def test_a_cell_that_a_spreadsheet_would_compute_is_guarded(begins: str) -> None:
    [[cell]] = csv.reader(io.StringIO(line([f"{begins}cmd"]), newline=""))
    assert cell == f"'{begins}cmd"


@pytest.mark.parametrize(
    ("who", "query", "leads"),
    [
        ("ann", "", ("/catalogue", "New record")),
        ("ann", "?process=repair", ("/catalogue/repair", "New repair")),
        ("ann", "?process=nothing", ("/catalogue", "New record")),
    ],
)
async def test_who_may_begin_a_record_is_led_to_its_form(
    portal: Portal, who: str, query: str, leads: tuple[str, str]
) -> None:
    link = (await portal.see(who, f"/records{query}")).one("main .spread a.button")
    assert (link.attributes["href"], link.text()) == leads


async def test_an_empty_list_says_what_stands_there_and_leads_to_a_first_record(portal: Portal) -> None:
    page = await portal.see("ann", "/records?q=nobodyeverwrotethis")
    assert page.one("main .empty-title").text() == "No record to show"
    assert page.one("main .empty a.button").attributes["href"] == "/catalogue"


async def together(portal: Portal, who: str, items: list[str], **fields: str) -> Seen:
    """Send the form for many, with these ticked."""
    portal.http.cookies.clear()
    data = {"csrf_token": await portal.token(who), "back": "/records?q=together", **fields, "item": items}
    return Seen(await portal.http.post("/records/bulk", data=data, headers=await portal.headers(who)))


async def test_a_transition_is_taken_of_many_with_one_form_and_a_result_for_each(portal: Portal) -> None:
    made = [await a_repair(portal, summary="Together") for _each in range(3)]
    await portal.office.act("ann", made[2], "cancel", reason="Late")
    page = await portal.see("ann", "/records?q=together&show=all")
    assert ("begin", "Begin") in [
        (each.attributes["value"], each.text()) for each in page.tree.css("#together-do option")
    ]
    form = await together(portal, "ann", made, do="begin", key="t1")
    assert (form.one("h1").text(), form.texts("main li .number")) == ("Begin: 3 records", made)
    asked = {**form.form("main form"), "with.assignee": "ann"}
    part = await portal.send("ann", "/records/bulk", {**asked, "item": made[0]}, {"HX-Request": "true"})
    assert (len(part.tree.css("main")), len(part.tree.css("#controls"))) == (0, 1)
    done = await together(portal, "ann", made, **{k: v for k, v in asked.items() if k not in ("item", "back")})
    assert done.texts("#results") == ["2 of 3 done"]
    assert done.texts(".results li.good strong") == ["Begin: done."] * 2
    assert (await portal.office.get("ann", f"/records/{made[0]}")).json()["fields"]["assignee"]["id"] == "ann"
    again = await together(portal, "ann", made, **{k: v for k, v in asked.items() if k not in ("item", "back")})
    assert again.texts("#results") == ["2 of 3 done"]


@pytest.mark.parametrize(
    ("do", "items", "said"),
    [
        ("begin", [], "Nothing was chosen"),
        ("", ["REP1"], "choose a transition"),
        ("begin", [f"R{n}" for n in range(101)], "at most 100"),
    ],
)
async def test_what_cannot_be_done_to_many_is_said_above_the_list(
    portal: Portal, do: str, items: list[str], said: str
) -> None:
    answer = await together(portal, "ann", items, do=do)
    assert (answer.status, said in answer.texts("[role=alert]")[0]) == (422, True)


async def test_many_records_that_one_may_not_see_stay_hidden_and_as_they_are(portal: Portal) -> None:
    record = await a_repair(portal, summary="Together unseen")
    answer = await together(portal, "dora", [record], do="begin")
    assert (answer.texts("#results"), "unseen" in answer.main) == (["0 of 1 done"], False)
    assert (await portal.office.get("ann", f"/records/{record}")).json()["state"] == "new"


async def test_a_list_is_kept_under_a_name_shared_and_forgotten(portal: Portal) -> None:
    page = await portal.see("ann", "/records?q=together&sort=id")
    kept = await portal.fill("ann", page, ".views form.form", name="Many", do="keep", shared="yes")
    assert (kept.texts("[role=status]"), kept.texts(".view [aria-current]")) == (["The view Many is kept."], ["Many"])
    theirs = await portal.see("bob", "/records")
    assert theirs.texts(".view") == ["Many by Ann Agent"]
    assert theirs.one(".view a").attributes["href"] == "/records?q=together&sort=id"
    gone = await portal.fill("ann", kept, ".views form:not(.form)", do="forget")
    assert (gone.texts("[role=status]"), gone.texts(".view")) == (["The view Many is forgotten."], [])


@pytest.mark.parametrize(
    ("name", "back", "said"),
    [
        ("", "/records", "needs a name"),
        ("x" * 61, "/records", "needs a name"),
        ("Long", f"/records?q={'x' * 2_000}", "too much to be kept"),
    ],
)
async def test_a_list_that_cannot_be_kept_says_why(portal: Portal, name: str, back: str, said: str) -> None:
    answer = await portal.send("ann", "/records/views", {"name": name, "back": back, "do": "keep"})
    assert (answer.status, said in " ".join(answer.texts("[role=alert]"))) == (422, True)


async def test_who_has_too_many_views_is_told(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.saved_views.MOST", 0)
    answer = await portal.send("ann", "/records/views", {"name": "One", "back": "/records", "do": "keep"})
    assert (answer.status, "forget one" in answer.texts("[role=alert]")[0]) == (409, True)
