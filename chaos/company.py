"""The demo company's systems over HTTP, badly behaved: late, failing, and silent after they have done what was asked.

They remember keys, as real systems do: a request that is repeated under its key has its effect once.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from chaos.evidence import Call
from chaos.moods import Mood, Moods
from demo.books import LISTED, Books, Said
from demo.serving import Asked, Company

FAILED = Said(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "not now"})


class BadlyBehaved(Company):
    """The server, and every request that was carried out, in order."""

    request_queue_size = 64

    def __init__(self, books: Books, token: str, mood: Moods) -> None:
        """Begin to listen on any free port; `serve_forever` answers."""
        super().__init__(books, token, 0)
        self.RequestHandlerClass = Capricious
        self.mood = mood
        self.choosing = threading.Lock()
        self.carried_out: list[Call] = []

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, _request: Any, _client_address: Any) -> None:  # noqa: ANN401  # a socket
        """Say nothing: clients are killed, and some are left without an answer."""

    def made(self) -> int:
        """Count what it holds."""
        return sum(len(self.books.listed(table)) for table in LISTED)


class Capricious(Asked):
    """One client."""

    server: BadlyBehaved

    def _carried_out(self, given: dict[str, Any]) -> Said:
        company, key = self.server, self.headers.get("Idempotency-Key") or ""
        with company.choosing:
            mood, delay = company.mood.next(key), company.mood.delay()
        if mood is Mood.FAILS:
            return FAILED
        if mood is Mood.LATE:
            time.sleep(delay)
        said = company.books.carry_out(self.path, key, given)
        with company.choosing:
            made = said.status == HTTPStatus.CREATED
            company.carried_out.append(Call(key, f"{self.path} {sorted(given.items())}", made))
        if mood is Mood.SILENT:
            raise ConnectionResetError  # and the connection is closed
        return FAILED if mood is Mood.FAILS_AFTER else said

    def log_message(self, *_said: object) -> None:
        """Say nothing: there are many requests."""


@contextmanager
def serving(file: Path, token: str, mood: Moods) -> Iterator[BadlyBehaved]:
    """Listen inside the block."""
    company = BadlyBehaved(Books(file), token, mood)
    thread = threading.Thread(target=company.serve_forever, daemon=True)
    thread.start()
    try:
        yield company
    finally:
        company.shutdown()
        company.server_close()
        thread.join()
