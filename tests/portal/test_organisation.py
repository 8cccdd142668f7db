"""The organisation on pages: read by everybody, changed by who may, and one's own absence in two clicks."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from language.organisation import Organisation
from language.organisation_reading import read_organisation
from store import organisation
from tests.portal.planning import planning
from tests.portal.visits import Portal, Seen

FIRST_ROLES = 5
"""Those that the office has from its beginning."""
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    """An office on the first of March 2027, with an administrator: eve."""
    async with planning(tmp_path_factory.mktemp("office") / "steward.db") as opened:
        yield opened


async def test_everybody_sees_what_there_is(portal: Portal) -> None:
    page = await portal.see("carl", "/organisation")
    assert "People7" in page.texts("tbody tr")
    assert page.one("a.primary").attributes["href"] == "/organisation/people/carl"


async def test_people_are_found_by_words(portal: Portal) -> None:
    page = await portal.see("carl", "/organisation/people?q=ELD+eve")
    assert page.texts("tbody td") == ["Eve Elder", "Workshop", "Agent, Administrator", "Bob Boss"]
    assert "Gone Girl not active" in (await portal.see("carl", "/organisation/people")).texts("td.main")
    assert "No row has these words." in (await portal.see("carl", "/organisation/people?q=zzz")).main


async def test_a_row_leads_to_what_it_names_and_to_what_names_it(portal: Portal) -> None:
    page = await portal.see("carl", "/organisation/groups/workshop")
    links = {each.attributes["href"] for each in page.tree.css("main dd a")}
    assert {"/organisation/people/bob", "/organisation/people/ann", "/organisation/services/press"} <= links
    assert "Only administrator may change groups." in page.main
    calendar = await portal.see("carl", "/organisation/calendars/office")
    assert "mon:\n- 08:00-17:00" in calendar.texts("dd")[0] or "08:00-17:00" in calendar.main


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/organisation/peple", 'Did you mean "people"?'),
        ("/organisation/people/anne", 'Did you mean "ann"?'),
        ("/organisation/people/anne/edit", 'Did you mean "ann"?'),
    ],
)
async def test_what_is_not_there_is_told_with_a_hint(portal: Portal, path: str, said: str) -> None:
    page = await portal.see("eve", path)
    assert (page.status, said in page.main) == (404, True)


async def go_away(portal: Portal, who: str, person: str, **fields: str) -> Seen:
    page = await portal.see(who, f"/organisation/people/{person}")
    given = {"from": "2027-03-01T08:00", "until": "2027-03-05T17:00", "delegate": "bob", **fields}
    return await portal.fill(who, page, "form#away-form", **given)


async def test_somebody_says_that_they_are_away_and_who_decides_and_is_back(portal: Portal) -> None:
    done = await go_away(portal, "ann", "ann")
    assert "The absence is noted." in done.main
    assert "Away from 2027-03-01 07:00 UTC until 2027-03-05 16:00 UTC" in done.main
    assert "Bob Boss decides meanwhile." in done.main
    row = (await portal.office.get("ann", "/organisation/absences/ann-2027-03-01")).json()["row"]
    assert (row["person"], row["delegate"], row["from"]) == ("ann", "bob", "2027-03-01T07:00:00Z")
    back = await portal.fill("ann", done, "form[action$=back]")
    assert ("The absence has ended." in back.main, back.tree.css("form[action$=back]")) == (True, [])
    again = (await portal.office.get("ann", "/organisation/absences/ann-2027-03-01")).json()["row"]
    assert again["until"] < "2027-03-01T10:00:00Z"


async def test_an_absence_to_come_is_taken_back_and_a_second_one_has_a_name_of_its_own(portal: Portal) -> None:
    times = {"from": "2027-04-01T08:00", "until": "2027-04-02T17:00"}
    await go_away(portal, "dora", "dora", **times)
    done = await go_away(portal, "dora", "dora", **times)
    assert len(done.tree.css("form[action$=back]")) == 2
    first = await portal.send("dora", "/organisation/people/dora/back", {"absence": "dora-2027-04-01"})
    assert len(first.tree.css("form[action$=back]")) == 1
    assert (await portal.office.get("ann", "/organisation/absences/dora-2027-04-01")).status_code == 404


async def test_a_manager_sends_somebody_away_and_others_cannot(portal: Portal) -> None:
    assert "The absence is noted." in (await go_away(portal, "bob", "eve")).main
    page = await portal.see("carl", "/organisation/people/ann")
    assert page.tree.css("#away-form, form[action$=back]") == []
    sent = {"from": "2027-03-01T08:00", "until": "2027-03-05T17:00"}
    refused = await portal.send("carl", "/organisation/people/ann/away", sent)
    assert (refused.status, "may change absences" in refused.texts("[role=alert]")[0]) == (403, True)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"from": ""}, "from"), ({"from": "soon"}, "from"), ({"delegate": "nobody"}, "delegate")],
)
async def test_what_is_wrong_with_an_absence_stands_beside_its_field(
    portal: Portal, given: dict[str, str], field: str
) -> None:
    page = await go_away(portal, "carl", "carl", **given)
    assert (page.status, bool(page.texts(f"#{field}-wrong"))) == (422, True)
    assert page.form("#away-form")["until"] == "2027-03-05T17:00"


async def test_an_administrator_adds_a_freeze_changes_it_and_takes_it_out(portal: Portal) -> None:
    page = await portal.see("eve", "/organisation/add/freezes")
    fields = {"id": "sale", "with.title": "Sale", "with.services": "press", "with.from": "2027-05-01T08:00"}
    added = await portal.fill("eve", page, "form#row", **fields, **{"with.until": "2027-05-02T08:00"})
    assert (added.status, added.one("h1").text(), "Saved." in added.main) == (200, "Sale", True)
    row = (await portal.office.get("ann", "/organisation/freezes/sale")).json()["row"]
    assert (row["services"], row["from"]) == (["press"], "2027-05-01T06:00:00Z")
    form = await portal.see("eve", "/organisation/freezes/sale/edit")
    assert form.form("form#row")["with.from"] == "2027-05-01T08:00"
    every = await portal.fill("eve", form, "form#row", **{"with.services": "all"})
    assert "All" in every.main
    late = await portal.fill("eve", form, "form#row", **{"with.title": "Late"})
    assert (late.status, "has changed since you looked" in late.texts("[role=alert]")[0]) == (412, True)
    now = await portal.see("eve", "/organisation/freezes/sale/edit")
    assert "sale was taken out." in (await portal.fill("eve", now, "form#delete")).main


@pytest.mark.parametrize(
    "path", ["people/ann", "groups/workshop", "services/press", "calendars/office", "freezes/fair"]
)
async def test_a_row_that_is_saved_as_it_is_shown_stays_as_it_is(portal: Portal, path: str) -> None:
    before = (await portal.office.get("ann", f"/organisation/{path}")).json()["row"]
    page = await portal.see("eve", f"/organisation/{path}/edit")
    ticked: dict[str, list[str]] = {}
    for each in page.tree.css("form#row input[type=checkbox][checked]"):
        ticked.setdefault(str(each.attributes["name"]), []).append(str(each.attributes["value"]))
    sent = {**page.form("form#row"), **ticked}
    done = await portal.send("eve", f"/organisation/{path}/edit", sent)  # type: ignore[arg-type]  # several ticks
    assert done.status == 200, done.main
    assert (await portal.office.get("ann", f"/organisation/{path}")).json()["row"] == before


async def test_mistakes_stand_beside_their_fields_and_what_was_written_stays(portal: Portal) -> None:
    page = await portal.see("eve", "/organisation/calendars/office/edit")
    wrong = {"with.zone": "Mars/Base", "with.title": "Base"}
    refused = await portal.fill("eve", page, "form#row", **wrong)
    assert (refused.status, "Mars/Base" in refused.texts("[role=alert]")[0]) == (422, True)
    assert refused.form("form#row")["with.title"] == "Base"
    for hours in ("mon: [08:00", "mon: 8-9", ""):
        broken = await portal.fill("eve", page, "form#row", **{"with.hours": hours})
        assert (broken.status, len(broken.texts("[id='with.hours-wrong']"))) == (422, 1), hours


async def test_who_may_not_change_a_row_is_told_who_could(portal: Portal) -> None:
    for path in ("/organisation/freezes/fair/edit", "/organisation/add/groups"):
        page = await portal.see("carl", path)
        assert (page.status, "administrator" in page.main) == (403, True)
    assert (await portal.see("carl", "/organisation/groups")).tree.css("a[href*=add]") == []
    still = await portal.send("eve", "/organisation/services/press/delete", {"tag": ""})
    assert (still.status, "is still named" in still.texts("[role=alert]")[0].lower()) == (409, True)


async def test_changes_say_who_what_and_when_page_by_page(portal: Portal) -> None:
    form = await portal.see("eve", "/organisation/groups/workshop/edit")
    await portal.fill("eve", form, "form#row", **{"with.title": "Shop"})
    page = await portal.see("carl", "/organisation/changes?kind=groups&row=workshop")
    assert "Eve Elder" in page.texts("tbody td")
    assert "title: Workshop → Shop" in page.texts("tbody li")
    await with_roles(portal, 52)
    page = await portal.see("carl", "/organisation/changes?kind=roles")
    assert len(page.tree.css("tbody tr")) == 50
    [following] = page.tree.css("p > a.button[href*=before]")
    rest = await portal.see("carl", str(following.attributes["href"]))
    assert len(rest.tree.css("tbody tr")) == 2 + FIRST_ROLES
    assert (await portal.see("carl", "/organisation/changes?before=x")).status == 200


async def with_roles(portal: Portal, number: int) -> None:
    """Add so many roles at once."""
    more = "roles: {" + ", ".join(f"r{each}: {{}}" for each in range(number)) + "}"

    def edit(before: Organisation) -> Organisation:
        return read_organisation({"roles.yaml": more}, before)

    await organisation.change(portal.office.services.database, edit, by="eve", at=2.0)
