"""Finds code that nothing of the product uses (`make check`): vulture's findings, less the fields of data.

Tests do not count as users. Fields and attributes are left out: models are read by pydantic, Temporal and templates.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from vulture import Vulture  # type: ignore[import-untyped]  # vulture ships no types

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("language", "engine", "workflows", "activities", "store", "api", "portal", "cli", "demo")
ROOMS = (*FOLDERS, "worker.py", "settings.py")
USERS = ("bench", "chaos", "scripts")
KINDS = ("class", "function", "import", "method", "property", "unreachable_code")


def unused(root: Path) -> list[Any]:
    """What vulture finds in the rooms under `root`, in order of place."""
    with (root / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)["tool"]["vulture"]
    vulture = Vulture(ignore_names=settings["ignore_names"], ignore_decorators=settings["ignore_decorators"])
    vulture.scavenge([str(root / name) for name in (*ROOMS, *USERS) if (root / name).exists()])
    found = vulture.get_unused_code(min_confidence=settings["min_confidence"])
    rooms = [root / name for name in ROOMS]
    return [one for one in found if one.typ in KINDS and any(Path(one.filename).is_relative_to(room) for room in rooms)]


def main() -> int:
    """Print what is unused; 1 when anything is."""
    found = unused(ROOT)
    for one in found:
        print(f"{Path(one.filename).relative_to(ROOT)}:{one.first_lineno}: {one.message}: delete it, or use it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
