"""A command through Temporal: our generic workflow against one written by hand that does the same work.

Both take an update, write one journal row and one outbox row to the same SQLite store in a local activity, and answer.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, text
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from bench.measuring import Figure
from store.database import Database
from store.migrations import migrate
from tests.temporal import TemporalServer
from tests.workflows.house import House

COMMANDS = 40


@workflow.defn
class Handwritten:
    """A ticket as a programmer would write it: a state, a comment an update, one projection each."""

    def __init__(self) -> None:
        """Begin open, with nothing said."""
        self.seq = 0
        self.done = False

    @workflow.run
    async def run(self) -> None:
        """Live until told to end."""
        await workflow.wait_condition(lambda: self.done)

    @workflow.update
    async def comment(self, said: str) -> int:
        """Take a comment and write it."""
        self.seq += 1
        row = [workflow.info().workflow_id, str(self.seq), said]
        await workflow.execute_local_activity(
            "write_by_hand", row, activity_id=f"write-{self.seq}", start_to_close_timeout=timedelta(seconds=5)
        )
        return self.seq


class ByHand:
    """The hand-written ticket's store."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self.database = database

    @activity.defn
    async def write_by_hand(self, row: list[str]) -> None:
        """Write the row and a message about it in one transaction."""
        await self.database.write(_write, row)


def _write(connection: Connection, row: list[str]) -> None:
    for what in (row[2], "sent"):
        connection.execute(
            text("insert into by_hand values (:record, :seq, :what)"), {"record": row[0], "seq": row[1], "what": what}
        )


def _make_table(connection: Connection) -> None:
    connection.execute(text("create table by_hand (record text, seq text, what text)"))


def figures() -> Iterator[Figure]:
    """Measure the median time of a comment on a warm record, ours and by hand in turn."""
    ours, by_hand = asyncio.run(_measured())
    yield Figure("a command through Temporal", ours, by_hand, "a workflow written by hand, same server and store")


async def _measured() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        url = f"sqlite:///{directory / 'bench.db'}"
        await migrate(url)
        server = TemporalServer(directory)
        house = House(server, url, directory)
        try:
            await house.open()
            await house.start_worker()
            return await _in_turn(house, await server.connect())
        finally:
            await house.close()
            server.kill()


async def _in_turn(house: House, temporal: Client) -> tuple[float, float]:
    stored = ByHand(house.database)
    await house.database.write(_make_table)
    async with Worker(temporal, task_queue="by-hand", workflows=[Handwritten], activities=[stored.write_by_hand]):
        record = await house.new()
        handle = await temporal.start_workflow(Handwritten.run, id="by-hand", task_queue="by-hand")
        taken: tuple[list[float], list[float]] = ([], [])
        for each in range(COMMANDS):
            began = time.perf_counter()
            await house.comment(record, "ann", f"line {each}")
            between = time.perf_counter()
            await handle.execute_update(Handwritten.comment, f"line {each}")
            taken[0].append(between - began)
            taken[1].append(time.perf_counter() - between)
        return median(taken[0][5:]), median(taken[1][5:])
