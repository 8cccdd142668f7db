"""The organisation by noun and id: everybody reads, administrators change, others what they answer for."""

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from tests.api.office import Office, a_token, reasons

pytestmark = pytest.mark.asyncio(loop_scope="module")
AWAY = {"person": "carl", "from": "2026-05-04 08:00", "until": "2026-05-08 17:00", "calendar": "office"}
COMMUNICATION = {"audience": "workshop", "channel": "mail", "every": "1 hour"}


async def put(office: Office, path: str, row: Mapping[str, Any], who: str = "admin", **headers: str) -> httpx2.Response:
    """Write a row as somebody, at first as an administrator."""
    if "admin" not in office.secrets:
        office.secrets["admin"] = await a_token(office.services.database, "robot", "administrator")
    return await office.ask(who, "PUT", f"/organisation/{path}", row, **headers)


async def row_of(office: Office, path: str) -> dict[str, Any]:
    answer = await office.get("carl", f"/organisation/{path}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["row"])


async def test_everybody_reads_rows_by_noun_and_id(alone: Office) -> None:
    answer = await alone.get("carl", "/organisation/people/ann")
    assert (answer.json()["label"], answer.json()["row"]["groups"]) == ("Ann Agent", ["workshop"])
    assert answer.headers["etag"]
    nouns = ("people", "groups", "configuration-items", "configuration_items", "calendars")
    counts = [len((await alone.get("carl", f"/organisation/{each}")).json()["rows"]) for each in nouns]
    assert counts == [6, 1, 0, 0, 1]


async def test_a_list_comes_in_pages(alone: Office) -> None:
    first = await alone.get("carl", "/organisation/people?limit=4")
    assert [each["id"] for each in first.json()["rows"]] == ["alarms", "ann", "bob", "carl"]
    following = await alone.get("carl", first.links["next"]["url"])
    assert [each["id"] for each in following.json()["rows"]] == ["dora", "gone"]
    assert following.json()["next"] is None


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/organisation/peple", 'Did you mean "people"?'),
        ("/organisation/weather", "It has: people, groups"),
        ("/organisation/people/anne", 'Did you mean "ann"?'),
        ("/organisation/changes?kind=peple", 'Did you mean "people"?'),
    ],
)
async def test_what_is_not_there_is_not_found_with_a_hint(alone: Office, path: str, said: str) -> None:
    answer = await alone.get("carl", path)
    assert (answer.status_code, said in answer.json()["detail"]) == (404, True)


async def test_an_administrator_adds_and_changes_a_row_and_it_counts_at_once(alone: Office) -> None:
    added = await put(alone, "people/eve", {"name": "Eve", "groups": ["workshop"]})
    assert (added.status_code, added.json()["row"]["active"]) == (201, True)
    again = await put(alone, "people/eve", {"name": "Eve Early", "roles": ["administrator"]})
    assert (again.status_code, again.json()["label"], again.json()["row"]["groups"]) == (200, "Eve Early", [])
    alone.secrets["eve"] = await a_token(alone.services.database, "eve")
    assert (await put(alone, "groups/night", {"title": "Night shift"}, "eve")).status_code == 201


async def test_a_row_that_is_read_can_be_written_back(alone: Office) -> None:
    for noun in ("people/ann", "calendars/office", "intakes/alertmanager", "services/press"):
        before = await row_of(alone, noun)
        assert (await put(alone, noun, before)).status_code == 200
        assert await row_of(alone, noun) == before


async def test_what_a_file_could_not_say_is_refused_with_its_path(alone: Office) -> None:
    answer = await put(alone, "people/fay", {"manager": "anne", "groups": ["workshop", "shop"], "colour": "red"})
    assert (answer.status_code, sorted(reasons(answer))) == (
        422,
        [
            ("input", "unknown-group", "groups.1"),
            ("input", "unknown-key", "colour"),
            ("input", "unknown-user", "manager"),
        ],
    )
    assert (await alone.get("carl", "/organisation/people/fay")).status_code == 404


async def test_who_has_seen_another_row_is_refused(alone: Office) -> None:
    await put(alone, "services/lathe", {"title": "Lathe"})
    tag = (await alone.get("carl", "/organisation/services/lathe")).headers["etag"]
    first = await put(alone, "services/lathe", {"title": "The lathe"}, If_Match=tag)
    second = await put(alone, "services/lathe", {"title": "Our lathe"}, If_Match=tag)
    assert (first.status_code, second.status_code, reasons(second)) == (200, 412, [("stale", "stale", "If-Match")])
    assert first.headers["etag"] != tag
    exists = await put(alone, "services/lathe", {}, If_None_Match="*")
    absent = await put(alone, "services/drill", {}, If_Match="*")
    assert [exists.status_code, absent.status_code] == [412, 412]
    assert (await put(alone, "services/drill", {}, If_None_Match="*")).status_code == 201


@pytest.mark.parametrize("path", ["people/carl", "freezes/x", "groups/workshop"])
async def test_others_change_nothing(alone: Office, path: str) -> None:
    answer = await put(alone, path, {"nonsense": 1}, "bob")
    assert (answer.status_code, answer.json()["reasons"][0]["who"]) == (403, ["administrator"])
    assert (await alone.ask("bob", "DELETE", f"/organisation/{path}")).status_code == 403


async def test_an_absence_is_entered_by_whom_it_is_about_and_by_their_manager(alone: Office) -> None:
    await put(alone, "people/carl", {**await row_of(alone, "people/carl"), "manager": "bob"})
    assert (await put(alone, "absences/carl-may", {**AWAY, "delegate": "dora"}, "carl")).status_code == 201
    assert (await row_of(alone, "absences/carl-may"))["from"] == "2026-05-04T06:00:00Z"
    assert (await put(alone, "absences/carl-may", AWAY, "bob")).status_code == 200
    for row, could in ((AWAY, ["administrator", "carl", "bob"]), ({**AWAY, "person": "dora"}, ["administrator"])):
        answer = await put(alone, "absences/carl-may", row, "dora")
        assert (answer.status_code, answer.json()["reasons"][0]["who"]) == (403, could)
    assert (await put(alone, "absences/a", {**AWAY, "person": "ann"}, "carl")).status_code == 403
    assert (await put(alone, "absences/a", {"until": "2026-05-08 17:00"}, "carl")).status_code == 422
    assert (await alone.ask("dora", "DELETE", "/organisation/absences/carl-may")).status_code == 403
    assert (await alone.ask("carl", "DELETE", "/organisation/absences/carl-may")).status_code == 204


async def test_a_lead_takes_somebody_into_the_group_and_an_owner_says_who_is_told_in_a_crisis(alone: Office) -> None:
    dora = {**await row_of(alone, "people/dora"), "groups": ["workshop"]}
    press = {**await row_of(alone, "services/press"), "communication": [COMMUNICATION]}
    assert (await put(alone, "people/dora", dora, "carl")).status_code == 403
    answer = await put(alone, "services/press", press, "ann")
    assert (answer.status_code, answer.json()["reasons"][0]["who"]) == (403, ["administrator", "bob"])
    assert (await put(alone, "people/dora", dora, "bob")).json()["row"]["groups"] == ["workshop"]
    assert (await put(alone, "services/press", press, "bob")).json()["row"]["communication"] == [COMMUNICATION]
    assert (await put(alone, "people/dora", {**dora, "colour": "red"}, "bob")).status_code == 422
    assert (await put(alone, "people/dora", {**dora, "groups": []}, "bob")).status_code == 200


async def test_what_something_names_is_not_taken_out(alone: Office) -> None:
    await put(alone, "groups/days", {"lead": "dora"})
    answer = await alone.ask("admin", "DELETE", "/organisation/people/dora")
    assert (answer.status_code, reasons(answer)[0][1]) == (409, "still-named")
    assert "dora is still named: groups.workshop.secretary names dora" in answer.json()["detail"]
    named = await alone.ask("admin", "DELETE", "/organisation/roles/manager")
    assert "repair:" in named.json()["detail"]
    await put(alone, "services/spare", {})
    tag = (await alone.get("carl", "/organisation/services/spare")).headers["etag"]
    assert (await alone.ask("admin", "DELETE", "/organisation/services/spare", If_Match='"x"')).status_code == 412
    assert (await alone.ask("admin", "DELETE", "/organisation/services/spare", If_Match=tag)).status_code == 204
    assert (await alone.ask("admin", "DELETE", "/organisation/services/spare")).status_code == 404


async def test_every_change_is_kept_with_who_when_old_and_new(alone: Office) -> None:
    await put(alone, "roles/painter", {"title": "Painter"})
    await put(alone, "roles/painter", {"title": "Painters"})
    await alone.ask("admin", "DELETE", "/organisation/roles/painter")
    answer = await alone.get("carl", "/organisation/changes?kind=roles&row=painter")
    found = [((each["old"] or {}).get("title"), (each["new"] or {}).get("title")) for each in answer.json()["changes"]]
    assert found == [("Painters", None), ("Painter", "Painters"), (None, "Painter")]
    last = answer.json()["changes"][0]
    assert (last["by"], last["kind"], last["id"], last["at"][:2]) == ("robot", "roles", "painter", "20")
    older = await alone.get("carl", (await alone.get("carl", "/organisation/changes?limit=1")).json()["next"])
    assert [each["version"] for each in older.json()["changes"]] == [last["version"] - 1]
