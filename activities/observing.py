"""Sees every activity of a worker from outside: how long it took, what came of it, and for which record it logs."""

import asyncio
import time
from typing import Any

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.measures import ACTIVITIES, CANCELLED, DONE, FAILED, REFUSED


class Observing(Interceptor):
    """Has activities observed."""

    def intercept_activity(
        self,
        next: ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> ActivityInboundInterceptor:
        """Put ours around what carries them out."""
        return _Observed(next)


class _Observed(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        since, outcome, info = time.perf_counter(), FAILED, activity.info()
        try:
            with structlog.contextvars.bound_contextvars(record=info.workflow_id, activity=info.activity_type):
                answer = await super().execute_activity(input)
            outcome = DONE
            return answer
        except asyncio.CancelledError:
            outcome = CANCELLED
            raise
        except ApplicationError as failed:
            outcome = REFUSED if failed.non_retryable else FAILED
            raise
        finally:
            ACTIVITIES.labels(info.activity_type, outcome).observe(time.perf_counter() - since)
