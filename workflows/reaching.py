"""Reaches the store from a record's workflow: as a local activity, and while the store is away as a normal one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from workflows.messages import FOR_GOOD, FactsInput, ProjectionInput

LOCAL_TIMEOUT = timedelta(seconds=2)
SLOW_TIMEOUT = timedelta(seconds=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(milliseconds=500), timedelta(seconds=5)


class StoreReach:
    """The store as a workflow sees it; `away` says that it does not answer at present."""

    def __init__(self) -> None:
        """Begin with a store that is there."""
        self.away = False

    async def ask(
        self,
        name: str,
        activity_id: str,
        argument: Callable[[], ProjectionInput | FactsInput],
        *,
        gives_up: bool = False,
    ) -> Any:  # noqa: ANN401 - JSON
        """Give what a local activity answers; while it fails, wait for the store with a normal activity and ask again.

        The normal activity's answer is in the history for good, so only the local one's counts. `argument` is made
        anew for each attempt. With `gives_up`, ActivityError is raised where the store refuses for good.
        """
        final = list(FOR_GOOD) if gives_up else []
        attempt = 0
        try:
            while True:
                told = f"{activity_id}-{attempt}" if attempt else activity_id
                try:
                    return await workflow.execute_local_activity(
                        name,
                        argument(),
                        activity_id=told,
                        start_to_close_timeout=LOCAL_TIMEOUT,
                        retry_policy=RetryPolicy(maximum_attempts=2, non_retryable_error_types=final),
                    )
                except (ActivityError, ApplicationError):
                    self.away = True
                await workflow.execute_activity(
                    name,
                    argument(),
                    activity_id=f"{told}-slow",
                    start_to_close_timeout=SLOW_TIMEOUT,
                    retry_policy=RetryPolicy(
                        initial_interval=FIRST_WAIT, maximum_interval=LONGEST_WAIT, non_retryable_error_types=final
                    ),
                )
                attempt += 1
        finally:
            self.away = False
