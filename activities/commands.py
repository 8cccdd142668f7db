"""Runs a command of the operator's file: no shell, few variables, a limit of time, the end of what it says kept.

The command ends when nobody waits for it any more, and when the worker dies (`activities/supervisor.py`).
"""

import asyncio
import fcntl
import hashlib
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

SUPERVISOR = Path(__file__).with_name("supervisor.py")
KEPT = 16_000
"""Bytes of what a command says that are kept: the last."""
AGAIN = 0.2
"""Seconds between two looks at whether a target is free."""
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Ended(NamedTuple):
    """How a command ended: its exit code (None: it took too long) and the end of what it said."""

    code: int | None
    said: str


class Running(NamedTuple):
    """Who may run commands now: the file that is locked, and variables that commands get."""

    lock: int
    environment: Mapping[str, str]

    async def run(self, command: Sequence[str], timeout: float) -> Ended:  # noqa: ASYNC109 - it is the command's
        """Run a command to its end, or to `timeout` in seconds. When this is cancelled, the command is ended first."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(SUPERVISOR), *command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd="/",
            env={**ENVIRONMENT, **self.environment},
            pass_fds=(self.lock,),  # so that the target is not free before the command has ended
            start_new_session=True,
        )
        said = bytearray()
        reading = asyncio.create_task(_read(process, said))
        code: int | None = None
        try:
            async with asyncio.timeout(timeout):
                code = await process.wait()
        except TimeoutError:
            pass
        finally:
            await _end(process)
            await reading
        return Ended(code, cleaned(bytes(said)))


@asynccontextmanager
async def alone(locks: Path, place: str, environment: Mapping[str, str]) -> AsyncIterator[Running]:
    """Wait until no other call of this machine runs commands at a place, and let none until the end of the block."""
    await asyncio.to_thread(locks.mkdir, mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256(place.encode()).hexdigest()[:32]
    lock = os.open(locks / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _taken(lock):  # noqa: ASYNC110 - another process lets go of it
            await asyncio.sleep(AGAIN)
        yield Running(lock, environment)
    finally:
        os.close(lock)


def cleaned(said: bytes) -> str:
    """Give the end of what a command said as lines that a person can read: no colours, no signs that move others."""
    text = said[-KEPT:].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub("", ESCAPES.sub("", text)).strip()


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _read(process: asyncio.subprocess.Process, said: bytearray) -> None:
    """Take what is said as it comes, so that nobody waits for a full pipe, and forget all but the end."""
    assert process.stdout is not None
    while chunk := await process.stdout.read(KEPT):
        said += chunk
        del said[:-KEPT]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Have the supervisor end the command, if it goes on, and wait until both have ended."""
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()
