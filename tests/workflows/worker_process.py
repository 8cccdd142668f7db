"""A real worker in a process of its own, for tests that kill it: `python -m … ADDRESS DATABASE_URL DIRECTORY [CACHE]`.

It touches DIRECTORY/ready. While DIRECTORY/hold exists, a projection that has committed does not return (it touches
DIRECTORY/held), so that a test can kill the worker between the commit and the end of its workflow task.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import temporalio.client
import temporalio.worker
from temporalio import activity
from temporalio.client import Client

from store.database import Database
from tests.workflows.look_up import LOOK_UP
from worker import WorkerOptions, run
from workflows.messages import PROJECT


class HoldAfterProjecting(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """Holds a projection after its commit for as long as a file says so."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def intercept_activity(
        self,
        next: temporalio.worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _Hold(next, self.directory)


class _Hold(temporalio.worker.ActivityInboundInterceptor):
    def __init__(self, following: temporalio.worker.ActivityInboundInterceptor, directory: Path) -> None:
        super().__init__(following)
        self.directory = directory

    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:  # noqa: A002 - the SDK's name
        answer = await super().execute_activity(input)
        if activity.info().activity_type == PROJECT and (self.directory / "hold").exists():
            (self.directory / "held").touch()
            while (self.directory / "hold").exists():
                await asyncio.sleep(0.02)
        return answer


async def main(address: str, url: str, directory: Path, cache: int) -> None:
    """Work until killed."""
    temporal = await Client.connect(address, interceptors=[HoldAfterProjecting(directory)])
    options = WorkerOptions(
        base_url="http://127.0.0.1", clock=time.time, actions=(LOOK_UP,), max_cached_workflows=cache
    )
    (directory / "ready").touch()
    await run(temporal, Database(url), options, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
    os._exit(0)
