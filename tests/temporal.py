"""A Temporal server of our own for tests: the dev server from the environment, on a free port, optionally on a file.

It can be killed and started again on its file in the middle of a test, and dies with the process that started it.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import FastForwardConfig, TimeSkippingConfig, WorkflowExecution
from temporalio.api.enums.v1 import FastForwardPollingResult
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    PollWorkflowExecutionTimeSkippingRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

MOST_SKIPS = 10_000
"""How often time may be skipped on one way; a blocked timer is tried every quarter of an hour."""
BINARY = Path(sys.executable).parent / "temporal"


def free_port() -> int:
    """Find a port on loopback that nobody listens on, and keep it from all who let the system choose theirs.

    A server that is told to (and so reuses addresses) can listen there, also again, as long as this process lives.
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    port: int = keeper.getsockname()[1]
    keeper.detach()
    return port


class TemporalServer:
    """A dev server; `address` is where it answers."""

    def __init__(self, directory: Path, *, on_file: bool = False) -> None:
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._log = directory / "temporal.log"
        self._file = directory / "temporal.db" if on_file else None
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it; `connect` waits until it answers."""
        command = [str(BINARY), "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(self.port)]
        command += ["--log-level", "error", "--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"]
        command += ["--http-port", str(free_port()), "--metrics-port", str(free_port())]
        if self._file is not None:
            pragmas = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000")
            command += [
                "--db-filename",
                str(self._file),
                *(part for each in pragmas for part in ("--sqlite-pragma", each)),
            ]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command], stdout=log, stderr=log, start_new_session=True
            )

    async def connect(self) -> Client:
        """Connect, waiting until the server answers."""
        while self.process is not None and self.process.poll() is None:
            try:
                return await Client.connect(self.address)
            except (RPCError, RuntimeError, OSError):
                await asyncio.sleep(0.1)
        raise RuntimeError(self._log.read_text())

    def kill(self) -> None:
        """Kill it at once, as a power failure would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


async def fast_forward(client: Client, record: str, seconds: float) -> None:
    """Let a record's time pass until this many seconds ahead; everything due on the way happens."""
    name = await begin_to_fast_forward(client, record, seconds)
    asked = PollWorkflowExecutionTimeSkippingRequest(
        namespace=client.namespace, workflow_execution=WorkflowExecution(workflow_id=record), fast_forward_id=name
    )
    said = FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT
    while said == FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT:
        answer = await client.workflow_service.poll_workflow_execution_time_skipping(asked)
        said = answer.fast_forward_polling_result


async def begin_to_fast_forward(client: Client, record: str, seconds: float) -> str:
    """Let a record's time begin to pass, to where something is due that a worker must do; give what it is called."""
    name, duration = f"to-{uuid.uuid4()}", Duration()
    duration.FromTimedelta(timedelta(seconds=seconds))
    config = TimeSkippingConfig(
        enabled=True,
        fast_forward_config=FastForwardConfig(id=name, duration=duration),
        max_session_skip_count=MOST_SKIPS,
    )
    await client.workflow_service.update_workflow_execution_options(
        UpdateWorkflowExecutionOptionsRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=record),
            workflow_execution_options=WorkflowExecutionOptions(time_skipping_config=config),
            update_mask=FieldMask(paths=["time_skipping_config"]),
        )
    )
    return name
