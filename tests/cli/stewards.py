"""Runs the command `steward` as people do, and keeps a whole `steward up` for tests."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from cli import run

ROOT = Path(__file__).parents[2]
DEFINITIONS = ROOT / "definitions"
COMMAND = (sys.executable, "-P", "-m", "cli")
SERVERS = ("up", "worker", "api")
PATIENCE = 120.0
"""Seconds that a test waits for what it expects: a machine may be slow, and nothing here measures how slow."""


def environment(**more: str) -> dict[str, str]:
    """Ours, without what is configured for other Stewards; lines are as long as on a usual terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STEWARD_", "TEMPORAL_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "TZ": "UTC", **more}


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def steward(*words: str, where: Path = ROOT, **variables: str) -> Done:
    """Run a command to its end, in this process but for those of servers, which are processes."""
    if words[0] in SERVERS:
        done = subprocess.run(
            [*COMMAND, *words], cwd=where, env=environment(**variables), capture_output=True, text=True, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)
    said, complained = io.StringIO(), io.StringIO()
    with chdir(where), environ(environment(**variables)), redirect_stdout(said), redirect_stderr(complained):
        code = run(words)
    return Done(code, said.getvalue(), complained.getvalue())


@contextmanager
def environ(variables: Mapping[str, str]) -> Iterator[None]:
    """Have these variables, and no others, inside the block."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Up:
    """A `steward up` on free ports, from when it is ready until `stop` or `kill`."""

    def __init__(self, data: Path, *options: str, **variables: str) -> None:
        """Start it and wait until it is ready."""
        self.data = data
        given = ["up", "--port", "0", "--data", str(data), "--definitions", str(DEFINITIONS), *options]
        self.said = data.with_suffix(".said")
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [*COMMAND, *given], cwd=data.parent, env=environment(**variables), stdout=said, stderr=said
            )
        wait_for(lambda: (data / "up.json").exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said.read_text()

    @property
    def note(self) -> Mapping[str, Any]:
        """What it wrote down about itself."""
        found: Mapping[str, Any] = json.loads((self.data / "up.json").read_text())
        return found

    @property
    def children(self) -> tuple[int, ...]:
        """The processes it has started that are still there."""
        return tuple(each for each in _processes() if _parent(each) == self.process.pid)

    def child(self, verb: str) -> int | None:
        """The process of its worker or its API."""
        return next((each for each in self.children if _words(each)[-1:] == [verb]), None)

    def run(self, *words: str, **variables: str) -> Done:
        """Run a command beside it."""
        return steward(*words, where=self.data.parent, STEWARD_DATA=str(self.data), **variables)

    def publish(self, process: str, source: str) -> None:
        """Publish a process beside those that are shipped."""
        folder = Path(shutil.copytree(DEFINITIONS, self.data.parent / f"with-{process}"))
        (folder / f"{process}.yaml").write_text(source)
        done = self.run("publish", str(folder / f"{process}.yaml"))
        assert done.returncode == 0, done.stderr

    def started(self, *words: str) -> str:
        """Start a record beside it, wait until it is there, and give its id."""
        done = self.run("start", *words)
        assert done.returncode == 0, done.stderr
        record = done.stdout.strip()
        wait_for(lambda: self.run("show", record).returncode == 0)
        return record

    def shown(self, record: str) -> dict[str, Any]:
        """Show a record as JSON."""
        done = self.run("show", record, "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def stop(self) -> int:
        """Ask it to stop, and give its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Kill it as a crash would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def up(data: Path, *options: str, **variables: str) -> Iterator[Up]:
    """A `steward up` that runs inside the block."""
    running = Up(data, *options, **variables)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def wait_for(claim: Any) -> None:  # any callable
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE
    while not claim():
        assert time.monotonic() < until, "it did not come to be in time"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []
