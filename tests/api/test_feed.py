"""The feed at the API: pages and streams of what happened, for each reader as far as they may see it."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import replace
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from api.app import create_app
from api.services import PREFIX
from api.streams import MOST
from tests.api.office import Office, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

STREAM = "text/event-stream"


class Stream:
    """A stream that is being read, which goes on until it is closed."""

    def __init__(self, office: Office, who: str, query: str = "") -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "path": f"{PREFIX}/feed",
            "query_string": query.encode(),
            "headers": [(b"authorization", f"Bearer {office.secrets[who]}".encode()), (b"accept", STREAM.encode())],
        }
        self._said: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._running = asyncio.create_task(create_app(office.services)(scope, self._receive, self._said.put))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def begun(self) -> int:
        """Give the status, as soon as it is known."""
        return int((await self._said.get())["status"])

    async def said(self) -> str:
        """Give the next that it says."""
        return bytes((await self._said.get())["body"]).decode()

    async def close(self) -> None:
        """Go away, as clients do."""
        self._gone.set()
        await self._running


def events(text: str) -> list[dict[str, Any]]:
    """Give the events of a stream's text."""
    lines = [line for line in text.split("\n") if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def told(found: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Give type, record and `seq` of events."""
    return [
        (each["type"].removeprefix("steward.record."), each["subject"], each["data"]["entry"]["seq"]) for each in found
    ]


async def page(office: Office, who: str, query: str) -> dict[str, Any]:
    answer = await office.get(who, f"/feed?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]  # JSON


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hushed(office: Office) -> str:
    """A record of carl's, on which agents have said something that is not for him, and something that is."""
    record: str = (await office.repair(summary="Feed me"))["id"]
    await office.post("ann", f"/records/{record}/comments", {"text": "hush-hush", "internal": True})
    await office.post("ann", f"/records/{record}/comments", {"text": "Soon"})
    return record


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ending(office: Office) -> AsyncIterator[httpx2.AsyncClient]:
    """The same API as it is about to end."""
    app = create_app(replace(office.services, stopping=lambda: True))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://steward.test") as client:
        client.headers["Authorization"] = f"Bearer {office.secrets['ann']}"
        yield client


async def test_a_page_tells_what_happened_as_cloud_events(office: Office, hushed: str) -> None:
    found = await page(office, "ann", f"record={hushed}")
    assert told(found["events"]) == [("start", hushed, 1), ("comment", hushed, 2), ("comment", hushed, 3)]
    last = found["events"][-1]
    assert (last["specversion"], last["source"], last["datacontenttype"]) == (
        "1.0",
        "/api/v1/records",
        "application/json",
    )
    now = {name: last["data"][name] for name in ("process", "title", "state", "final", "revision")}
    assert now == {"process": "repair", "title": "Feed me", "state": "new", "final": False, "revision": 1}
    entry = last["data"]["entry"]
    assert (last["time"], last["id"]) == (entry["at"], f"{hushed}.3.{entry['head'][:16]}")
    assert (entry["actor"]["id"], [line["text"] for line in entry["lines"]]) == ("ann", ["comment: Soon"])


async def test_each_reader_is_told_what_the_journal_tells_them(office: Office, hushed: str) -> None:
    for who in ("ann", "carl"):
        journal = (await office.get(who, f"/records/{hushed}/journal")).json()["entries"]
        found = await page(office, who, f"record={hushed}")
        assert [each["data"]["entry"] for each in found["events"]] == journal
    assert "hush" not in json.dumps(await page(office, "carl", f"record={hushed}"))
    assert (await page(office, "dora", f"record={hushed}"))["events"] == []


async def test_pages_follow_each_other_and_wait_at_the_end(office: Office, hushed: str) -> None:
    found, address, more = [], f"/feed?record={hushed}&limit=1", True
    while more:
        answer = await office.get("ann", address)
        found += told(answer.json()["events"])
        address, more = answer.json()["next"], answer.json()["more"]
        assert answer.links["next"]["url"] == address
    assert [seq for _, _, seq in found] == [1, 2, 3]
    assert (await office.get("ann", address)).json()["events"] == []


async def test_a_stream_tells_what_happens_from_now_on_to_who_may_read_it(office: Office, hushed: str) -> None:
    record = (await office.repair())["id"]
    stream = Stream(office, "carl", f"record={record}&record={hushed}")
    assert (await stream.begun(), await stream.said()) == (200, "retry: 1000\n\n")
    for comment in ({"text": "hush-hush", "internal": True}, {"text": "Nearly"}):
        await office.post("ann", f"/records/{record}/comments", comment)
    [event] = events(await stream.said())
    assert (event["type"], event["data"]["entry"]["lines"][0]["text"]) == ("steward.record.comment", "comment: Nearly")
    await stream.close()


async def test_a_stream_goes_on_after_the_last_event_and_ends_with_the_api(
    office: Office, ending: httpx2.AsyncClient, hushed: str
) -> None:
    first, *others = (await page(office, "ann", f"record={hushed}"))["events"]
    headers = {"Accept": STREAM, "Last-Event-ID": first["feed"]}
    answer = await ending.get(f"{PREFIX}/feed?record={hushed}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, STREAM)
    assert events(answer.text) == others
    assert [line for line in answer.text.split("\n") if line.startswith("id: ")][: len(others)] == [
        f"id: {each['feed']}" for each in others
    ]


async def test_a_stream_that_nobody_is_behind_begins_with_what_happens_next(ending: httpx2.AsyncClient) -> None:
    answer = await ending.get(f"{PREFIX}/feed", headers={"Accept": STREAM, "Last-Event-ID": ""})
    assert events(answer.text) == []
    assert answer.text.split("\n")[-3].startswith("id: ")


async def test_a_long_poll_does_not_hold_up_the_end_of_the_api(ending: httpx2.AsyncClient, hushed: str) -> None:
    answer = await ending.get(f"{PREFIX}/records/{hushed}?wait=60")
    assert (answer.status_code, answer.json()["id"]) == (200, hushed)


async def test_nobody_holds_more_streams_open_than_there_may_be(office: Office) -> None:
    held = [Stream(office, "bob") for _ in range(MOST)]
    assert [await each.begun() for each in held] == [200] * MOST
    refused = await office.get("bob", "/feed", Accept=STREAM)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:steward:problem:crowded")
    assert (await office.get("bob", "/feed")).status_code == 200
    for each in held:
        await each.close()
    again = Stream(office, "bob")
    assert await again.begun() == 200
    await again.close()


@pytest.mark.parametrize(
    ("query", "last", "expected"),
    [
        ("after=4000000", "", ("input", "bad-cursor", "after")),
        ("", "4000000", ("input", "bad-cursor", "Last-Event-ID")),
        ("", "yesterday", ("input", "bad-cursor", "Last-Event-ID")),
        ("", "9" * 19, ("input", "bad-cursor", "Last-Event-ID")),
        ("after=-1", "", ("input", "bad-value", "after")),
    ],
)
async def test_what_is_no_place_in_the_feed_is_refused(
    office: Office, query: str, last: str, expected: tuple[str, str, str]
) -> None:
    answer = await office.get("ann", f"/feed?{query}", Accept=STREAM, Last_Event_ID=last)
    assert (answer.status_code, reasons(answer)) == (422, [expected])
