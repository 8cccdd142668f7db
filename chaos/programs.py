"""Programs that are killed and begin again: each is kept running as an init system does, without a growing delay."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from cli.children import LAUNCHER, Program

AGAIN = 0.3
"""Seconds before a program that has ended is started again."""


class Kept:
    """A program that is kept running until `stop`; `held` keeps it down for a while when it was killed."""

    def __init__(self, program: Program, logs: Path) -> None:
        """Keep what to run; whatever it writes goes to its log."""
        self.program = program
        self.log = logs / f"{program.name}.log"
        self.up = asyncio.Event()
        self.up.set()
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, and from now on keep it running."""
        self._process = await self._spawn()
        self._keeper = asyncio.create_task(self._keep(self._process))

    def kill(self) -> None:
        """End it at once, as a crash would: SIGKILL to it and all it has started."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    async def stop(self) -> None:
        """Keep it no longer, and end it."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        self.kill()
        if self._process is not None:
            await self._process.wait()

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        while True:
            await process.wait()
            await asyncio.sleep(AGAIN)
            await self.up.wait()
            self._process = process = await self._spawn()

    async def _spawn(self) -> asyncio.subprocess.Process:
        launched = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), *self.program.command]
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *launched,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.program.environment),
                start_new_session=True,
            )
