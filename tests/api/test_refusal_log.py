"""What the edges refuse is noted: who, from where, what and why; and however much it is, little is written."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.refusal_log import HOUR, MOST_OF_ONE, RefusalLog, is_refusal
from store.database import Database
from store.migrations import migrate
from store.refusals import Refused, Wanted, refusals
from tests.api.office import Office, a_token

DORA = Refused("10.0.0.1", "dora", "4f0a", "GET", "/api/v1/records/{record}", "REP1", 404, ())


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'steward.db'}"
    await migrate(url)
    opened = Database(url)
    yield opened
    await opened.close()


class Hand:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.at = 2 * HOUR

    def __call__(self) -> float:
        return self.at


async def counts(database: Database) -> list[int]:
    return [each.times for each in (await refusals(database, Wanted())).rows]


@pytest.mark.asyncio
async def test_what_is_refused_again_is_written_when_its_count_has_doubled(database: Database) -> None:
    log, seen = RefusalLog(database, Hand(), 90), []
    for _ in range(9):
        await log.note([DORA], "")
        seen += await counts(database)
    assert seen == [1, 2, 2, 4, 4, 4, 4, 8, 8]
    await log.flush()
    assert await counts(database) == [9]


@pytest.mark.asyncio
async def test_an_hour_that_has_passed_is_written_whole(database: Database) -> None:
    clock = Hand()
    log = RefusalLog(database, clock, 90)
    for _ in range(3):
        await log.note([DORA], "")
    clock.at += HOUR
    await log.note([DORA], "")
    assert await counts(database) == [1, 3]


@pytest.mark.asyncio
async def test_somebody_with_very_many_different_refusals_is_counted_as_one(database: Database) -> None:
    log = RefusalLog(database, Hand(), 90)
    for number in range(MOST_OF_ONE + 50):
        await log.note([DORA._replace(subject=f"REP{number}")], "")
    await log.note([DORA._replace(person="carl")], "")
    await log.flush()
    rows = (await refusals(database, Wanted(), limit=500)).rows
    assert len(rows) == MOST_OF_ONE + 2
    assert [each.times for each in rows if not each.refused.path] == [50]


@pytest.mark.asyncio
async def test_what_was_refused_long_ago_is_forgotten(database: Database) -> None:
    clock = Hand()
    log = RefusalLog(database, clock, 1)
    await log.note([DORA], "")
    clock.at += 25 * HOUR
    await log.note([DORA], "")
    assert await counts(database) == [1]


@pytest.mark.parametrize(
    ("method", "status", "noted"),
    [("GET", 401, True), ("GET", 404, True), ("GET", 410, True), ("GET", 422, False),
     ("POST", 422, True), ("POST", 409, True), ("PATCH", 412, True), ("GET", 429, True), ("POST", 201, False),
     ("POST", 503, False)],
)  # fmt: skip
def test_answers_that_are_refusals(method: str, status: int, noted: bool) -> None:
    assert is_refusal(method, status) is noted


async def noted(office: Office, **wanted: Any) -> list[dict[str, Any]]:
    answer = await office.ask("admin", "GET", "/audit/refusals", None)
    assert answer.status_code == 200, answer.text
    return [each for each in answer.json()["refusals"] if wanted.items() <= each.items()]


@pytest.mark.asyncio(loop_scope="module")
async def test_refusals_tell_who_wanted_what(alone: Office) -> None:
    alone.secrets["admin"] = await a_token(alone.services.database, "admin-robot", "administrator")
    alone.secrets["nobody"] = "stw_" + "x" * 43
    await alone.get("dora", "/records/REP7654321")
    await alone.get("dora", "/records/REP7654321")
    await alone.post("dora", "/definitions/repair/retire")
    await alone.get("nobody", "/records")
    await alone.get("dora", "/nowhere")
    [missing] = await noted(alone, status=404, subject="REP7654321")
    assert (missing["person"], missing["path"], missing["times"]) == ("dora", "/api/v1/records/{record}", 2)
    assert (missing["address"], len(missing["credential"])) == ("127.0.0.1", 12)
    [refused] = await noted(alone, status=403)
    assert (refused["person"], refused["codes"], refused["subject"]) == ("dora", ["not-allowed"], "repair")
    [unknown] = await noted(alone, status=401)
    assert (unknown["person"], unknown["method"], len(unknown["credential"])) == ("", "GET", 12)
    assert [each["path"] for each in await noted(alone, status=404, subject="")] == [""]


@pytest.mark.asyncio(loop_scope="module")
async def test_each_command_that_is_refused_among_many_is_noted(alone: Office) -> None:
    alone.secrets["admin"] = await a_token(alone.services.database, "admin-robot", "administrator")
    absent = ("REP7777771", "REP7777772")
    asked = [{"record": each, "transition": "begin"} for each in absent]
    answer = await alone.post("dora", "/records/actions", {"actions": asked})
    assert [each["status"] for each in answer.json()["results"]] == [404, 404]
    for each in absent:
        [refused] = await noted(alone, subject=each)
        assert (refused["person"], refused["path"], refused["status"]) == ("dora", "/api/v1/records/actions", 404)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("who", ["ann", "carl", "dora", "alarms"])
async def test_only_auditors_see_what_was_refused(alone: Office, who: str) -> None:
    assert (await alone.get(who, "/audit/refusals")).status_code == 403


@pytest.mark.asyncio(loop_scope="module")
async def test_the_log_is_read_page_by_page(alone: Office) -> None:
    alone.secrets["auditor"] = await a_token(alone.services.database, "auditor-robot", "auditor")
    for number in range(3):
        await alone.get("carl", f"/records/REP765432{number}")
    first = await alone.get("auditor", "/audit/refusals?person=carl&status=404&limit=2")
    assert (len(first.json()["refusals"]), first.links["next"]["url"]) == (2, first.json()["next"])
    second = await alone.get("auditor", first.json()["next"])
    assert [each["person"] for each in second.json()["refusals"]] == ["carl"]
