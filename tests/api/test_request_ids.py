"""Every request has an id: in its answer, in its problem and in what is logged of it, where no query stands."""

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from api.app import create_app
from tests.api.office import Office
from workflows.causes import cause

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


async def told(office: Office, path: str, headers: Mapping[str, str]) -> tuple[Any, dict[str, Any]]:
    """Send a request and give the answer, and what was logged of it."""
    with capture_logs(processors=[merge_contextvars]) as lines:
        answer = await office.http.get(path, headers=headers)
    [line] = [dict(each) for each in lines if each["event"] == "answered"]
    return answer, line


async def test_an_id_that_is_sent_is_answered_and_stands_in_the_problem_and_the_log(alone: Office) -> None:
    answer, line = await told(alone, "/api/v1/records?q=hunter2", {"X-Request-Id": "build-42/7"})
    assert (answer.headers["X-Request-Id"], answer.json()["request_id"]) == ("build-42/7", "build-42/7")
    assert line.pop("milliseconds") >= 0
    said = {"event": "answered", "method": "GET", "path": "/api/v1/records", "status": 401}
    assert line == {"log_level": "info", "request_id": "build-42/7", **said}


SECRETS = [
    ("/decide/WyJhbm4", "/decide/…"),
    ("/sign-in/c2VjcmV0", "/sign-in/…"),
    ("/x//decide//WyJhbm4/x", "/x//decide//…"),
    ("/%64ecide/WyJhbm4", "/decide/…"),
    ("/Decide/WyJhbm4", "/Decide/…"),
    ("/api/v1/decide/WyJhbm4", "/api/v1/decide/…"),
    ("/records/stw_c2VjcmV0", "/records/…"),
]
"""Addresses that hold a secret, and how they stand in a log."""


@pytest.mark.parametrize(("path", "logged"), SECRETS)
async def test_the_secret_of_a_link_stands_in_no_log(alone: Office, path: str, logged: str) -> None:
    _, line = await told(alone, f"{path}?from=mail", {})
    assert line["path"] == logged


async def test_the_secret_of_a_link_is_not_told_with_an_error_that_nobody_foresaw(alone: Office) -> None:
    app = create_app(alone.services)

    @app.get("/decide/{link}")
    @app.get("/calendars/{token}.ics")
    async def fail() -> None:
        raise ZeroDivisionError

    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=alone.services.base_url) as http:
        with capture_logs() as lines:
            for path in ("/decide/WyJhbm4", "/calendars/WyJhbm4.ics"):
                assert (await http.get(path)).status_code == 500
    assert {each["path"] for each in lines} == {"/decide/…", "/calendars/….ics"}
    assert "WyJhbm4" not in str([each.get("exc_info") for each in lines])


@pytest.mark.parametrize("sent", [{}, {"X-Request-Id": ""}, {"X-Request-Id": "a b"}, {"X-Request-Id": "x" * 129}])
async def test_without_a_good_one_an_id_is_made(alone: Office, sent: Mapping[str, str]) -> None:
    ids = {(await alone.http.get("/healthz", headers=sent)).headers["X-Request-Id"] for _ in range(2)}
    assert [len(each) for each in ids] == [32, 32]


async def test_a_trace_stands_in_the_log(alone: Office) -> None:
    _, line = await told(alone, "/healthz", {"traceparent": f"00-{TRACE}-{PARENT}-01"})
    assert (line["trace_id"], line["log_level"]) == (TRACE, "debug")


@pytest.mark.parametrize(
    "sent", ["", "x", f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01", f"ff-{TRACE}-{PARENT}-01"]
)
async def test_a_trace_that_is_none_is_left_out(alone: Office, sent: str) -> None:
    _, line = await told(alone, "/healthz", {"traceparent": sent})
    assert "trace_id" not in line


async def test_nothing_of_a_request_is_left_behind(alone: Office) -> None:
    await alone.http.get("/healthz")
    assert cause().request_id == ""
