"""Keeps the programs of `steward up` running, each in a session of its own, and stops them in order."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cli.errors import UnreachableError

LAUNCHER = Path(__file__).with_name("launcher.py")
SHORTEST, LONGEST = 0.5, 30.0
"""Seconds before a program that ended is started again: doubling from one to the other."""
CALM = 60.0
"""Seconds after which a program that ran for so long counts as sound again."""
TAIL = 12
"""Lines of a log that are shown when something does not start."""
MOST_LOG = 10_000_000
"""Bytes after which a log is put aside when its program is started."""


class Program(NamedTuple):
    """What to run; `patience` is for how many seconds it may go on after it was asked to end."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    patience: float


class Child:
    """A program that is kept running until `stop`; whatever it writes goes to its log."""

    def __init__(self, program: Program, logs: Path, tell: Callable[[str], None]) -> None:
        """Keep what to run; `tell` gets a line for people whenever it ended by itself."""
        self.program = program
        self.log = logs / f"{program.name}.log"
        self.deaths = 0
        self._tell = tell
        self._keeper: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and from now on keep it running."""
        if self.log.exists() and self.log.stat().st_size > MOST_LOG:
            self.log.replace(self.log.with_suffix(".log.old"))
        self._process = await self._spawn()
        self._keeper = asyncio.create_task(self._keep(self._process))

    async def stop(self) -> None:
        """Ask it to end, and kill it when its patience is over; nothing when it was never started."""
        await self._keep_no_more()
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self.program.patience)
        except TimeoutError:
            self.kill()
            await process.wait()

    def kill(self) -> None:
        """End it at once, with everything it has started."""
        if self._keeper is not None:
            self._keeper.cancel()
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def failure(self, what: str) -> UnreachableError:
        """The error that says what did not happen, with the end of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return UnreachableError(f"{what}. The end of {self.log}:", lines[-TAIL:])

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        clock, delay = asyncio.get_running_loop().time, SHORTEST
        while True:
            since = clock()
            code = await process.wait()
            self.deaths += 1
            delay = SHORTEST if clock() - since > CALM else delay
            self._tell(f"{self.program.name} {_how(code)}. Starting it again in {delay:g} s; see {self.log}")
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST)
            self._process = process = await self._spawn()

    async def _keep_no_more(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])

    async def _spawn(self) -> asyncio.subprocess.Process:
        launched = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), *self.program.command]
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *launched,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.program.environment),
                start_new_session=True,  # else Ctrl-C reaches it before its turn has come
            )


class Group:
    """The programs of one `steward up`, in the order in which they were started."""

    def __init__(self, logs: Path, tell: Callable[[str], None]) -> None:
        """Keep the folder for the logs, and who is told when a program has ended."""
        self._logs = logs
        self._tell = tell
        self._children: list[Child] = []

    async def start(self, program: Program) -> Child:
        """Start a program and keep it running."""
        child = Child(program, self._logs, self._tell)
        self._children.append(child)
        await child.start()
        return child

    async def stop(self) -> None:
        """Stop them one after the other, the last first."""
        for child in reversed(self._children):
            await child.stop()

    def kill(self) -> None:
        """End all of them at once."""
        for child in self._children:
            child.kill()


def _how(code: int) -> str:
    """Say how a program ended."""
    return f"ended with exit code {code}" if code >= 0 else f"was killed ({signal.Signals(-code).name})"
