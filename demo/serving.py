"""The company's systems over HTTP: JSON in and out, a bearer token, and failures on demand for demonstrations."""

import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from demo.books import LISTED, REQUESTS, Books, Said

LARGEST = 65_536
"""Bytes of a request."""
LOOPBACK = "127.0.0.1"
SOON = "1"
"""Seconds after which one that failed may be tried again."""


class Moods:
    """How many requests from now on fail, and whether they are carried out before the answer is lost."""

    def __init__(self) -> None:
        """Fail none."""
        self._lock = Lock()
        self._left, self._carried_out = 0, False

    def change(self, left: int, *, carried_out: bool) -> None:
        """Fail so many; with `carried_out`, what was asked for happens all the same."""
        with self._lock:
            self._left, self._carried_out = left, carried_out

    def next(self) -> tuple[bool, bool]:
        """Give for the next request: does it fail, and is it carried out?"""
        with self._lock:
            fails = self._left > 0
            self._left -= fails
            return fails, not fails or self._carried_out


class Company(ThreadingHTTPServer):
    """The server; it listens on loopback only, on any free port for port 0."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, books: Books, token: str, port: int) -> None:
        """Begin to listen; `serve_forever` answers."""
        super().__init__((LOOPBACK, port), Asked)
        self.books, self.token, self.moods = books, token, Moods()


class Asked(BaseHTTPRequestHandler):
    """One client."""

    protocol_version = "HTTP/1.1"
    server: Company

    def do_GET(self) -> None:
        """List what is kept."""
        if self._is_known():
            rows = self.server.books.listed(self.path) if self.path in LISTED else None
            self._say(Said(404) if rows is None else Said(200, {"rows": rows}))

    def do_POST(self) -> None:
        """Carry out a request, or change what the next ones meet with."""
        given = self._given()
        if given is None or not self._is_known():
            return
        if self.path == "/control":
            self._say(self._control(given))
        elif self.path in REQUESTS:
            self._say(self._carried_out(given))
        else:
            self._say(Said(404, {"error": "nothing is done here"}))

    def _carried_out(self, given: dict[str, Any]) -> Said:
        key = self.headers.get("Idempotency-Key")
        if not key:
            return Said(400, {"error": "the header Idempotency-Key is missing"})
        fails, is_carried_out = self.server.moods.next()
        said = self.server.books.carry_out(self.path, key, given) if is_carried_out else Said(503)
        return Said(503, {"error": "as it was told to"}) if fails else said

    def _control(self, given: dict[str, Any]) -> Said:
        """Take `{"fail": 2, "carried_out": true}`, `{"item": "laptop", "quantity": 0}` or `{"deliver": "1"}`."""
        match given:
            case {"fail": int(left), **more}:
                self.server.moods.change(left, carried_out=more.get("carried_out") is True)
            case {"item": str(item), "quantity": int(quantity)}:
                self.server.books.count(item, quantity)
            case {"deliver": str(order)}:
                self.server.books.deliver(order)
            case _:
                return Said(422, {"error": "it cannot be told this"})
        return Said(204)

    def _is_known(self) -> bool:
        """Say whether the token is ours; who has another one is told."""
        expected = f"Bearer {self.server.token}".encode()
        if hmac.compare_digest(self.headers.get("Authorization", "").encode(), expected):
            return True
        self._say(Said(401, {"error": "the token is not known"}))
        return False

    def _given(self) -> dict[str, Any] | None:
        """Read the JSON of a request; None where there is none, and that has been said."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True
            self._say(Said(413 if length.isdigit() else 411))
            return None
        try:
            given = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            given = None
        if isinstance(given, dict):
            return given
        self._say(Said(400, {"error": "this is no JSON object"}))
        return None

    def _say(self, said: Said) -> None:
        body = b"" if said.body is None else json.dumps(said.body).encode()
        self.send_response(said.status)
        self.send_header("Content-Type", "application/json")
        if said.status == 503:
            self.send_header("Retry-After", SOON)
        if said.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
