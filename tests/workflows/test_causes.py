"""What something was caused by travels in one header, is checked where it comes in, and stays with what follows."""

import asyncio
from typing import Any

import pytest
import structlog
from temporalio.api.common.v1 import Payload
from temporalio.converter import DefaultPayloadConverter
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from workflows.causes import NOBODY, Cause, cause, caused
from workflows.spans import traceparent
from workflows.tracing import HEADER, Tracing

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CAUSE = Cause("deploy-7/42", f"00-{TRACE}-{PARENT}-01")


class Telling(ActivityInboundInterceptor):
    """Tells for what it is carried out, and what stands in its lines of the log."""

    def __init__(self) -> None:
        """Stand at the end of the chain."""

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the SDK's name
        return cause(), structlog.contextvars.get_contextvars()


def carried_out(headers: dict[str, Payload]) -> Any:
    chain = Tracing().intercept_activity(Telling())
    given = ExecuteActivityInput(fn=print, args=(), executor=None, headers=headers)
    return asyncio.run(ActivityEnvironment().run(chain.execute_activity, given))


def test_an_activity_knows_its_cause_and_logs_it() -> None:
    found, logged = carried_out({HEADER: DefaultPayloadConverter().to_payload(CAUSE.headers())})
    assert (found, logged) == (CAUSE, {"request_id": "deploy-7/42", "trace_id": TRACE})


def test_what_nobody_has_asked_for_has_no_cause() -> None:
    assert carried_out({}) == (NOBODY, {})


def test_a_cause_ends_with_its_work() -> None:
    with caused(CAUSE), caused(NOBODY):
        assert cause().headers() == {}
    assert cause() == NOBODY


@pytest.mark.parametrize(
    "sent",
    [
        *("", "x", "0" * 100_000, f"00-{TRACE}", f"00-{TRACE.upper()}-{PARENT}-01", f"00-{TRACE}-{PARENT}-01\r\nx: y"),
        *(f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01", f"ff-{TRACE}-{PARENT}-01"),
    ],
)
def test_a_parent_that_is_none_is_left_out(sent: str) -> None:
    assert traceparent(sent) == ""


def test_a_parent_is_gone_on_with() -> None:
    assert traceparent(f" {CAUSE.traceparent} ") == CAUSE.traceparent
