"""Reads the operator's file of connectors into declarations, or says all that is wrong with it and where."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from activities.connectors.declaring import Connector, ConnectorFile, Declared
from language.loader import MappingNode, Node, SequenceNode, load, plain
from language.problems import LanguageError, Problem


class Connected(NamedTuple):
    """An action of a connector, by their names."""

    connector: str
    system: Connector
    action: str
    declared: Declared


class ConnectorsError(ValueError):
    """The file cannot be used; `lines` say all that is wrong, each with its place."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        """Keep the lines."""
        super().__init__("\n".join(lines))
        self.lines = lines


def read_connectors(file: Path) -> tuple[Connected, ...]:
    """Read the file; give its actions in the order in which they are written. Raises ConnectorsError."""
    try:
        return read_text(file.read_text(encoding="utf-8"))
    except LanguageError as wrong:
        raise ConnectorsError(tuple(f"{file}:{problem}" for problem in wrong.problems)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConnectorsError((f"{file} cannot be read ({type(error).__name__})",)) from None


def read_text(text: str) -> tuple[Connected, ...]:
    """Read the text of a file. Raises LanguageError with all that is wrong."""
    node = load(text)
    try:
        found = ConnectorFile.model_validate(plain(node))
    except ValidationError as wrong:
        told = wrong.errors(include_input=False, include_url=False, include_context=False)
        raise LanguageError(_problem(node, each["loc"], each["msg"]) for each in told) from None
    return tuple(_connected(found.connectors))


def _connected(connectors: Mapping[str, Connector]) -> list[Connected]:
    return [
        Connected(name, connector, action, declared)
        for name, connector in connectors.items()
        for action, declared in connector.actions.items()
    ]


def _problem(node: Node, path: tuple[int | str, ...], message: str) -> Problem:
    """Say what is wrong where it stands: as deep in the text as the path leads."""
    line, column, known = node.line, node.column, list[str]()
    for step in path:
        if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line, column = node.line, node.column
        elif isinstance(node, MappingNode) and str(step) in node.keys:
            entry = next(each for each in node.entries if each.key == str(step))
            node, line, column = entry.value, entry.key_line, entry.key_column
        known.append(str(step))
    said = message.removeprefix("Value error, ")
    return Problem(line, column, "bad-connector", f"{'.'.join(known)}: {said}" if known else said)
