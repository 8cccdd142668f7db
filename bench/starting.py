"""How long `steward up` takes until it is ready: on a new directory, and on one that was used."""

import asyncio
import tempfile
import time
from pathlib import Path

from bench.proving import Row, row
from tests.cli.stewards import up

SOURCE = "python -m bench performance start"


async def rows(quick: bool) -> list[Row]:
    """Start a whole Steward twice, after one that has compiled what is loaded, as an installer does."""
    fresh, again = await asyncio.to_thread(_twice, warm=not quick)
    return [
        row("start until ready, on a new directory", fresh, "s", source=SOURCE),
        row("start until ready, on one that was used", again, "s", source=SOURCE),
    ]


def _twice(*, warm: bool) -> list[float]:
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as name:
        if warm:
            _until_ready(Path(name) / "before")
        return [_until_ready(Path(name) / "data") for _ in range(2)]


def _until_ready(data: Path) -> float:
    (data / "up.json").unlink(missing_ok=True)
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(data.parent / "compiled")}
    began = time.perf_counter()
    with up(data, **compiled) as running:
        taken = time.perf_counter() - began
        running.stop()
    return taken
