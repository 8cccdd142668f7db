"""Definitions are checked and tested before they are published, and what is published never changes."""

import pytest

from api.definitions import CHECKING
from tests.api.office import Office, a_token, reasons
from tests.api.repairs import REPAIR, TESTS

pytestmark = pytest.mark.asyncio(loop_scope="module")


def the_next(version: int, old: str = "", new: str = "") -> str:
    """Give the next version of the process, perhaps with something replaced."""
    return REPAIR.replace("version: 1", f"version: {version}").replace(old, new)


async def test_mistakes_are_found_with_their_places(alone: Office) -> None:
    answer = await alone.post("bob", "/definitions/check", {"source": the_next(2, "to: working,", "to: works,")})
    [found] = [each for each in answer.json()["findings"] if each["severity"] == "error"][:1]
    assert (found["file"], found["code"], found["hint"]) == ("definition", "unknown-state", 'Did you mean "working"?')
    assert REPAIR.split("\n")[found["line"] - 1][found["column"] - 1 :].startswith("working")


@pytest.mark.parametrize("source", ["", "{", "process: x", "a: &a [*a]", "\x00"])
async def test_any_text_can_be_checked(alone: Office, source: str) -> None:
    answer = await alone.post("bob", "/definitions/check", {"source": source})
    assert answer.status_code == 200
    assert answer.json()["findings"]


async def test_a_wrong_message_is_found_too(alone: Office) -> None:
    body = {"source": the_next(2), "messages": {"hello": "no head"}}
    answer = await alone.post("bob", "/definitions/check", body)
    assert ("messages/hello", "no-front-matter") in [(each["file"], each["code"]) for each in answer.json()["findings"]]


async def test_a_new_version_is_published_for_new_records(alone: Office) -> None:
    body = {"source": the_next(2), "tests": TESTS}
    answer = await alone.post("bob", "/definitions", body)
    assert (answer.status_code, answer.json()["version"], answer.json()["published_by"]) == (201, 2, "bob")
    assert (await alone.post("bob", "/definitions", body)).status_code == 200
    versions = (await alone.get("dora", "/definitions/repair/versions")).json()["versions"]
    assert [each["version"] for each in versions] == [2, 1]


async def test_the_same_version_with_other_content_is_refused_with_the_remedy(alone: Office) -> None:
    answer = await alone.post("bob", "/definitions", {"source": the_next(1, "title: Repair", "title: Mending")})
    assert (answer.status_code, reasons(answer)) == (409, [("state", "already-published", "")])
    assert "raise `version` to" in answer.json()["detail"]


async def test_what_was_made_from_an_older_version_than_the_newest_is_refused(alone: Office) -> None:
    body = {"source": the_next(8)}
    answer = await alone.post("bob", "/definitions", body, If_Match='"1"')
    assert (answer.status_code, reasons(answer)) == (412, [("stale", "stale", "If-Match")])
    assert "this was made from version 1" in answer.json()["detail"]


async def test_a_definition_with_mistakes_is_not_published(alone: Office) -> None:
    answer = await alone.post("bob", "/definitions", {"source": the_next(9, "to: working,", "to: works,")})
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, "unknown-state")
    versions = (await alone.get("bob", "/definitions/repair/versions")).json()["versions"]
    assert 9 not in [each["version"] for each in versions]


async def test_who_owns_a_process_is_told_what_makes_a_text_unreadable(alone: Office) -> None:
    answer = await alone.post("bob", "/definitions", {"source": "process: ["})
    assert (answer.status_code, answer.json()["detail"]) == (422, "not published: 1 finding")


async def test_a_definition_whose_scenarios_fail_is_not_published(alone: Office) -> None:
    body = {"source": the_next(9), "tests": TESTS.replace("priority: P1", "priority: P2")}
    answer = await alone.post("bob", "/definitions", body)
    assert (answer.status_code, answer.json()["failures"][0]["name"]) == (422, "A large repair is urgent")
    assert "P1" in answer.json()["failures"][0]["failure"]


async def test_wrong_scenarios_are_found_with_their_places(alone: Office) -> None:
    body = {"source": the_next(9), "tests": TESTS.replace("expect:", "expects:")}
    answer = await alone.post("bob", "/definitions", body)
    assert (answer.status_code, answer.json()["findings"][-1]["file"]) == (422, "tests")


async def test_who_owns_a_process_may_publish_it_and_no_other(alone: Office) -> None:
    other = REPAIR.replace("process: repair", "process: mending").replace("number: REP", "number: MEN")
    answer = await alone.post("bob", "/definitions", {"source": other})
    assert (answer.status_code, reasons(answer)) == (403, [("who", "not-allowed", "")])
    alone.secrets["owner"] = await a_token(alone.services.database, "robot", "process_owner")
    assert (await alone.post("owner", "/definitions", {"source": other})).status_code == 201


@pytest.mark.parametrize(("path", "who"), [("/definitions", "ann"), ("/definitions/check", "carl")])
async def test_others_neither_check_nor_publish(alone: Office, path: str, who: str) -> None:
    answer = await alone.post(who, path, {"source": the_next(9)})
    assert (answer.status_code, "manager" in answer.json()["reasons"][0]["who"]) == (403, True)


async def test_a_text_that_takes_too_long_is_given_up(alone: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.definitions.CHECKING", 0.0)
    assert CHECKING > 0.0
    answer = await alone.post("bob", "/definitions/check", {"source": the_next(9)})
    assert (answer.status_code, reasons(answer)) == (422, [("input", "too-much", "source")])
