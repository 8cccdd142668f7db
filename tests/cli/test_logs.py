"""The log: a line an event, for people or as JSON, whoever logs."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from cli.logs import log_to_stderr
from settings import LogFormat, LogLevel


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Nothing of how these tests log is left behind."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_of_json_has_time_level_event_and_ids(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(LogLevel.INFO, LogFormat.JSON)
    with structlog.contextvars.bound_contextvars(request_id="build-42"):
        structlog.get_logger("steward.test").info("answered", record="INC1")
        logging.getLogger("elsewhere").warning("said %s", "so")
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert ours.pop("timestamp").endswith("Z")
    assert ours == {
        "level": "info",
        "event": "answered",
        "logger": "steward.test",
        "request_id": "build-42",
        "record": "INC1",
    }
    assert (theirs["event"], theirs["level"], theirs["request_id"]) == ("said so", "warning", "build-42")


def test_an_error_is_one_line_of_json_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(LogLevel.INFO, LogFormat.JSON)
    structlog.get_logger("steward.test").error("failed", exc_info=ZeroDivisionError("by nothing"))
    [line] = capsys.readouterr().err.splitlines()
    assert "ZeroDivisionError: by nothing" in json.loads(line)["exception"]


def test_for_people_a_line_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(LogLevel.INFO)
    structlog.get_logger("steward.test").info("answered", record="INC1")
    assert "answered" in (said := capsys.readouterr().err)
    assert "record=INC1" in said


@pytest.mark.parametrize("sent", ["\x1b[31m", "\x00", "\x9b2J", "\u202e", "\x7f"])
def test_what_strangers_send_commands_no_terminal(sent: str, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(LogLevel.INFO)
    structlog.get_logger("steward.test").info("answered", path=f"/records/{sent}")
    logging.getLogger("elsewhere").warning("asked for %s", sent)
    said = capsys.readouterr().err
    assert (sent in said, said.count(repr(sent[0])[1:-1])) == (False, 2)
