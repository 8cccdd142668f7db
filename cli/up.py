"""`steward up`: everything on this machine, as one group: the embedded Temporal server, a worker and the API."""

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import httpx2
import typer

from cli import company, embedded
from cli.anew import begins_anew, go_on
from cli.boot import Booted, boot
from cli.card import print_card
from cli.children import Child, Group, Program
from cli.data import Running, claimed, note
from cli.errors import FindingsError, UnreachableError, UsageError
from cli.listening import demand_safe, is_nearby
from cli.living import live
from cli.providing import provider_of
from cli.sign_in import link_for
from cli.terminal import err, verbs
from settings import Settings, settings

READY = 60.0
"""Seconds within which worker and API must be ready."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server listens that listens everywhere
MOST_WORKERS = 32
API_PATIENCE, WORKER_PATIENCE = 2.5, 5.5
"""Seconds that they may take to end: with the server's, ten at most."""

app = verbs()


@app.command()
def up(
    *,
    data: Annotated[Path | None, typer.Option(help="Where everything is kept (STEWARD_DATA). [.steward]")] = None,
    definitions: Annotated[
        Path | None, typer.Option(help="Your definitions (STEWARD_DEFINITIONS). [./definitions, else those shipped]")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Where the API listens (STEWARD_HOST). [127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Its port (STEWARD_PORT), 0: free ports. [8080]")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=MOST_WORKERS, help="How many workers share the work: one for each core.")
    ] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="Do not start with definitions that are refused.")] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Where there is no record yet, let the demo company work.")
    ] = False,
    recover: Annotated[
        bool, typer.Option("--recover", help="Put a file of another Temporal aside; records go on from the store.")
    ] = False,
) -> None:
    """Start everything here, and keep it running until Ctrl-C.

    The data directory keeps it all: start it again, and records go on where they were.
    """
    chosen = settings(data=data, definitions=definitions, host=host, port=port)
    if chosen.temporal_address is not None:
        hint = "run `steward worker` and `steward api` for that one, or unset STEWARD_TEMPORAL_ADDRESS"
        raise UsageError(f"`steward up` has a Temporal server of its own: {hint}")
    with claimed(chosen.data):
        settled = _with_ports(chosen)
        demand_safe(settled)
        provider_of(settled)  # said now, and not in the log of the API
        asyncio.run(_Up(settled, workers, strict=strict, recover=recover, demo=demo).run())


class _Up:
    """One `steward up`, from its start to its end."""

    def __init__(self, chosen: Settings, workers: int, *, strict: bool, recover: bool, demo: bool) -> None:
        self.chosen = chosen
        self.workers = workers
        self.strict = strict
        self.demo = demo
        self.recover = recover
        self.temporal = embedded.program_path(chosen.temporal_cli)
        self.logs = chosen.data / "logs"
        wanted = company.are_wanted(chosen)
        self.company = company.systems(chosen.data, _free_port(embedded.LOOPBACK)) if wanted else None
        self.group = Group(self.logs, self.tell)
        self.stop = asyncio.Event()

    async def run(self) -> None:
        """Start, wait to be stopped, and stop in order whatever happens."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.asked_to_stop)
        self.logs.mkdir(exist_ok=True)
        starting = asyncio.create_task(self.start())
        stopped = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                print_card(self.chosen, starting.result(), self.company, await self.link(starting.result()))
                there = Running(os.getpid(), _reached_at(self.chosen), self.chosen.temporal_address or "")
                note(self.chosen.data, there)  # last: who waits for it finds everything said
                await self.live(there, stopped)
        finally:
            starting.cancel()
            stopped.cancel()
            await self.group.stop()

    async def live(self, there: Running, stopped: "asyncio.Task[bool]") -> None:
        """Wait to be stopped; meanwhile let the demo company work, where that is wanted."""
        working = asyncio.create_task(live(self.chosen, there.api)) if self.demo else None
        if working is not None:
            await asyncio.wait((working, stopped), return_when=asyncio.FIRST_COMPLETED)
            if working.done() and working.result():
                self.tell(working.result())
            working.cancel()
        await stopped

    async def start(self) -> Booted:
        """Start the programs one after the other, each when what it needs is there."""
        chosen, err_console = self.chosen, err()
        with err_console.status("Starting the Temporal server …") as status:
            ran_before = await embedded.stamp(self.temporal, chosen.data, anew=self.recover)
            anew = begins_anew(chosen, ran_before=ran_before)
            server = await self.group.start(embedded.server(self.temporal, chosen.data, chosen.temporal_port))
            await embedded.wait_until_serving(self.temporal, chosen.temporal_port, server)
            status.update("Preparing the database and the definitions …")
            booted = await boot(chosen)
            self.remark(booted.remarks)
            if self.strict and booted.remarks:
                raise FindingsError("not started, because of --strict: mend the definitions above first")
            if anew:
                self.remark(await go_on(chosen))
            status.update("Starting worker and API …")
            if self.company is not None:
                await self.group.start(self.company.program)
            programs = [self.ours("worker", WORKER_PATIENCE, number) for number in range(self.workers)]
            children = [await self.group.start(each) for each in (*programs, self.ours("api", API_PATIENCE))]
            await self.until_ready(*children)
        return booted

    async def link(self, booted: Booted) -> str | None:
        """Make a link by which the administrator of the first token signs in; None where links are not good."""
        chosen, person = self.chosen, booted.token_of
        return await link_for(chosen, person) if person and is_nearby(chosen) else None

    def ours(self, verb: str, patience: float, number: int = 0) -> Program:
        """A program of Steward, with the settings that were chosen here; `number` counts those that are alike."""
        chosen = self.chosen
        given = {
            "STEWARD_DATA": str(chosen.data),
            "STEWARD_DATABASE_URL": chosen.database_url,
            "STEWARD_DEFINITIONS": str(chosen.definitions),
            "STEWARD_CONNECTORS": str(chosen.connectors),
            "STEWARD_HOST": chosen.host,
            "STEWARD_PORT": str(chosen.port),
            "STEWARD_BASE_URL": chosen.base_url,
            "STEWARD_TEMPORAL_ADDRESS": chosen.temporal_address or "",
        }
        command = [sys.executable, "-P", "-m", "cli", verb]
        outside = self.company.variables if self.company is not None and verb == "worker" else {}
        name = f"{verb}-{number + 1}" if number else verb
        return Program(name, command, {**embedded.environment(), **given, **outside}, patience)

    async def until_ready(self, *children: Child) -> None:
        """Wait until the API says that it is ready; raise UnreachableError with the end of a log when one fails."""
        until = asyncio.get_running_loop().time() + READY
        async with httpx2.AsyncClient(base_url=_reached_at(self.chosen), trust_env=False) as http:
            while not await _is_ready(http):
                for child in children:
                    if child.deaths:
                        raise child.failure(f"the {child.program.name} does not start")
                if asyncio.get_running_loop().time() > until:
                    raise children[-1].failure(f"the API is not ready after {READY:.0f} s")
                await asyncio.sleep(0.1)

    def remark(self, remarks: Iterable[str]) -> None:
        """Tell of what is not as it should be, though everything starts."""
        for remark in remarks:
            self.tell(remark)

    def asked_to_stop(self) -> None:
        """Stop in order; who asks again does not want to wait."""
        if self.stop.is_set():
            self.group.kill()
            return
        self.stop.set()
        self.tell("Stopping …", style="dim")

    def tell(self, line: str, style: str = "yellow") -> None:
        """Tell who looks at the terminal."""
        err().print(line, style=style, markup=False, soft_wrap=True)


async def _is_ready(http: httpx2.AsyncClient) -> bool:
    try:
        return (await http.get("/readyz")).is_success
    except httpx2.TransportError:
        return False


def _reached_at(chosen: Settings) -> str:
    """The address of the API from this machine."""
    host = EVERYWHERE.get(chosen.host, chosen.host)
    return f"http://[{host}]:{chosen.port}" if ":" in host else f"http://{host}:{chosen.port}"


def _with_ports(chosen: Settings) -> Settings:
    """Settle on ports: a free one for Temporal when its own is taken; the API's is where people look for it.

    Raises UnreachableError when the API's port is taken, and UsageError when its host is not of this machine.
    """
    any_port = chosen.port == 0
    if not any_port and not _is_free(chosen.host, chosen.port):
        raise UnreachableError(f"port {chosen.port} is taken on {chosen.host}. Take another: --port N, or 0 for any")
    temporal = chosen.temporal_port
    if any_port or not _is_free(embedded.LOOPBACK, temporal):
        temporal = _free_port(embedded.LOOPBACK)
    settled = {
        "port": _free_port(chosen.host) if any_port else chosen.port,
        "temporal_port": temporal,
        "temporal_address": f"{embedded.LOOPBACK}:{temporal}",
    }
    given = chosen.model_dump(include=chosen.model_fields_set)
    return settings(**{**given, **settled})


def _is_free(host: str, port: int) -> bool:
    with socket.socket(_family(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            _bind(probe, host, port)
        except OSError:
            return False
    return True


def _free_port(host: str) -> int:
    with socket.socket(_family(host)) as probe:
        _bind(probe, host, 0)
        port: int = probe.getsockname()[1]
    return port


def _bind(probe: socket.socket, host: str, port: int) -> None:
    """Take the port; raise OSError where it is taken, and UsageError where the host is none of this machine."""
    try:
        probe.bind((host, port))
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            hint = "Take one of its own: --host 127.0.0.1, or 0.0.0.0 for all"
            raise UsageError(f"{host} is no address of this machine ({error.strerror}). {hint}") from error
        raise


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
