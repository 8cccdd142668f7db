"""A Steward on a real Temporal server for conformance cases: one worker, many records, each on the time of its case.

It runs on a loop of its own in a thread; cases run in other threads and reach it by `run`.
"""

import asyncio
import dataclasses
import threading
import time
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import temporalio.client
import temporalio.worker
from google.protobuf.duration_pb2 import Duration
from pydantic import ConfigDict
from temporalio import activity
from temporalio.api.common.v1 import FastForwardConfig, TimeSkippingConfig
from temporalio.client import Client, StartWorkflowInput, WorkflowHandle
from temporalio.exceptions import ApplicationError

from activities.actions import Action, ActionModel, AnyAction, Context
from engine.record import ENGINE, Json, Plain
from language.definition import Call
from language.walking import every_step
from store import definitions
from store.database import Database
from tests import organisations
from tests.conformance import suite
from tests.temporal import MOST_SKIPS, TemporalServer
from worker import WorkerOptions, run
from workflows.messages import FACTS, FactsInput

PATIENCE = 300.0
"""Seconds for which anything is waited for, however busy the machine is."""
LATER = timedelta(days=3_650)
"""When a call is tried again that the case has no answer for: time may be skipped meanwhile."""
WORKING_AT = 1_925_000_000.0
"""Where the clock of the worker begins (January 2031): not far from those of the cases."""

Answer = TypeVar("Answer")


class Surroundings(Protocol):
    """What the worker asks of the case that a record belongs to."""

    now: float

    def told(self, key: str) -> Json | None:
        """Answer a fact as the case says; None for one about records."""

    def called(self, key: str, record: str, action: str, given: Plain) -> Plain | None:
        """Take note of a call by its key; give what the case says comes of it, None for nothing."""


class Served:
    """The server's side of all cases; `cases` leads from a record to the case it belongs to.

    Records begin under the rules of `engine`.
    """

    def __init__(self, server: TemporalServer, url: str, engine: int = ENGINE) -> None:
        self.cases: dict[str, Surroundings] = {}
        self.engine = engine
        self.database = Database(url)
        self.temporal: Client
        self._server = server
        self._begun = time.time()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stop = asyncio.Event()
        self._working: asyncio.Task[None]

    def open(self) -> None:
        """Publish every definition, apply the organisation, and begin to work."""
        self._thread.start()
        self.run(self._open())

    def close(self) -> None:
        """End the worker and the loop."""
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Wait in a case's thread for something that is done on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def clock(self) -> float:
        """Tell the worker's time."""
        return WORKING_AT + time.time() - self._begun

    async def _open(self) -> None:
        for process, source in suite.sources().items():
            definition = suite.definitions()[process]
            await definitions.publish(
                self.database,
                process,
                1,
                source,
                title=definition.title,
                messages=suite.messages(),
                by="hal",
                at=self.clock(),
            )
        await organisations.apply(self.database, suite.organisation().to_json(), by="hal", at=self.clock())
        await self._server.connect()
        self.temporal = await Client.connect(self._server.address, interceptors=[Watching(self)])
        options = WorkerOptions("http://127.0.0.1", self.clock, None, _actions(self))
        self._working = asyncio.create_task(run(self.temporal, self.database, options, self._stop))

    async def _close(self) -> None:
        self._stop.set()
        await self._working
        await self.database.close()


class Watching(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """Lets records begin at the time of their case, and facts be what the case says."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def intercept_client(
        self,
        next: temporalio.client.OutboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.client.OutboundInterceptor:
        return _Beginning(next, self._served)

    def intercept_activity(
        self,
        next: temporalio.worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _Asking(next, self._served)


class _Beginning(temporalio.client.OutboundInterceptor):
    def __init__(self, following: temporalio.client.OutboundInterceptor, served: Served) -> None:
        super().__init__(following)
        self._served = served

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - the SDK's name
        """Let the workflow begin when its case is now; a record that another one starts belongs to the same case."""
        cases, parent = self._served.cases, input.args[0].start["parent"]
        case = cases.setdefault(input.id, cases[parent or input.id])
        input.args = [dataclasses.replace(input.args[0], engine=self._served.engine)]
        delay = timedelta(seconds=case.now - time.time())
        if delay > timedelta():
            duration = Duration()
            duration.FromTimedelta(delay)
            input.start_delay = delay
            input.time_skipping_config = TimeSkippingConfig(
                enabled=True,
                fast_forward_config=FastForwardConfig(id="begin", duration=duration),
                max_session_skip_count=MOST_SKIPS,
            )
        return await super().start_workflow(input)


class _Asking(temporalio.worker.ActivityInboundInterceptor):
    def __init__(self, following: temporalio.worker.ActivityInboundInterceptor, served: Served) -> None:
        super().__init__(following)
        self._served = served

    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:  # noqa: A002 - the SDK's name
        """Let the case answer what is asked of the organisation, the store what is asked about records."""
        if activity.info().activity_type != FACTS:
            return await super().execute_activity(input)
        case, asked = self._served.cases[str(activity.info().workflow_id)], input.args[0]
        told = {key: case.told(key) for key in asked.keys}
        of_records = [key for key, answer in told.items() if answer is None]
        found = await super().execute_activity(dataclasses.replace(input, args=[FactsInput(of_records, asked.now)]))
        return {**told, **found}


class Anything(ActionModel):
    """An input or an output of an action for tests: whatever the definition gives, whatever the case answers."""

    model_config = ConfigDict(extra="allow", frozen=True)


def _actions(served: Served) -> tuple[AnyAction, ...]:
    steps = (step for each in suite.definitions().values() for step in every_step(each))
    names = dict.fromkeys(step.action for step in steps if isinstance(step, Call))
    return tuple(_action(served, name) for name in names)


def _action(served: Served, name: str) -> AnyAction:
    async def answer(given: Anything, context: Context) -> Anything:
        """Answer what the case says; without an answer the call stays open, and time can pass meanwhile."""
        if activity.info().attempt > 1:
            raise ApplicationError("still no answer", next_retry_delay=LATER)
        said = served.cases[context.record].called(context.key, context.record, name, given.model_dump())
        if said is None:
            raise ApplicationError("no answer", next_retry_delay=LATER)
        if "error" in said:
            raise ApplicationError(said["error"]["text"], type=said["error"]["code"], non_retryable=True)
        return Anything(**said["result"])

    return Action(name, Anything, Anything, answer)
