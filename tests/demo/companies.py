"""The demo company's systems for tests: on loopback, in this process, with their books in a file."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from demo.books import Books
from demo.serving import LOOPBACK, Company

TOKEN = "canary-company-token"


class Systems:
    """The systems, and what people can ask of them."""

    def __init__(self, port: int) -> None:
        """Keep where they are."""
        self.url = f"http://{LOOPBACK}:{port}"
        self._http = httpx2.Client(base_url=self.url, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False)

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables by which the shipped connectors find them."""
        return {"STEWARD_COMPANY_URL": self.url, "STEWARD_COMPANY_TOKEN": TOKEN}

    def ask(self, path: str, given: Any, key: str | None = "K1", **headers: str) -> httpx2.Response:
        """Ask for something."""
        keyed = {"Idempotency-Key": key} if key else {}
        return self._http.post(path, json=given, headers={**keyed, **headers})

    def control(self, **given: Any) -> None:
        """Change what the next requests meet with."""
        assert self.ask("/control", given, key=None).status_code == 204

    def rows(self, table: str) -> list[dict[str, Any]]:
        """List `accounts`, `reservations` or `orders`."""
        answer = self._http.get(f"/{table}")
        assert answer.status_code == 200
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows

    def close(self) -> None:
        """Ask no more."""
        self._http.close()


@contextmanager
def a_company(file: Path) -> Iterator[Systems]:
    """Run the systems inside the block."""
    company = Company(Books(file), TOKEN, 0)
    serving = threading.Thread(target=company.serve_forever)
    serving.start()
    systems = Systems(company.server_port)
    try:
        yield systems
    finally:
        systems.close()
        company.shutdown()
        serving.join()
        company.server_close()


@contextmanager
def a_connected_company(file: Path) -> Iterator[Systems]:
    """Run the systems inside the block, where the shipped connectors of this process find them."""
    with a_company(file) as systems, pytest.MonkeyPatch.context() as patch:
        for name, value in systems.environment.items():
            patch.setenv(name, value)
        yield systems
