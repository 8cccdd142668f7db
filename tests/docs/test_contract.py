"""What programs may rely on is there: each call, parameter, command and exit code that the documentation names."""

import json
import re

import pytest

from cli import VERBS
from cli.errors import ExitCode
from tests.docs.pages import DOCS

SECTION = (DOCS / "api.md").read_text("utf-8").partition("## What programs may rely on")[2].partition("\n## ")[0]
ROW = re.compile(r"^\| `([A-Z]+ /[^`]*)` \|(.*)\|$", re.MULTILINE)
ROWS: dict[str, list[str]] = {call: re.findall(r"`(\w+)`", given) for call, given in ROW.findall(SECTION)}
PATHS = json.loads((DOCS / "openapi.json").read_text("utf-8"))["paths"]
DESCRIBED = {
    f"{way.upper()} {path.removeprefix('/api/v1')}": [
        each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
    ]
    for path, ways in PATHS.items()
    if path.startswith("/api/v1")
    for way, operation in ways.items()
}
CLI = (DOCS / "cli.md").read_text("utf-8")


def test_every_call_is_named_and_every_named_call_is_there() -> None:
    assert set(ROWS) == set(DESCRIBED), "docs/api.md, What programs may rely on: each call has a row"


@pytest.mark.parametrize("call", sorted(ROWS))
def test_what_a_call_may_be_asked_with_is_there(call: str) -> None:
    assert set(ROWS[call]) <= set(DESCRIBED.get(call, ()))


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_command_is_named(verb: str) -> None:
    assert re.search(rf"^## steward {re.escape(verb)}\b", CLI, re.MULTILINE)


def test_commands_that_are_named_are_there() -> None:
    assert set(re.findall(r"^## steward ([a-z-]+)", CLI, re.MULTILINE)) == set(VERBS)


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_named(code: ExitCode) -> None:
    assert re.search(rf"\b{code.value}\b", CLI.partition("\n## ")[0])
