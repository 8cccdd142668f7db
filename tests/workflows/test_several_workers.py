"""Several workers beside each other on one store: they share the work, and each mail and message goes out once."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from store import deliveries, tokens, webhooks
from store.sealing import Seals, new_key
from store.webhooks import Webhook
from tests.activities.connectors.outside import an_outside, answer
from tests.activities.mailbox import a_mailbox
from tests.temporal import TemporalServer
from tests.workflows.house import HERE, House
from workflows.messages import TASK_QUEUE

pytestmark = pytest.mark.server
KEY = new_key()
WORKERS = 2
RECORDS = 6


@pytest.fixture
async def empty_house(temporal: TemporalServer, url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house without a worker."""
    opened = House(temporal, url, tmp_path)
    await opened.open()
    yield opened
    await opened.close()


@contextmanager
def a_worker(directory: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """A `steward worker` in a process of its own, which is told to stop at the end of the block, and does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STEWARD_", "TEMPORAL_"))}
    command = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-P", "-m", "cli", "worker"]
    with (directory / "workers.log").open("ab") as log:
        running = subprocess.Popen(
            command, cwd=directory, env={**kept, "PYTHONPATH": str(HERE), **variables}, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        code = running.wait()
    assert code == 0, (directory / "workers.log").read_text()


async def subscribe(house: House, port: int) -> None:
    """Let a webhook be told whatever happens."""
    told: dict[str, Any] = {"description": "", "processes": (), "types": (), "owner": "ann", "roles": (), "groups": ()}
    fine = {"active": True, "paused_because": "", "failing_since": None, "created_at": house.clock(), "feed": 0}
    secret = webhooks.seal_secret(Seals(lambda: (KEY,)), "wh_1", webhooks.new_secret())
    only = {"secret": secret, "previous_secret": None, "previous_until": None, "rotation": ""}
    await tokens.create(house.database, "robot", "robot", roles=(), groups=(), at=house.clock(), expires=None)
    made: dict[str, Any] = {"id": "wh_1", "url": f"http://127.0.0.1:{port}/hook", **told, **fine, **only}
    await webhooks.create(house.database, Webhook(**made))


async def asking_for_work(house: House) -> set[str]:
    """Name the workers that ask Temporal for what records have to do."""
    asked = DescribeTaskQueueRequest(
        namespace=house.temporal.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    return {each.identity for each in (await house.temporal.workflow_service.describe_task_queue(asked)).pollers}


async def live(house: House) -> str:
    """Let a ticket be opened, commented on and cancelled."""
    record = await house.new()
    for said in ("one", "two"):
        await house.comment(record, "bob", said)
    await house.act(record, "cancel", "bob", reason="Nobody took it")
    return record


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_workers_beside_each_other_carry_everything_once_and_in_order(empty_house: House) -> None:
    house = empty_house
    before = await asking_for_work(house)
    async with a_mailbox() as mailbox, an_outside(answer(204, b"")) as outside:
        variables = {
            "STEWARD_DATABASE_URL": house.url,
            "STEWARD_TEMPORAL_ADDRESS": house.server.address,
            "STEWARD_SEALING_KEYS": KEY,
            "STEWARD_MAIL_HOST": "127.0.0.1",
            "STEWARD_MAIL_PORT": str(mailbox.port),
            "STEWARD_MAIL_SECURITY": "none",
            "STEWARD_WEBHOOK_NETWORKS": "127.0.0.0/8",
        }
        await subscribe(house, outside.port)
        with ExitStack() as working:
            for _ in range(WORKERS):
                working.enter_context(a_worker(house.directory, variables))

            async def all_there() -> bool:
                return len(await asking_for_work(house) - before) == WORKERS

            await house.until(all_there)
            records = await asyncio.gather(*(live(house) for _ in range(RECORDS)))

            async def all_told() -> bool:
                rows = (await deliveries.log_of(house.database, "wh_1", limit=200)).deliveries
                done = [row for row in rows if row.state == deliveries.DELIVERED]
                return len(done) == 4 * RECORDS and len(mailbox.taken) >= 2 * RECORDS

            await house.until(all_told)
            for record in records:
                await house.proven(record)
    mails = [message["Message-ID"] for message in mailbox.taken]
    assert (len(mails), len(set(mails))) == (2 * RECORDS, 2 * RECORDS)
    told: dict[str, list[int]] = defaultdict(list)
    for asked in outside.asked:
        event = json.loads(asked.body)
        told[event["subject"]].append(event["data"]["entry"]["seq"])
    assert told == {record: [1, 2, 3, 4] for record in records}
