"""Gives every option its variable of the environment: `--limit` of `steward list` is STEWARD_LIST_LIMIT."""

from typing import Any

import typer

from settings import Settings

PREFIX = "STEWARD"


def mirrored(app: typer.Typer) -> Any:  # noqa: ANN401 - typer's own kind of command
    """Give the command of these verbs; an option that is a setting has that setting's variable already."""
    command = typer.main.get_command(app)
    for name, verb in command.commands.items():  # type: ignore[attr-defined]  # a group, as `verbs` makes them
        _mirror(verb, (name,))
    return command


def _mirror(command: Any, path: tuple[str, ...]) -> None:  # noqa: ANN401 - typer's own kind of command
    for name, verb in getattr(command, "commands", {}).items():
        _mirror(verb, (*path, name))
    for option in command.params:
        name = next((each for each in option.opts if each.startswith("--")), "").removeprefix("--").replace("-", "_")
        if name and name not in {*Settings.model_fields, "help"}:
            option.envvar = "_".join((PREFIX, *path, name)).upper()
