"""A PostgreSQL server of our own for tests: from the system's binaries, on a socket in a directory of its own.

It can be stopped and started again in the middle of a test, and dies with the process that started it.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "postgres"
LONGEST = 120.0
"""Seconds that it may take to start or to stop: a machine may be busy."""
FAST = ("fsync=off", "full_page_writes=off", "autovacuum=off")  # a commit still outlives `stop()`


def binaries() -> Path:
    """The directory of `initdb` and `postgres`; Debian keeps them off the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        message = "no PostgreSQL server found: install Debian's package `postgresql`"
        raise RuntimeError(message)
    return versions[-1].parent


class PostgresServer:
    """A cluster in a directory; `url(name)` is the address of a database in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D", self._data)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = [f"-c{setting}" for setting in (*FAST, "listen_addresses=", "max_connections=100")]
        where = ["-D", self._data, "-k", str(self.directory)]
        with Path(self._data, "log").open("ab") as log:
            command = [*self._as_owner("--pdeathsig=QUIT"), str(binaries() / "postgres"), *where, *settings]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.directory)
        until = time.monotonic() + LONGEST
        while self._call("pg_isready", "-q", "-h", str(self.directory)).returncode:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(Path(self._data, "log").read_text())
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once, as a crash would; what was committed is there again after `start()`."""
        if self.process is not None:
            self.process.send_signal(3)  # SIGQUIT: without a shutdown checkpoint
            self.process.wait(LONGEST)
            self.process = None

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database, and give its URL."""
        self._run("createdb", "-h", str(self.directory), "-U", OWNER, "-T", template, name)
        return self.url(name)

    def url(self, name: str) -> str:
        """The address of a database of this server."""
        return f"postgresql://{OWNER}@/{name}?host={self.directory}"

    @property
    def _data(self) -> str:
        return str(self.directory / "data")

    def _as_owner(self, *options: str) -> list[str]:
        """PostgreSQL refuses to run as root."""
        user = [f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"] if os.geteuid() == 0 else []
        return ["setpriv", *user, *options] if user or options else []

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*self._as_owner(), str(binaries() / program), *arguments]
        return subprocess.run(command, cwd=self.directory, capture_output=True, text=True, check=False)

    def _run(self, program: str, *arguments: str) -> None:
        done = self._call(program, *arguments)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server that runs inside the block; its directory goes with it."""
    directory = Path(tempfile.mkdtemp(prefix="steward-pg-"))  # not pytest's: another user must get in
    try:
        if os.geteuid() == 0:
            shutil.chown(directory, OWNER, OWNER)
        server = PostgresServer(directory)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
