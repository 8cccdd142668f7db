"""What a suite has measured, kept as a file of docs/proof/, from which `scripts/proof.py` makes docs/proof.md.

A suite ends with `keep("name", rows, made_on(store))`; the figures on the page come from nowhere else.
"""

import os
import platform
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tests.postgres import binaries

KEPT = Path(__file__).parents[1] / "docs" / "proof"
"""A file a suite."""
GIGABYTE = 1024 * 1024
"""Of the kilobytes in which Linux tells its memory."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Row(_Said):
    """One claim: what was measured, in which unit (may be empty), and by which command (`source`).

    `goal` says in words what was wanted, and `met` whether it is so; both are None where nothing was promised.
    """

    claim: str = Field(min_length=1)
    measured: int | float | str
    unit: str
    goal: str | None
    met: bool | None
    source: str = Field(min_length=1)


class Made(_Said):
    """When and where it was measured: the time in UTC, the machine, and the versions of what took part."""

    at: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\dZ$")
    machine: str
    python: str
    temporal: str
    store: str


class Suite(_Said):
    """All that one suite has measured."""

    made: Made
    rows: list[Row] = Field(min_length=1)


def keep(name: str, rows: list[Row], made: Made, folder: Path = KEPT) -> Path:
    """Write the file of a suite, and give its path; the page is made again by `make proof`."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(Suite(made=made, rows=rows).model_dump_json(indent=1) + "\n", encoding="utf-8")
    return path


def kept(folder: Path = KEPT) -> dict[str, Suite]:
    """Read what the suites have kept, by name; raises pydantic's ValidationError where a file has another form."""
    files = sorted(folder.glob("*.json"))
    return {file.stem: Suite.model_validate_json(file.read_bytes()) for file in files}


def row(
    claim: str, measured: float | str, unit: str = "", *, goal: str | None = None, met: bool | None = None, source: str
) -> Row:
    """Give a row; of a fraction three digits that count are kept."""
    rounded = float(f"{measured:.3g}") if isinstance(measured, float) else measured
    return Row(claim=claim, measured=rounded, unit=unit, goal=goal, met=met, source=source)


def made_on(store: str) -> Made:
    """Say that it is made now and here, with the Temporal server and on the database of the tests.

    `store` is `sqlite` or `postgresql`, as `Database.dialect` says it.
    """
    return Made(
        at=f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        machine=f"{_processor()}, {os.cpu_count()} cores, {_memory()}",
        python=platform.python_version(),
        temporal=f"SDK {version('temporalio')}, server {_server()}",
        store=f"SQLite {sqlite3.sqlite_version}" if store == "sqlite" else _postgresql(),
    )


def _processor() -> str:
    told = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return " ".join(told[1].split()) if told else platform.machine()


def _memory() -> str:
    told = re.search(r"^MemTotal:\s*(\d+) kB$", Path("/proc/meminfo").read_text(encoding="utf-8"), re.MULTILINE)
    return f"{int(told[1]) / GIGABYTE:.0f} GB" if told else "memory unknown"


def _server() -> str:
    told = _output(str(Path(sys.executable).parent / "temporal"), "--version")
    found = re.search(r"Server ([\w.-]+)", told)
    return found[1] if found else told


def _postgresql() -> str:
    return "PostgreSQL " + _output(str(binaries() / "postgres"), "--version").split()[2]


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
