"""What all pages have: a frame, a theme that is remembered, messages, and problems told as pages."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from portal.assets import ASSETS
from tests.portal.visits import Portal

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]
LARGEST = 200_000
FOLDER = Path(__file__).parents[2] / "portal" / "assets"


async def test_the_front_door_leads_to_what_one_comes_for(portal: Portal) -> None:
    await portal.office.repair(customer="carl")
    places = [(await portal.see(who, "/")).answer.headers["location"] for who in ("ann", "carl", "dora")]
    assert places == ["/work", "/requests", "/catalogue"]


async def test_a_page_says_where_one_is_and_who(portal: Portal) -> None:
    page = await portal.see("ann", "/work")
    assert (page.status, page.one("title").text()) == (200, "My work · Steward")
    assert page.texts("nav.wide a[aria-current=page]") == ["My work"]
    assert page.texts(".who") == ["You are Ann Agent"]
    assert page.one("a.skip").attributes["href"] == f"#{page.one('main').attributes['id']}"


async def test_what_goes_wrong_is_told_on_a_page_with_its_status(portal: Portal) -> None:
    answer = await portal.send("ann", "/theme", {"theme": "\x00"}, {"HX-Request": "true"})
    assert (answer.status, answer.one("h1").text()) == (422, "Something in the request is not right")
    assert answer.answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.answer.headers["hx-retarget"] == "body"
    wrong = {"Authorization": "Bearer stw_wrong"}
    unknown = await portal.http.get("/work", headers=wrong)
    assert (unknown.status_code, unknown.headers["content-type"]) == (401, "text/html; charset=utf-8")
    part = await portal.http.get("/work", headers={"HX-Request": "true", **wrong})
    assert part.headers["hx-retarget"] == "body"


async def test_an_address_without_a_page_is_told_to_browsers_on_one(portal: Portal) -> None:
    browser = await portal.http.get("/nowhere", headers={"accept": "text/html,*/*"})
    assert (browser.status_code, browser.headers["content-type"]) == (404, "text/html; charset=utf-8")
    program = await portal.http.get("/nowhere")
    assert (program.status_code, program.headers["content-type"]) == (404, "application/problem+json")


async def test_who_is_not_signed_in_is_led_to_where_they_can(portal: Portal) -> None:
    portal.http.cookies.clear()
    answer = await portal.http.get("/work?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/work%3Fa%3D1")


@pytest.mark.parametrize(("theme", "kept"), [("dark", "dark"), ("light", "light"), ("pink", None)])
async def test_the_theme_is_chosen_once_and_leads_back(portal: Portal, theme: str, kept: str | None) -> None:
    page = await portal.see("ann", "/work")
    assert page.one("html").attributes["data-theme"] == "auto"
    back = {"referer": "http://steward.test//work?a=1"}
    sent = await portal.send("ann", "/theme", {"theme": theme}, back, follow=False)
    assert (sent.status, sent.answer.headers["location"]) == (303, "/work?a=1")
    assert sent.answer.cookies.get("steward_theme") == kept
    seen = await portal.see("ann", "/work", cookies=f"steward_theme={theme}")
    assert seen.one("html").attributes["data-theme"] == (kept or "auto")


async def test_a_sentence_for_the_next_page_is_said_once(portal: Portal) -> None:
    page = await portal.see("ann", "/work", cookies="steward_said=Done%3A%20%3Cb%3E")
    assert page.texts("[role=status]") == ["Done: <b>"]
    assert 'steward_said=""' in page.answer.headers["set-cookie"]


async def test_a_form_of_another_site_leads_to_the_front_door(portal: Portal) -> None:
    sent = await portal.send("ann", "/theme", {"theme": "dark"}, {"referer": "http://evil.test/x"}, follow=False)
    assert sent.answer.headers["location"] == "/"


async def test_pages_hold_no_style_and_no_script_of_their_own(portal: Portal) -> None:
    for path in ("/work", "/design"):
        page = await portal.see("ann", path)
        assert page.tree.css("style, [style], script:not([src])") == []
        assert not [name for each in page.tree.css("*") for name in each.attributes if name.startswith("on")]


async def test_assets_are_kept_for_ever_at_an_address_of_their_contents(portal: Portal) -> None:
    answer = await portal.http.get(ASSETS.address("steward.js"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert (await portal.http.get("/assets/portal/0000000000000000/steward.js")).status_code == 404


async def test_the_first_visit_moves_little(portal: Portal) -> None:
    page = await portal.see("ann", "/work")
    links = page.tree.css("link[href], script[src], img[src]")
    addresses = {each.attributes.get("href") or each.attributes.get("src") for each in links}
    moved = [len((await portal.http.get(each)).content) for each in sorted(filter(None, addresses))]
    assert (len(page.answer.content) + sum(moved) <= LARGEST, len(moved) > 3) == (True, True)


async def test_the_pages_are_no_part_of_the_description_of_the_api(portal: Portal) -> None:
    described = (await portal.http.get("/api/v1/openapi.json")).json()
    assert [
        path for path in described["paths"] if not path.startswith(("/api/v1", "/healthz", "/readyz", "/metrics"))
    ] == []


@pytest.mark.parametrize("folder", [FOLDER / "vendor", Path(__file__).parent / "vendor"], ids=["portal", "tests"])
async def test_what_comes_from_others_is_as_it_was_taken(folder: Path) -> None:
    known = json.loads((folder / "vendor.json").read_text(encoding="utf-8"))
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.suffix == ".js"}
    assert found == {name: each["sha256"] for name, each in known.items()}
    assert all(each["name"] and each["version"] and each["licence"] for each in known.values())


async def test_what_is_served_has_a_type() -> None:
    served = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert served - set(ASSETS.files) == {"vendor/vendor.json"}


@pytest.mark.parametrize("sheet", sorted(FOLDER.glob("*.css")), ids=lambda each: each.name)
async def test_style_sheets_close_what_they_open(sheet: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert rules.count("{") == rules.count("}"), "rules after it hold on a phone only"
