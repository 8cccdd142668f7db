"""Every activity is seen from outside: its outcome is counted, and what it logs names its record."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
import structlog
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.measures import REGISTRY
from activities.observing import Observing


class Ending(ActivityInboundInterceptor):
    """Ends as it is told."""

    def __init__(self, end: BaseException | None) -> None:
        self.end = end

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the SDK's name
        if self.end is not None:
            raise self.end
        return structlog.contextvars.get_contextvars()


def carried_out(end: BaseException | None = None) -> Any:
    observed = Observing().intercept_activity(Ending(end))
    given = ExecuteActivityInput(fn=print, args=(), executor=None, headers={})
    return asyncio.run(ActivityEnvironment().run(observed.execute_activity, given))


def test_what_an_activity_logs_names_its_record() -> None:
    info = ActivityEnvironment.default_info()
    assert carried_out() == {"record": info.workflow_id, "activity": info.activity_type}
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (None, "done"),
        (ApplicationError("no", non_retryable=True), "refused"),
        (ApplicationError("later"), "failed"),
        (OSError(), "failed"),
    ],
)
def test_outcomes_are_counted(end: BaseException | None, outcome: str) -> None:
    labels = {"activity": ActivityEnvironment.default_info().activity_type, "outcome": outcome}
    before = REGISTRY.get_sample_value("steward_activity_seconds_count", labels) or 0
    with suppress(ApplicationError, OSError):
        carried_out(end)
    assert REGISTRY.get_sample_value("steward_activity_seconds_count", labels) == before + 1
