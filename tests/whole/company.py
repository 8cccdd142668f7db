"""The systems of a company, for tests: a real HTTP service on loopback with accounts and a stock, which can fail."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

Answer = tuple[int, dict[str, Any]]
FAILED: Answer = (503, {})


class Company:
    """What the systems hold. What was carried out is remembered by its key, so a repeat has no effect.

    Making an account fails as often as `failing` says, the last time after it was made.
    """

    def __init__(self) -> None:
        self.accounts: dict[str, tuple[str, str]] = {}
        self.reservations: dict[str, str] = {}
        self.done: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.failing, self.port, self.lock = 0, 0, Lock()

    def tries(self, path: str) -> list[str]:
        """Give the keys of all requests to a path, in their order."""
        return [key for asked, key in self.asked if asked == path]

    def answer(self, path: str, key: str, given: dict[str, Any]) -> Answer:
        """Carry out a request, once for each key."""
        with self.lock:
            self.asked.append((path, key))
            failing, self.failing = self.failing, max(0, self.failing - (path == "/accounts"))
            if path == "/accounts" and failing > 1:
                return FAILED
            if key not in self.done:
                self.done[key] = self._carried_out(path, given)
            return FAILED if path == "/accounts" and failing else self.done[key]

    def _carried_out(self, path: str, given: dict[str, Any]) -> Answer:
        number = f"N-{len(self.done) + 1}"
        match path:
            case "/accounts":
                self.accounts[number] = (given["person"], given["entitlement"])
                return 201, {"account": {"id": number}}
            case "/accounts/revoked":
                return (404, {}) if self.accounts.pop(given["account"], None) is None else (200, {})
            case "/reservations":
                self.reservations[number] = given["item"]
                return 201, {"reservation": {"id": number}}
            case "/reservations/released":
                return (404, {}) if self.reservations.pop(given["reservation"], None) is None else (200, {})
            case _:
                return 404, {}


@contextmanager
def a_company() -> Iterator[Company]:
    """Run the systems of a company on a free port."""
    company = Company()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, told = company.answer(self.path, self.headers["Idempotency-Key"], given)
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        company.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield company
        server.shutdown()
        thread.join()
