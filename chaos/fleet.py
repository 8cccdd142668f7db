"""The programs of one Steward, as `steward up` starts them, each of which can be killed."""

import asyncio
import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import httpx2
from temporalio.client import Client
from temporalio.service import RPCError

from chaos import company, mail_server
from chaos.company import BadlyBehaved
from chaos.mail_server import MailServer
from chaos.moods import Moods
from chaos.programs import Kept
from cli import embedded
from cli.boot import boot
from cli.children import Program
from cli.company import TOKEN, URL
from settings import SHIPPED, Settings, settings
from store import tokens
from store.database import Database
from store.facts import organisation
from tests.postgres import PostgresServer, postgres_server
from tests.temporal import free_port

SENDER = "Steward <steward@example.org>"
PATIENCE = 120.0
"""Seconds within which everything must be ready: a machine may be slow."""
OURS = Path(__file__).with_name("definitions")


class Fleet:
    """The programs, the systems around them, and a token for each person."""

    def __init__(
        self, chosen: Settings, mail: MailServer, other: BadlyBehaved, postgres: PostgresServer | None
    ) -> None:
        """Keep what runs; `start` starts it."""
        self.chosen, self.mail, self.other, self.postgres = chosen, mail, other, postgres
        self.database = Database(chosen.database_url)
        self.secrets: dict[str, str] = {}
        self.emails: dict[str, str] = {}
        self.programs: dict[str, Kept] = {}
        self.api = f"http://{chosen.host}:{chosen.port}"

    async def start(self, workers: int) -> None:
        """Start the programs, so many workers among them, one after the other, and let everybody in."""
        data, port = self.chosen.data, self.chosen.temporal_port
        server = embedded.server(embedded.program_path(None), data, port)
        skipping = ("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true")
        await self._keep(server._replace(command=[*server.command, *skipping]))
        self.temporal = await self.connect()
        await boot(self.chosen)
        await self._let_in()
        for number in range(1, workers + 1):
            await self._keep(Program(f"worker-{number}", self._verb("worker"), self._variables(), 0.0))
        await self._keep(Program("api", self._verb("api"), self._variables(), 0.0))
        await self.until_ready()

    async def stop(self) -> None:
        """End everything, the last that was started first."""
        for program in reversed(self.programs.values()):
            await program.stop()
        await self.database.close()

    async def connect(self) -> Client:
        """Connect to Temporal, waiting until it answers."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await Client.connect(f"127.0.0.1:{self.chosen.temporal_port}")
                except (RPCError, RuntimeError, OSError):
                    await asyncio.sleep(0.1)

    async def until_ready(self) -> None:
        """Wait until the API says that it is ready."""
        async with asyncio.timeout(PATIENCE), httpx2.AsyncClient(base_url=self.api, trust_env=False) as http:
            while not await self._is_ready(http):  # noqa: ASYNC110 - the API sets no event
                await asyncio.sleep(0.1)

    async def kill(self, what: str) -> None:
        """Kill a program, or a part of PostgreSQL, at once; what was killed begins again."""
        if what in self.programs:
            self.programs[what].kill()
        elif self.postgres is not None and what == "backend":
            self._kill_a_backend(self.postgres)
        elif self.postgres is not None:
            await asyncio.to_thread(_crash, self.postgres)

    def kinds(self) -> tuple[str, ...]:
        """Name what can be killed."""
        return (*self.programs, *(("postgresql", "backend") if self.postgres else ()))

    def _kill_a_backend(self, postgres: PostgresServer) -> None:
        """Kill one that serves a client: PostgreSQL then ends all of them, and recovers."""
        assert postgres.process is not None
        for pid in _children(postgres.process.pid):
            if b" postgres steward " in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
                return

    async def _is_ready(self, http: httpx2.AsyncClient) -> bool:
        try:
            return (await http.get("/readyz")).is_success
        except httpx2.TransportError:
            return False

    async def _keep(self, program: Program) -> None:
        self.programs[program.name] = kept = Kept(program, self.chosen.data)
        await kept.start()

    async def _let_in(self) -> None:
        people = (await organisation(self.database)).of("user")
        self.emails = {name: row["email"] for name, row in people.items() if row.get("email")}
        for name in people:
            made = tokens.create(self.database, "chaos", name, roles=(), groups=(), at=time.time(), expires=None)
            self.secrets[name] = (await made)[1]

    def _verb(self, verb: str) -> list[str]:
        return [sys.executable, "-P", "-m", "cli", verb]

    def _variables(self) -> Mapping[str, str]:
        chosen = self.chosen
        return {
            **{name: value for name, value in embedded.environment().items() if not name.startswith("STEWARD_")},
            "STEWARD_DATA": str(chosen.data),
            "STEWARD_DATABASE_URL": chosen.database_url,
            "STEWARD_DEFINITIONS": str(chosen.definitions),
            "STEWARD_PORT": str(chosen.port),
            "STEWARD_TEMPORAL_ADDRESS": f"127.0.0.1:{chosen.temporal_port}",
            "STEWARD_CALLS_PER_MINUTE": "100000",
            "STEWARD_STARTS_PER_MINUTE": "100000",
            "STEWARD_MAIL_HOST": "127.0.0.1",
            "STEWARD_MAIL_PORT": str(self.mail.port),
            "STEWARD_MAIL_SECURITY": "none",
            "STEWARD_MAIL_FROM": SENDER,
            URL: self.other.url,
            TOKEN: self.other.token,
        }


def _children(pid: int) -> list[int]:
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in file.read_text().split()]


def _crash(postgres: PostgresServer) -> None:
    """Kill the server itself with SIGKILL, and start it again as soon as what it left behind is gone."""
    assert postgres.process is not None
    postgres.process.kill()
    postgres.process.wait()
    until = time.monotonic() + PATIENCE
    while True:
        try:
            postgres.start()
        except RuntimeError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


@asynccontextmanager
async def fleet(
    data: Path,
    seed: int,
    *,
    workers: int = 2,
    badly: float = 0.2,
    postgresql: bool = False,
    prepared: Path | None = None,
) -> AsyncIterator[Fleet]:
    """Run a whole Steward inside the block; `prepared` is a SQLite file in which what is shipped is published."""
    folder = data / "definitions"
    shutil.copytree(SHIPPED, folder)
    shutil.copytree(OURS, folder, dirs_exist_ok=True)
    if prepared is not None:
        shutil.copy(prepared, data / "steward.db")
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server()) if postgresql else None
        where = {"database_url": postgres.create("steward")} if postgres else {}
        ports = {"port": free_port(), "temporal_port": free_port()}
        chosen = settings(data=data, definitions=folder, **ports, **where)
        token = secrets.token_urlsafe(32)
        other = stack.enter_context(company.serving(data / "company.db", token, Moods(seed, badly)))
        async with mail_server.serving(Moods(seed + 1, badly)) as mail:
            running = Fleet(chosen, mail, other, postgres)
            try:
                await running.start(workers)
                yield running
            finally:
                await running.stop()
