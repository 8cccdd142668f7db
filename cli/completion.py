"""`steward completion`: has a shell complete commands, options, processes, records and actions as they are typed.

The shell asks this program for every word. What only the API knows is asked of it for a second at most, and left out
where it does not answer.
"""

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli import VERBS
from cli.client import HASTY, Api, api, path
from cli.errors import CliError, UsageError
from cli.mirroring import mirrored
from cli.terminal import verbs

app = verbs()

MOST = 50
"""Records that are offered."""


class Shell(StrEnum):
    """The shells that can be told."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


SCRIPTS = {
    Shell.BASH: """\
_steward() {
    local IFS=$'\\n'
    COMPREPLY=($(steward completion --words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _steward steward
""",
    Shell.ZSH: """\
#compdef steward
_steward() {
    local -a found
    found=("${(@f)$(steward completion --words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "$found" ]]; then compadd -- $found; else _files; fi
}
compdef _steward steward
""",
    Shell.FISH: """\
complete -c steward -a '(steward completion --words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
""",
}


@app.command()
def completion(
    said: Annotated[
        list[str] | None, typer.Argument(metavar="SHELL", help="bash, zsh or fish: writes what it is to be told.")
    ] = None,
    *,
    words: Annotated[bool, typer.Option("--words", help="Write what the last of these words may become.")] = False,
) -> None:
    """Write what a shell needs to complete what you type: eval "$(steward completion bash)" in ~/.bashrc.

    zsh: the same in ~/.zshrc. fish: steward completion fish > ~/.config/fish/completions/steward.fish
    """
    given = said or []
    if words:
        sys.stdout.writelines(f"{each}\n" for each in candidates(given))
    elif len(given) == 1 and given[0] in list(Shell):
        sys.stdout.write(SCRIPTS[Shell(given[0])])
    else:
        raise UsageError("say which shell: bash, zsh or fish")


def candidates(words: Sequence[str]) -> list[str]:
    """Give what the last of the words behind `steward` may become; nothing where a file is to be named."""
    *before, last = words or ("",)
    if not before:
        found: Iterable[str] = VERBS
    elif last.startswith("-"):
        found = _options(before)
    else:
        found = _places(before)
    return sorted(each for each in found if each.startswith(last))


def _options(before: Sequence[str]) -> list[str]:
    verb = VERBS.get(before[0])
    if verb is None:
        return []
    command: Any = mirrored(importlib.import_module(verb.module).app)
    for word in before:
        command = getattr(command, "commands", {}).get(word, command)
    return [option for each in command.params for option in each.opts if option.startswith("--")]


def _processes(to: Api, _before: Sequence[str]) -> list[str]:
    return [each["process"] for each in to.whole("/processes", "processes")["processes"]]


def _records(to: Api, _before: Sequence[str]) -> list[str]:
    return [each["id"] for each in to.get("/records", {"limit": MOST}).body["records"]]


def _shown(to: Api, before: Sequence[str]) -> list[str]:
    return [*_processes(to, before), *_records(to, before)]


def _actions(to: Api, before: Sequence[str]) -> list[str]:
    actions = to.get(path("records", before[1])).body["actions"]
    return [each["name"] for each in actions if each["possible"] != "no"]


def _tasks(to: Api, _before: Sequence[str]) -> list[str]:
    return [each["id"] for each in to.get("/tasks").body["tasks"]]


def _approvals(to: Api, _before: Sequence[str]) -> list[str]:
    return [each["id"] for each in to.get("/approvals").body["approvals"]]


Place = Callable[[Api, Sequence[str]], list[str]]

FIRST: dict[str, Place] = {
    **dict.fromkeys(("start", "versions", "migrate", "retire"), _processes),
    **dict.fromkeys(("act", "edit", "comment", "follow", "unfollow", "retry", "skip", "watch", "gate"), _records),
    **dict.fromkeys(("claim", "release", "complete"), _tasks),
    "journal": _records,
    "show": _shown,
    "vote": _approvals,
}
"""What stands first behind a verb."""


def _places(before: Sequence[str]) -> list[str]:
    verb, *others = before
    if verb == "vote" and len(others) == 1:
        return ["yes", "no"]
    place = FIRST.get(verb) if not others else _actions if verb == "act" and len(others) == 1 else None
    if place is None:
        return []
    try:
        with api(patience=HASTY) as to:
            return place(to, before)
    except (CliError, ValueError, KeyError):
        return []
