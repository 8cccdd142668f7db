"""A small web shop with versions, one of which is bad: `python shop.py PORT VERSION OWNER`, on loopback only.

It answers `/`, says at `/version` which version it is and at `/metrics` how many requests came and how many failed. It
ends when the process OWNER does. It is a file of its own, which no other of these programs imports.
"""

import os
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BAD = "4.3.0"
"""The version that cannot take a coupon."""
LOOK = 0.5
"""Seconds between two looks at whether the owner is there."""


class Shop(ThreadingHTTPServer):
    """The server, and what it has counted since it began, by status."""

    daemon_threads = True

    def __init__(self, port: int, version: str) -> None:
        """Begin to listen; `serve_forever` answers."""
        super().__init__(("127.0.0.1", port), Customer)
        self.version = version
        self.counted: dict[int, int] = {200: 0, 500: 0}
        self.counting = threading.Lock()


class Customer(BaseHTTPRequestHandler):
    """One request."""

    server: Shop

    def do_GET(self) -> None:
        """Sell, or say something about the shop."""
        shop = self.server
        if self.path == "/version":
            self._say(HTTPStatus.OK, shop.version)
        elif self.path == "/metrics":
            self._say(HTTPStatus.OK, metrics(shop.counted))
        else:
            fails = shop.version == BAD and "coupon" in self.path
            status = HTTPStatus.INTERNAL_SERVER_ERROR if fails else HTTPStatus.OK
            with shop.counting:
                shop.counted[status] += 1
            self._say(status, f"The shop, version {shop.version}")

    def log_message(self, *_said: object) -> None:
        """Say nothing: there are many requests."""

    def _say(self, status: HTTPStatus, text: str) -> None:
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def metrics(counted: dict[int, int]) -> str:
    """Write the counters in Prometheus' text format."""
    lines = [f'http_requests_total{{code="{code}"}} {count}' for code, count in sorted(counted.items())]
    return "\n".join(("# TYPE http_requests_total counter", *lines))


def end_with(owner: int) -> None:
    """End this process when another one is gone."""
    while True:
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            os._exit(0)
        time.sleep(LOOK)


def opened(port: int, version: str) -> Shop:
    """Open the shop, as soon as the port is free: whoever had it may need a moment."""
    while True:
        try:
            return Shop(port, version)
        except OSError:
            time.sleep(LOOK)


if __name__ == "__main__":
    threading.Thread(target=end_with, args=(int(sys.argv[3]),), daemon=True).start()
    opened(int(sys.argv[1]), sys.argv[2]).serve_forever()
