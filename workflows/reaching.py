"""Reaches the store from a record's workflow: as a local activity, and while the store is away as a normal one."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

from workflows.messages import FOR_GOOD, FactsInput, ProjectionInput

LOCAL_TIMEOUT = timedelta(seconds=2)
SLOW_TIMEOUT = timedelta(seconds=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(milliseconds=500), timedelta(seconds=5)
MARK = timedelta(hours=1)
"""Longer than any local activity takes: the timer that marks one is never awaited."""


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
                    with _marked():
                        return await workflow.execute_local_activity(
                            name,
                            argument(),
                            activity_id=told,
                            start_to_close_timeout=LOCAL_TIMEOUT,
                            retry_policy=RetryPolicy(maximum_attempts=2, non_retryable_error_types=final),
                        )
                except FailureError:  # of every kind: bare, wrapped, and where a replay wraps otherwise
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


@contextmanager
def _marked() -> Iterator[None]:
    """Keep the time of a workflow task apart from that of the next one, when a local activity outlasts it.

    Temporal then ends the task and begins another. A replay would join the two, under the time of the later, unless
    a command stands between them, and would decide at another time than was decided at. The command is a timer: one
    that is cancelled in the task that started it leaves no trace, so that this costs nothing while the store is quick.
    """
    timer = asyncio.get_running_loop().call_later(MARK.total_seconds(), lambda: None)
    try:
        yield
    finally:
        timer.cancel()
