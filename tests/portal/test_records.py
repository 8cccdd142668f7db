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
    assert cells[0] == f"A press that is loud {record} · Repair"
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
    assert len((await portal.see("ann", "/records.csv?q=paged")).answer.text.splitlines()) == 2


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
