"""A service for the tests of deployments: its version in a file, its counters on a real HTTP server."""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

SWITCH = """
import os, pathlib, sys, time
folder, what, version = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with (folder / "runs").open("a") as runs:
    runs.write(f"{what} {version} {os.environ['STEWARD_KEY']}\\n")
print("\\x1b[31mred\\x1b[0m", sorted(os.environ), flush=True)
if (folder / "broken").exists():
    sys.exit(3)
while (folder / "slow").exists():
    time.sleep(0.05)
(folder / "version").write_text(version)
"""


class Pages:
    """A page of metrics that says what the test sets, or an error, or something else instead."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests, self.errors = 0, 0
        self.status = 200
        self.instead: bytes | None = None

    def count(self, requests: int, errors: int) -> None:
        self.requests, self.errors = requests, errors

    def text(self) -> bytes:
        lines = [
            "# TYPE http_requests_total counter",
            f'http_requests_total{{code="200"}} {self.requests - self.errors}',
            f'http_requests_total{{code="503"}} {self.errors}',
        ]
        return "\n".join((*lines, "")).encode()


@contextmanager
def pages() -> Iterator[Pages]:
    """Serve a page of metrics on a free port of loopback."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(served.status)
            self.end_headers()
            self.wfile.write(served.text() if served.instead is None else served.instead)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        served = Pages(f"http://127.0.0.1:{server.server_port}/metrics")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def operators_file(folder: Path, url: str = "http://127.0.0.1:1/metrics") -> Path:
    """Write a file that allows the service `shop` to be deployed to `ring_1`: its version is a file in the folder."""
    return operators_file_of("shop", {"ring_1": (folder, url)}, folder)


def operators_file_of(service: str, targets: Mapping[str, tuple[Path, str]], folder: Path) -> Path:
    """Write a file that allows a service to be deployed to targets, each with a folder and a page of metrics."""
    places = {target: _allowed(*place) for target, place in targets.items()}
    commands, health = ({target: both[part] for target, both in places.items()} for part in (0, 1))
    file = folder / "deployments.yaml"
    file.write_text(yaml.safe_dump({"commands": {service: commands}, "health": {service: health}}))
    return file


def _allowed(folder: Path, url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give commands for a version that is a file in the folder, and where its health is read."""
    (folder / "version").write_text("1.0")
    switch = [sys.executable, "-I", "-c", SWITCH, str(folder)]
    commands = {
        "deploy": [*switch, "deploy", "{version}"],
        "restore": [*switch, "restore", "{version}"],
        "current": ["/bin/cat", str(folder / "version")],
        "timeout": "1 hour",
    }
    health = {
        "url": url,
        "requests": {"name": "http_requests_total"},
        "errors": {"name": "http_requests_total", "labels": {"code": "5.."}},
        "max_error_ratio": 0.02,
        "min_requests": 50,
    }
    return commands, health
