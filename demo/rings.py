"""Brings versions of the shop to its rings, as an operator's command: `python rings.py FOLDER deploy RING VERSION`.

`current RING` says which version a ring runs. Each ring is a process of its own on its own port; FOLDER holds a file
for each, with its port, its version, and the process with which all of them end.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

SHOP = Path(__file__).with_name("shop.py")
PATIENCE = 30.0
"""Seconds in which a shop must have begun or ended."""
LOOK = 0.1
HTTP = build_opener(ProxyHandler({}))


class Ring(NamedTuple):
    """Where a ring listens, what it runs, its process (0: none yet), and the process with which it ends."""

    port: int
    version: str
    process: int
    owner: int


def command(folder: Path) -> list[str]:
    """Give the words that run this file, to be followed by what it is to do."""
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(folder.resolve())]


def add(folder: Path, name: str, version: str, owner: int) -> None:
    """Make a ring on a free port, and start a version there as an operator does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _keep(folder, name, Ring(port, "none", 0, owner))
    subprocess.run([*command(folder), "deploy", name, version], check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def deploy(folder: Path, name: str, version: str) -> Ring:
    """End what runs in a ring and start another version; raise TimeoutError when that does not answer."""
    ring = read(folder, name)
    stop(ring)
    words = [sys.executable, "-I", "-S", str(SHOP), str(ring.port), version, str(ring.owner)]
    null = subprocess.DEVNULL
    shop = subprocess.Popen(words, stdin=null, stdout=null, stderr=null, start_new_session=True)  # noqa: S603
    begun = ring._replace(version=version, process=shop.pid)
    _keep(folder, name, begun)
    try:
        _wait(begun, version)
    except TimeoutError:
        shop.kill()
        raise
    return begun


def stop(ring: Ring) -> None:
    """End what runs in a ring, and wait until nothing answers."""
    if said(ring) is not None:
        with suppress(ProcessLookupError):
            os.kill(ring.process, signal.SIGTERM)
        _wait(ring, None)


def said(ring: Ring) -> str | None:
    """Ask a ring for its version; None where nothing answers."""
    try:
        with HTTP.open(f"http://127.0.0.1:{ring.port}/version", timeout=PATIENCE) as answer:
            return str(answer.read().decode().strip())
    except (URLError, OSError):
        return None


def read(folder: Path, name: str) -> Ring:
    """Read what is kept of a ring."""
    return Ring(**json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))


def _keep(folder: Path, name: str, ring: Ring) -> None:
    new = folder / f"{name}.new"
    new.write_text(json.dumps(ring._asdict()), encoding="utf-8")
    new.replace(folder / f"{name}.json")


def _wait(ring: Ring, version: str | None) -> None:
    until = time.monotonic() + PATIENCE
    while said(ring) != version:
        if time.monotonic() > until:
            raise TimeoutError(f"port {ring.port} does not answer with {version}")
        time.sleep(LOOK)


def main(words: list[str]) -> int:
    """Do what an operator's command line says; 2 when it says nothing of ours."""
    match words:
        case [folder, "deploy", name, version]:
            ring = deploy(Path(folder), name, version)
            sys.stdout.write(f"{name} runs {version} at http://127.0.0.1:{ring.port}\n")
        case [folder, "current", name]:
            sys.stdout.write(f"{said(read(Path(folder), name)) or 'none'}\n")
        case _:
            sys.stderr.write("usage: rings.py FOLDER deploy RING VERSION | FOLDER current RING\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
