"""Writes findings: for people, with the line they are in, and for GitHub's annotations."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.markup import escape

from cli.findings import Finding
from cli.terminal import out
from language.problems import sentence

TAB = "\t"


class Checked(NamedTuple):
    """What was looked at, path → text, and what was found in it."""

    texts: dict[Path, str]
    found: tuple[Finding, ...]


def print_for_people(checked: Checked) -> None:
    """Write each finding on a line as editors read it; at a terminal, below it the place it is about."""
    console = out()
    for file, problem in checked.found:
        kind = "[yellow]warning[/] " if problem.severity == "warning" else ""
        place, _space, text = str(problem._replace(severity="error")).partition(" ")
        code, _colon, rest = text.partition(":")
        console.print(f"[bold]{escape(str(file))}[/]:{place} {kind}[red]{code}[/]:{escape(rest)}", soft_wrap=True)
        if sys.stdout.isatty():
            for line, style in excerpt(checked.texts.get(file, ""), problem.line, problem.column):
                console.print(line, style=style, markup=False, soft_wrap=True)


def excerpt(text: str, line: int, column: int) -> Iterator[tuple[str, str]]:
    """Give the line of a text that is meant and, under it, a caret at the column; nothing where there is no such line.

    Each comes with its style.
    """
    lines = text.split("\n")
    if line <= len(lines) and lines[line - 1].strip():
        number, meant = f"{line:>5} │ ", lines[line - 1]
        before = "".join(letter if letter == TAB else " " for letter in meant[: column - 1])
        yield f"{number}{meant}", "dim"
        yield f"{' ' * (len(number) - 2)}│ {before}^", "red"


def print_for_github(found: Sequence[Finding]) -> None:
    """Write each finding as a command that GitHub Actions show beside the line."""
    for file, problem in found:
        place = {"file": file.as_posix(), "line": problem.line, "col": problem.column, "title": problem.code}
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
        said = _message(sentence(problem.message, problem.hint))
        sys.stdout.write(f"::{problem.severity} {properties}::{said}\n")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
