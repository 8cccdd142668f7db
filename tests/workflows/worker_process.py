"""A real worker in a process of its own, to be killed: `python -m … ADDRESS DATABASE_URL DIRECTORY CACHE MAIL_PORT`.

It touches DIRECTORY/ready. While DIRECTORY/hold exists, a projection that has committed does not return (it touches
DIRECTORY/held), so that a test can kill the worker between the commit and the end of its workflow task; where the file
names a kind of event, only that of such an event. While
DIRECTORY/slow exists, the store takes its time. While DIRECTORY/stall exists, workflows stand still before they reach
the store, and say so in DIRECTORY/stalled, or in DIRECTORY/interrupted when somebody raises an error there. Activities
that have no id of their own fail their workflow's task. DIRECTORY/ahead says by how many seconds its clock is put
forward, DIRECTORY/deployments.yaml what may be deployed, DIRECTORY/queues what it serves when that is not everything.
"""

import asyncio
import os
import signal
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import temporalio.client
import temporalio.worker
from temporalio import activity
from temporalio.client import Client
from temporalio.workflow import ActivityHandle

from activities.deployments import Deployments
from activities.mail import MailOptions, Security
from activities.registry import ours
from store.database import Database
from tests.workflows.look_up import LOOK_UP
from worker import WorkerOptions, run
from workflows.messages import PROJECT, ProjectionInput
from workflows.queues import Queue

SLOW = 0.5
"""Seconds that a slow store takes more than it needs."""


class Watching(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """Holds a projection after its commit for as long as a file says so, and wants activities to have ids."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def intercept_activity(
        self,
        next: temporalio.worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _Hold(next, self.directory)

    def workflow_interceptor_class(
        self,
        input: temporalio.worker.WorkflowInterceptorClassInput,  # noqa: A002 - the SDK's name
    ) -> type[temporalio.worker.WorkflowInboundInterceptor]:
        return type("Named", (_Named,), {"directory": self.directory})


class _Named(temporalio.worker.WorkflowInboundInterceptor):
    directory: Path

    def init(self, outbound: temporalio.worker.WorkflowOutboundInterceptor) -> None:
        super().init(_WithIds(outbound, self.directory))


class _WithIds(temporalio.worker.WorkflowOutboundInterceptor):
    def __init__(self, following: temporalio.worker.WorkflowOutboundInterceptor, directory: Path) -> None:
        super().__init__(following)
        self.directory = directory

    def start_activity(self, input: temporalio.worker.StartActivityInput) -> ActivityHandle[Any]:  # noqa: A002
        return super().start_activity(_named(input))

    def start_local_activity(
        self,
        input: temporalio.worker.StartLocalActivityInput,  # noqa: A002 - the SDK's name
    ) -> ActivityHandle[Any]:
        if (self.directory / "stall").exists():
            _stand_still(self.directory)
        return super().start_local_activity(_named(input))


Started = TypeVar("Started", temporalio.worker.StartActivityInput, temporalio.worker.StartLocalActivityInput)


def _named(given: Started) -> Started:
    if not given.activity_id:
        raise RuntimeError(f"{given.activity} has no id of its own")
    return given


def _stand_still(directory: Path) -> None:
    (directory / "stalled").touch()
    try:
        while (directory / "stall").exists():
            time.sleep(0.02)
    except BaseException:
        (directory / "interrupted").touch()
        raise


class _Hold(temporalio.worker.ActivityInboundInterceptor):
    def __init__(self, following: temporalio.worker.ActivityInboundInterceptor, directory: Path) -> None:
        super().__init__(following)
        self.directory = directory

    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:  # noqa: A002 - the SDK's name
        if activity.info().is_local and (self.directory / "slow").exists():
            await asyncio.sleep(SLOW)
        answer = await super().execute_activity(input)
        if activity.info().activity_type == PROJECT and self._holds(input.args[0]):
            (self.directory / "held").touch()
            while self._holds(input.args[0]):
                await asyncio.sleep(0.02)
        return answer

    def _holds(self, projection: ProjectionInput) -> bool:
        try:
            kind = (self.directory / "hold").read_text()
        except FileNotFoundError:
            return False
        return kind in ("", projection["event"]["kind"])


def ahead(file: Path) -> float:
    """Tell the time, put forward by so many seconds as a file says."""
    return time.time() + (float(file.read_text()) if file.exists() else 0.0)


async def main(address: str, url: str, directory: Path, cache: int, mail_port: int) -> None:
    """Work until killed or told to stop (SIGTERM); without a port of a mail server, messages stay in the inboxes."""
    temporal = await Client.connect(address, interceptors=[Watching(directory)])
    mail = MailOptions("127.0.0.1", mail_port, "Steward <steward@example.org>", Security.NONE) if mail_port else None
    actions = (LOOK_UP, *ours(Deployments(directory / "deployments.yaml", directory / "locks")))
    options = WorkerOptions("http://127.0.0.1", partial(ahead, directory / "ahead"), mail, actions, cache)
    if (directory / "queues").exists():
        options = replace(options, queues=tuple(map(Queue, (directory / "queues").read_text().split())))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    (directory / "ready").touch()
    await run(temporal, Database(url), options, stop)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])))
    os._exit(0)
