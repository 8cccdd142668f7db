"""Everything that goes wrong is a problem with a status that follows from its reasons."""

import base64
import re
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from api.problems import MEDIA_TYPE, TOLD, answer, install, placed, status_of
from engine.record import Reason
from store.errors import CursorError, DataError, OlderVersionError, UnavailableError
from tests.api.office import Office, reasons
from workflows.client import BusyError, ClosedError, CrowdedError, PendingError, RefusedError

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        (("who",), 403),
        (("state", "input", "who"), 403),
        (("stale", "input"), 422),
        (("state", "input"), 422),
        (("state", "stale"), 412),
        (("state",), 409),
    ],
)
async def test_the_status_follows_from_the_worst_reason(kinds: tuple[str, ...], status: int) -> None:
    assert status_of([Reason(kind, "code", "text") for kind in kinds]) == status


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (BusyError("no worker"), 503, True),
        (UnavailableError("away"), 503, True),
        (CrowdedError("8 commands"), 429, True),
        (PendingError("still at it"), 504, False),
        (ClosedError("closed"), 409, False),
        (RefusedError([Reason("stale", "stale", "changed")]), 412, False),
        (DataError("a character", "fields.x"), 422, False),
        (CursorError("x"), 422, False),
        (OlderVersionError("repair", 1, 2), 409, False),
        (HTTPException(418), 418, False),
    ],
)
async def test_every_error_has_its_status(error: Exception, status: int, retry: bool) -> None:
    problem = next(told(error) for kind, told in TOLD.items() if isinstance(error, kind))
    answered = answer(problem)
    assert (answered.status_code, "retry-after" in answered.headers) == (status, retry)


async def test_an_unforeseen_error_says_nothing_of_itself() -> None:
    app = FastAPI()
    install(app)

    @app.get("/")
    async def fail() -> None:
        secret = "the password is 1234"
        raise LookupError(secret)

    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://steward.test") as http:
        answered = await http.get("/")
    assert (answered.status_code, "1234" in answered.text) == (500, False)


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        ("with.summary", "fields", "fields.summary"),
        ("summary", "fields", "fields.summary"),
        ("with.summary", "with", "with.summary"),
        ("text", "", "text"),
        ("", "with", ""),
        ("Idempotency-Key", "with", "Idempotency-Key"),
    ],
)
async def test_paths_point_into_the_request(path: str, root: str, expected: str) -> None:
    [reason] = placed([Reason("input", "code", "text", path)], root)
    assert reason.path == expected


@pytest.mark.parametrize(
    ("request_line", "body", "status", "expected"),
    [
        ("GET /nowhere", None, 404, []),
        ("GET /records/", None, 404, []),
        ("DELETE /records", None, 405, []),
        ("GET /processes/repare", None, 404, []),
        ("GET /records/REP9999999", None, 404, []),
        ("POST /processes/repair/records", {"values": {}}, 422, [("input", "unknown-field", "values")]),
        ("POST /processes/repair/records", [], 422, [("input", "bad-value", "body")]),
        ("POST /processes/repair/records", None, 422, [("input", "required", "body")]),
        ("POST /processes/repair/records", {"fields": {"a": "\x00"}}, 422, [("input", "bad-value", "fields")]),
        ("POST /processes/repair/records", {"fields": {"a\x00": 1}}, 422, [("input", "bad-value", "fields")]),
        ("GET /records/%00", None, 422, [("input", "bad-value", "")]),
        ("GET /processes/%00", None, 422, [("input", "bad-value", "")]),
        ("POST /records/%00/actions/assign", {}, 422, [("input", "bad-value", "")]),
        ("DELETE /records/%00/watchers/me", None, 422, [("input", "bad-value", "")]),
        ("POST /records/X/comments", {"internal": True}, 422, [("input", "required", "text")]),
        ("GET /records?limit=1000", None, 422, [("input", "bad-value", "limit")]),
        ("GET /records?updated_since=monday", None, 422, [("input", "bad-value", "updated_since")]),
        ("GET /records?priorities=P1", None, 422, [("input", "unknown-filter", "priorities")]),
        ("GET /records?size=%07", None, 422, [("input", "bad-value", "size")]),
        ("GET /records?sort=colour", None, 422, [("input", "unknown-sort", "sort")]),
        ("GET /records?cursor=abc", None, 422, [("input", "bad-cursor", "cursor")]),
    ],
)
async def test_a_wrong_request_is_told_what_is_wrong_and_where(
    alone: Office, request_line: str, body: Any, status: int, expected: list[tuple[str, str, str]]
) -> None:
    method, path = request_line.split()
    told = await alone.ask("ann", method, path, body)
    assert (told.status_code, told.json()["status"], reasons(told)) == (status, status, expected)
    assert told.headers["content-type"] == MEDIA_TYPE
    assert told.json()["type"].startswith("urn:steward:problem:")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", ("input", "bad-json", "")),
        ("[" * 100_000, None),
        ('{"fields": {"n": NaN}}', ("input", "bad-value", "fields")),
        ('{"fields": {"a": "\\ud800"}}', ("input", "bad-value", "fields")),
        (f'{{"fields": {{"n": {"9" * 5_000}}}}}', None),
    ],
)
async def test_what_is_not_json_is_refused(alone: Office, content: str, expected: tuple[str, str, str] | None) -> None:
    headers = {"Authorization": f"Bearer {alone.secrets['ann']}", "Content-Type": "application/json"}
    told = await alone.http.post("/api/v1/processes/repair/records", content=content, headers=headers)
    assert told.status_code in {400, 422}
    assert expected is None or reasons(told) == [expected]


async def test_deeply_nested_values_are_refused(alone: Office) -> None:
    nested: Any = "x"
    for _ in range(200):
        nested = [nested]
    told = await alone.post("ann", "/processes/repair/records", {"fields": {"summary": nested}})
    assert reasons(told) == [("input", "bad-value", "fields")]


@pytest.mark.parametrize("declared", [True, False])
async def test_a_large_body_is_refused_whether_or_not_it_says_so(alone: Office, declared: bool) -> None:
    async def parts() -> Any:
        for _ in range(200):
            yield b" " * 1024

    content: Any = b" " * 200 * 1024 if declared else parts()
    headers = {"Authorization": f"Bearer {alone.secrets['ann']}", "Content-Type": "application/json"}
    told = await alone.http.post("/api/v1/records/X/comments", content=content, headers=headers)
    assert (told.status_code, told.json()["detail"]) == (413, "the body may have 131,072 bytes at most")


async def test_a_body_without_its_type_is_told_so(alone: Office) -> None:
    headers = {"Authorization": f"Bearer {alone.secrets['ann']}"}
    told = await alone.http.post("/api/v1/processes/repair/records", content=b'{"fields": {}}', headers=headers)
    assert (told.status_code, "Content-Type: application/json" in told.json()["detail"]) == (415, True)


@pytest.mark.parametrize(
    ("request_line", "body", "expected"),
    [
        ("GET /records?limit=0", None, "limit must be 1 or more"),
        ("GET /records?limit=many", None, "limit must be a whole number"),
        ("GET /records?final=maybe", None, "final must be true or false"),
        ("GET /records?updated_since=2026-03-06", None, "updated_since must be a time with its zone, such as"),
        ("GET /records/X?wait=nan", None, "wait must be 60 or less"),
        ("POST /processes/repair/records", [], "body must be a JSON object"),
        ("POST /records/X/comments", {"text": 5}, "text must be a text"),
        ("POST /records/X/comments", {"text": "x", "loud": True}, "loud is no field here"),
        ("PATCH /records/X", {"fields": {"b": {"c": "\x07"}}}, "fields: b: a text cannot hold the character U+0007"),
        ("DELETE /records", None, "this address has no such method"),
    ],
)
async def test_what_is_said_tells_people_what_to_write(
    alone: Office, request_line: str, body: Any, expected: str
) -> None:
    method, path = request_line.split()
    told = await alone.ask("ann", method, path, body)
    assert told.json()["detail"].startswith(expected)


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_that_is_too_short_or_too_long_is_refused(alone: Office, key: str) -> None:
    told = await alone.post("ann", "/processes/repair/records", {"fields": {}}, Idempotency_Key=key)
    assert reasons(told) == [("input", "bad-value", "idempotency-key")]
    assert re.search("must not be empty|may have 200 characters at most", told.json()["detail"])


@pytest.mark.parametrize("made_up", ["[" * 5_000, '{"a":' * 1_000, "9" * 5_000, '["-updated", NaN, 1]', "null"])
async def test_a_cursor_that_somebody_made_up_is_refused(alone: Office, made_up: str) -> None:
    told = await alone.get("ann", f"/records?cursor={base64.urlsafe_b64encode(made_up.encode()).decode()}")
    assert (told.status_code, reasons(told)) == (422, [("input", "bad-cursor", "cursor")])
