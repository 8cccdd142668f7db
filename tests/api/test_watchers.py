"""Watchers at the API: who follows a record, by oneself or by who sees it in full."""

import asyncio
from collections.abc import Iterable

import pytest

from tests.api.office import Office, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]


def ids(people: Iterable[dict[str, str]]) -> list[str]:
    return [each["id"] for each in people]


async def test_who_sees_a_record_watches_it_and_stops(office: Office) -> None:
    record = (await office.repair())["id"]
    watched = await office.post("carl", f"/records/{record}/watchers")
    assert (watched.status_code, watched.json()["watchers"]) == (200, [{"id": "carl", "label": "Carl Customer"}])
    ended = await office.ask("carl", "DELETE", f"/records/{record}/watchers/me")
    assert (ended.status_code, ended.json()["watchers"]) == (200, [])


async def test_agents_add_others_who_are_told_of_comments(office: Office) -> None:
    record = (await office.repair())["id"]
    added = await office.post("ann", f"/records/{record}/watchers", {"person": "carl"})
    assert ids(added.json()["watchers"]) == ["carl"]
    await office.post("ann", f"/records/{record}/comments", {"text": "The part is on its way"})
    while not (letters := [each for each in await _letters(office, "carl") if each["record"] == record]):
        await asyncio.sleep(0.05)
    assert "Ann Agent says something on" in letters[0]["subject"]
    assert "The part is on its way" in letters[0]["body"]


async def _letters(office: Office, who: str) -> list[dict[str, str]]:
    return list((await office.get(who, "/inbox")).json()["messages"])


@pytest.mark.parametrize(
    ("who", "person", "status", "code"),
    [("carl", "ann", 403, "not-allowed"), ("ann", "anna", 422, "bad-value"), ("dora", "me", 404, None)],
)
async def test_others_cannot(office: Office, who: str, person: str, status: int, code: str | None) -> None:
    record = (await office.repair())["id"]
    answer = await office.post(who, f"/records/{record}/watchers", {"person": person})
    assert answer.status_code == status, answer.text
    assert [each[1] for each in reasons(answer)] == ([code] if code else [])
