"""Writes docs/cli.md from the commands themselves: every one with its words, its options and their variables.

Run it after a change: `PYTHONPATH=. python scripts/commands_page.py`; tests/docs/test_commands.py holds the page to it.
"""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli import VERBS
from cli.mirroring import mirrored
from settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"

HEAD = """\
# Commands

`steward COMMAND --help` says the same at a terminal. This page is written by `scripts/commands_page.py`.

At a terminal, answers are tables and pages; into a pipe, lines with tabs between, or JSON with `--json`. `NO_COLOR`
takes the colours away. What is long shows its progress, at a terminal only.

| Exit code | Says |
|---|---|
| 0 | fine |
| 1 | findings, or a refusal: the reasons are written to standard error |
| 2 | usage: the command line or the configuration is wrong |
| 3 | unreachable: no server answers, or nobody knows whether it was done: repeat it with the `--key` that is named |
| 4 | undecided: `steward gate` has waited as long as it was to |
| 130 | ended by Ctrl-C |

Commands that speak to the API find it by `STEWARD_URL` and `STEWARD_TOKEN`, or by the data directory
(`STEWARD_DATA`) of a `steward up` here. Every other [setting](operations.md#settings) is a variable, too; and so is
every option, by the name of its command: `STEWARD_LIST_LIMIT=10`.

`eval "$(steward completion bash)"` in `~/.bashrc` has your shell complete commands, options, processes, records, tasks
and actions; with `zsh` in `~/.zshrc` zsh does. For fish:
`steward completion fish > ~/.config/fish/completions/steward.fish`.
"""


def page() -> str:
    """Give the whole page."""
    return "\n".join([HEAD, *(line for name, verb in VERBS.items() for line in _verb(name, verb.module))])


def _verb(name: str, module: str) -> Iterator[str]:
    group: Any = mirrored(importlib.import_module(module).app)
    yield from _command(group.commands[name], name)


def _command(command: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - typer's own kind of command
    yield f"## steward {name}\n"
    yield " ".join((command.help or "").split()) + "\n"
    inner = getattr(command, "commands", {})
    rows = [row for each in command.params for row in _row(each)]
    if rows and not inner:
        yield "| Word or option | Is | Variable |\n|---|---|---|"
        yield "".join(f"{row}\n" for row in rows)
    for word, each in inner.items():
        yield from _command(each, f"{name} {word}")


def _row(param: Any) -> Iterator[str]:  # noqa: ANN401 - typer's own kind of parameter
    options = [each for each in param.opts if each.startswith("-")]
    said = " ".join((getattr(param, "help", "") or "").split()).replace("|", "\\|")
    if not options:
        yield f"| `{(param.metavar or param.name).replace('|', ' or ')}` | {said} | |"
        return
    name = options[0].removeprefix("--").replace("-", "_")
    if name != "help":
        variable = f"STEWARD_{name.upper()}" if name in Settings.model_fields else param.envvar
        value = "" if param.is_flag else f" {param.metavar or 'VALUE'}"
        yield f"| `{', '.join(options)}{value}` | {said} | `{variable}` |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
