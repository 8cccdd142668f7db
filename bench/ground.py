"""What is measured on: a Temporal server and a store on files of their own, and worker processes of two kinds."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from temporalio.client import Client

from bench.carrying import OURS
from bench.errand import ERRAND, people
from store import definitions
from store.database import Database
from store.migrations import migrate
from store.reading import read
from tests import organisations
from tests.temporal import TemporalServer

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
HERE = Path(__file__).parents[1]


class Ground:
    """A server, a store and worker processes, to be measured from outside."""

    def __init__(self, directory: Path, temporal: Client, server: TemporalServer, url: str) -> None:
        """Keep what was opened."""
        self.directory = directory
        self.temporal = temporal
        self.server = server
        self.url = url
        self.database = Database(url)
        self.workers: dict[str, subprocess.Popen[bytes]] = {}

    async def publish(self, source: str) -> None:
        """Publish the version of a definition."""
        found = read(source)
        title, about = found.title, (found.process, found.version)
        await definitions.publish(self.database, *about, source, title=title, messages={}, by="bench", at=1.0)

    async def start_worker(self, kind: str = OURS, cache: int = 1_000) -> None:
        """Start a worker process of a kind, and wait until it works."""
        ready = self.directory / f"{kind}.ready"
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "bench.carrying", self.server.address, self.url, str(ready), kind, str(cache)]
        with (self.directory / f"{kind}.log").open("ab") as log:
            self.workers[kind] = subprocess.Popen(  # noqa: ASYNC220 - before anything is measured
                ["setpriv", "--pdeathsig", "KILL", *command], stdout=log, stderr=log, cwd=HERE, env=self._environment()
            )
        while not ready.exists():
            if self.workers[kind].poll() is not None:
                raise RuntimeError((self.directory / f"{kind}.log").read_text())
            await asyncio.sleep(0.02)

    def _environment(self) -> dict[str, str]:
        """Give the environment of workers: what they load is kept compiled, as it is where Steward is installed."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**kept, "PYTHONPYCACHEPREFIX": str(self.directory / "compiled")}

    def stop_worker(self, kind: str = OURS) -> None:
        """End a worker process at once."""
        working = self.workers.pop(kind)
        working.kill()
        working.wait()

    def spent(self, kind: str = OURS) -> float:
        """Give the seconds of processor time that a worker process has taken so far."""
        return _spent(self.workers[kind].pid)

    def spent_by_server(self) -> float:
        """Give the seconds of processor time that the Temporal server has taken so far."""
        assert self.server.process is not None
        return _spent(self.server.process.pid)

    def memory(self, kind: str = OURS) -> int:
        """Give the bytes of memory that a worker process has."""
        return _memory(self.workers[kind].pid)

    def memory_of_server(self) -> int:
        """Give the bytes of memory that the Temporal server has."""
        assert self.server.process is not None
        return _memory(self.server.process.pid)

    def stored(self) -> int:
        """Give the bytes of the store."""
        return _pages(self.directory / "bench.db")

    def kept_by_temporal(self) -> int:
        """Give the bytes of the Temporal server's file."""
        return _pages(self.directory / "temporal.db")

    async def close(self) -> None:
        """End everything."""
        for kind in tuple(self.workers):
            self.stop_worker(kind)
        await self.database.close()


def _pages(file: Path) -> int:
    """Give the bytes of the pages of a SQLite file, also of those that are still in its log only."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=60)) as connection:
        count, size = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
    return int(count) * int(size)


def _memory(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE


def _spent(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@asynccontextmanager
async def a_ground() -> AsyncIterator[Ground]:
    """Open a server and a store with the errand published; everything is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as name:
        directory = Path(name)
        url = f"sqlite:///{directory / 'bench.db'}"
        await migrate(url)
        server = TemporalServer(directory, on_file=True)
        try:
            ground = Ground(directory, await server.connect(), server, url)
            await ground.publish(ERRAND)
            await organisations.apply(ground.database, people().to_json(), by="bench", at=1.0)
            yield ground
            await ground.close()
        finally:
            server.kill()
