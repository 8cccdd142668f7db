"""Commands of the operator's file as real programs: bounded in time and words, and gone with their worker."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from activities.commands import KEPT, Ended, alone, cleaned

TALKS = "print('begin'); print('x' * 100_000); print('end')"
WAITS = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(3600)"])
started = pathlib.Path(sys.argv[1])
started.with_suffix(".new").write_text(f"{os.getpid()} {child.pid}")
started.with_suffix(".new").rename(started)
time.sleep(3600)
"""
WORKER = """
import asyncio, pathlib, sys
from activities.commands import alone

async def main():
    async with alone(pathlib.Path(sys.argv[1]), "shop on ring_1", {}) as running:
        await running.run(sys.argv[2:], 3600)

asyncio.run(main())
"""


async def ended(folder: Path, *command: str, limit: float = 3600) -> Ended:
    async with alone(folder / "locks", "shop on ring_1", {}) as running:
        return await running.run(command, limit)


async def started(file: Path) -> list[int]:
    while not file.exists():
        await asyncio.sleep(0.02)
    return [int(word) for word in file.read_text().split()]


async def gone(process: int) -> None:
    """Wait until a process is there no more, or is only to be buried."""
    stat = Path(f"/proc/{process}/stat")
    while stat.exists() and stat.read_text().rpartition(") ")[2][0] != "Z":
        await asyncio.sleep(0.02)


def python(script: str, *words: str) -> list[str]:
    return [sys.executable, "-I", "-c", script, *words]


async def test_the_end_of_what_a_command_says_is_kept(tmp_path: Path) -> None:
    code, said = await ended(tmp_path, *python(TALKS))
    assert (code, said[-5:], len(said) <= KEPT) == (0, "x\nend", True)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("/no/such/program",), 127, "/no/such/program cannot be run: No such file or directory"),
        (("/bin/sh", "-c", "kill -9 $$"), 137, ""),
        (("/bin/sh", "-c", "echo out; echo err >&2; pwd; exit 4"), 4, "out\nerr\n/"),
    ],
)
async def test_how_a_command_ends_is_told(tmp_path: Path, command: tuple[str, ...], code: int, said: str) -> None:
    assert await ended(tmp_path, *command) == Ended(code, said)


async def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    assert await ended(tmp_path, "/bin/sleep", "3600", limit=0.1) == Ended(None, "")


async def test_what_a_command_leaves_running_holds_nothing_up(tmp_path: Path) -> None:
    started_file = tmp_path / "started"
    script = "import subprocess, sys; subprocess.Popen(sys.argv[1:], start_new_session=True)"
    assert await ended(tmp_path, *python(script, *python(WAITS, str(started_file)))) == Ended(0, "")
    left = await started(started_file)
    assert (await ended(tmp_path, "/bin/echo", "next")).said == "next"
    os.killpg(left[0], signal.SIGKILL)


async def test_a_command_and_what_it_has_started_end_with_their_worker(tmp_path: Path) -> None:
    waits = python(WAITS, str(tmp_path / "started"))
    with subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path / "locks"), *waits]) as worker:
        processes = await started(tmp_path / "started")
        worker.kill()
        worker.wait()
    assert (await ended(tmp_path, "/bin/echo", "free")).said == "free"
    for each in processes:
        await gone(each)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07text\n", "red text"),
        (b"10 %\r20 %\r\ndone\x00\x07\x9b", "10 %\n20 %\ndone\N{REPLACEMENT CHARACTER}"),
        ("a\u202eb\u2066c\tü".encode(), "abc\tü"),
        (b"\xff\n\n", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_what_is_said_is_cleaned_for_people(said: bytes, read: str) -> None:
    assert cleaned(said) == read
