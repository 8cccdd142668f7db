"""What the commands write: tables and colours for people at a terminal, plain lines and JSON for programs."""

import io
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.errors import CliError

WIDTH = 100
"""Characters of a line, at most: longer ones are hard to read."""
LONGEST = 16
"""Characters of a column, at most, but for the last."""


def write_whatever_comes() -> None:
    """From now on write what this terminal cannot show as `?`; where there is nothing to write to, to nowhere."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until we end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write_no_more() -> None:
    """From now on write to nowhere: nobody reads or there is no room, and the interpreter would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def out() -> Console:
    """The console for what was asked for; colours only at a terminal, and none with NO_COLOR."""
    return _console(sys.stdout.isatty(), stderr=False)


def err() -> Console:
    """The console for what goes wrong, and for progress."""
    return _console(sys.stderr.isatty(), stderr=True)


def _console(is_terminal: bool, *, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False, soft_wrap=not is_terminal)
    if is_terminal:
        console.width = min(console.width, WIDTH)
    return console


def verbs() -> typer.Typer:
    """A group of verbs in which each keeps its name, however many there are."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
    app.callback()(_group)
    return app


def _group() -> None:
    """Steward: IT service management on durable workflows."""


def complain(error: CliError) -> None:
    """Tell a person why a command did not end well."""
    console = err()
    if error.text:
        console.print(f"[bold red]steward:[/] {escape(error.text)}")
    for line in error.more:
        console.print(f"  {escape(line)}")


def print_json(value: Any) -> None:  # noqa: ANN401  # JSON
    """Write JSON: indented, characters as they are."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def print_rows(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    styles: Mapping[str, str] | None = None,
    *,
    wrap: bool = False,
) -> None:
    """Write a table to a terminal, and to a program one line a row with tabs between, without a head.

    With `wrap` the last column takes as many lines as it needs.
    """
    if not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write("\t".join(" ".join(cell.split()) for cell in row) + "\n")
        return
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns[:-1]:
        style = (styles or {}).get(column)
        table.add_column(column, style=style, no_wrap=True, overflow="ellipsis", max_width=LONGEST)
    table.add_column(columns[-1], no_wrap=not wrap, overflow="ellipsis", ratio=1)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    out().print(table)


def local_time(moment: str | float | None) -> str:
    """A time (RFC 3339, or seconds since the epoch) on the clock of this terminal: `2026-03-06 11:00`."""
    return "" if moment is None else _local(moment).strftime("%Y-%m-%d %H:%M")


def short_time(moment: str | float) -> str:
    """The same for columns: of a time today only the clock, of another day only the date."""
    local = _local(moment)
    return local.strftime("%H:%M" if local.date() == datetime.now().astimezone().date() else "%Y-%m-%d")


def _local(moment: str | float) -> datetime:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else datetime.fromtimestamp(moment, UTC)
    return at.astimezone()
