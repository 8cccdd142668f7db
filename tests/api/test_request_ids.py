"""Every request has an id: in its answer, in its problem and in what is logged of it, where no query stands."""

from collections.abc import Mapping
from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from api import request_ids
from tests.api.office import Office

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


@pytest.mark.parametrize("path", ["/decide/WyJhbm4", "/sign-in/c2VjcmV0"])
async def test_the_secret_of_a_link_stands_in_no_log(alone: Office, path: str) -> None:
    _, line = await told(alone, f"{path}?from=mail", {})
    assert line["path"] == f"{path.rpartition('/')[0]}/…"


@pytest.mark.parametrize("sent", [{}, {"X-Request-Id": ""}, {"X-Request-Id": "a b"}, {"X-Request-Id": "x" * 129}])
async def test_without_a_good_one_an_id_is_made(alone: Office, sent: Mapping[str, str]) -> None:
    ids = {(await alone.http.get("/healthz", headers=sent)).headers["X-Request-Id"] for _ in range(2)}
    assert [len(each) for each in ids] == [32, 32]


async def test_a_trace_stands_in_the_log(alone: Office) -> None:
    _, line = await told(alone, "/healthz", {"traceparent": f"00-{TRACE}-{PARENT}-01"})
    assert (line["trace_id"], line["parent_id"], line["log_level"]) == (TRACE, PARENT, "debug")


@pytest.mark.parametrize(
    "sent", ["", "x", f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01", f"ff-{TRACE}-{PARENT}-01"]
)
async def test_a_trace_that_is_none_is_left_out(alone: Office, sent: str) -> None:
    _, line = await told(alone, "/healthz", {"traceparent": sent})
    assert "trace_id" not in line


async def test_nothing_of_a_request_is_left_behind(alone: Office) -> None:
    await alone.http.get("/healthz")
    assert request_ids.current_id() == ""
