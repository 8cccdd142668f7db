"""Looks for known flaws in what `requirements.lock` pins (`make check`): fails on one, and says when it could not look.

A service that knows nothing is no clean bill: it is asked first about a version whose flaw is known. What was found to
be clean is not asked about again for a day.
"""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-interop.lock")
KNOWN = "jinja2==2.4.1"
"""A version with flaws that have been known for years (CVE-2014-1402): who does not tell of it knows nothing."""
A_DAY = 86_400.0
PATIENCE, LONGEST = 10.0, 120.0
"""Seconds that the question about the known flaw may take, and those about everything."""
LOOK = (
    *("-m", "pip_audit", "--format=json", "--no-deps", "--disable-pip", "--progress-spinner=off", "--timeout=5"),
    *("--cache-dir", str(ROOT / ".venv" / "audit")),
)


class Report(NamedTuple):
    """What was told: flaws in lines for people, and the packages of which nothing is known."""

    flaws: tuple[str, ...]
    unknown: tuple[str, ...]


class UnansweredError(Exception):
    """Nobody told anything; the message says why."""


def read(said: str) -> Report:
    """Read what pip-audit writes. Raises UnansweredError."""
    try:
        told: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        raise UnansweredError("the answer cannot be read") from None
    flaws = [_line(each, flaw) for each in told for flaw in each.get("vulns", ())]
    return Report(tuple(dict.fromkeys(flaws)), tuple(each["name"] for each in told if "skip_reason" in each))


def _line(package: dict[str, Any], flaw: dict[str, Any]) -> str:
    names = ", ".join([flaw["id"], *(each for each in flaw.get("aliases", ()) if each.startswith("CVE-"))])
    mended = ", ".join(flaw.get("fix_versions", ())) or "no version yet"
    return f"{package['name']} {package['version']}: {names}; mended in {mended}"


def verdict(report: Report, packages: int) -> tuple[int, list[str]]:
    """Give the exit code and what to say: 1 for a flaw that is known, 0 otherwise, also for what nobody knows."""
    said = list(report.flaws)
    if report.flaws:
        said.append("Take a mended version into pyproject.toml or requirements-interop.in, and run: make lock")
    if report.unknown:
        said.append(f"not audited: {len(report.unknown)} of {packages} packages, of which the service knows nothing")
    return (1 if report.flaws else 0), said


def pinned(text: str) -> list[str]:
    """Give what a lock pins, as `name==version`."""
    return [line.split(" ")[0] for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]


def ask(requirements: Sequence[str], seconds: float, folder: Path, service: Sequence[str] = ()) -> Report:
    """Ask about versions; `service` are options of pip-audit that name another than its own. Raises UnansweredError."""
    file = folder / "asked.txt"
    file.write_text("\n".join(requirements), encoding="utf-8")
    command = (sys.executable, *LOOK, *service, "--requirement", str(file))
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise UnansweredError(f"no answer within {seconds:g} s") from None
    if not ended.stdout:
        raise UnansweredError((ended.stderr.strip().splitlines() or ["no answer"])[-1][:200])
    return read(ended.stdout)


def audit(kept: Path, locks: Sequence[Path] = LOCKS, service: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Give the exit code and what to say; `kept` is a folder that remembers what was clean, and when."""
    wanted = sorted({each for lock in locks for each in pinned(lock.read_text(encoding="utf-8"))})
    mark, digest = kept / "clean", hashlib.sha256("\n".join(wanted).encode()).hexdigest()
    if mark.exists() and mark.read_text() == digest and time.time() - mark.stat().st_mtime < A_DAY:
        return 0, []
    kept.mkdir(parents=True, exist_ok=True)
    try:
        if not ask([KNOWN], PATIENCE, kept, service).flaws:
            raise UnansweredError(f"the service knows nothing of the flaw of {KNOWN}")
        code, said = verdict(ask(wanted, LONGEST, kept, service), len(wanted))
    except UnansweredError as silent:
        return 0, [f"not audited: {silent}"]
    if not said:
        mark.write_text(digest)
    return code, said


def main() -> int:
    """Look, say what was found, and give the exit code."""
    code, said = audit(ROOT / ".venv" / "audit")
    for line in said:
        print(line)
    return code


if __name__ == "__main__":
    sys.exit(main())
