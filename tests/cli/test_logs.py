"""What is logged of requests: who asked for which address, and not what they looked for."""

import logging

import pytest

from cli.logs import WithoutQuery


def logged(message: str, *arguments: object) -> str:
    """Give a line as it is written after the filter has seen it."""
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, message, arguments, None)
    assert WithoutQuery().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/api/v1/records?q=hunter2&limit=5", "/api/v1/records"),
        ("/healthz", "/healthz"),
        ("/a?", "/a"),
        ("/decide/WyJhbm4", "/decide/…"),
    ],
)
def test_an_address_is_logged_without_its_query(address: str, kept: str) -> None:
    line = logged('%s - "%s %s HTTP/%s" %d', "127.0.0.1:4711", "GET", address, "1.1", 200)
    assert line == f'127.0.0.1:4711 - "GET {kept} HTTP/1.1" 200'


def test_other_lines_stay_as_they_are() -> None:
    assert logged("ready?") == "ready?"
