"""Drafts of a folder: each definition with its tests and the messages it sends, as it would be published."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cli.folder import TEST, Folder
from language.definition import Definition, Notify
from language.messages import SENT
from language.reading import read_definition_leniently
from language.walking import every_step


class Draft(NamedTuple):
    """A definition as texts; `parts` leads from `definition`, `tests` and `messages/NAME` to the files they are in.

    `beside` are the texts of the folder's processes that it names, and of those that they name.
    """

    file: Path
    source: str
    tests: str
    messages: Mapping[str, str]
    parts: Mapping[str, Path]
    beside: tuple[str, ...]


def drafts(folder: Folder) -> Iterator[Draft]:
    """Give every draft of a folder, with the messages that its steps name or that take the place of Steward's own."""
    for file, source in folder.definitions.items():
        definition = read_definition_leniently(source)[0]
        named = () if definition is None else (*_messages(definition), *SENT)
        messages = {path.stem: path for path in folder.messages if path.stem in named}
        tests = file.with_name(file.name.removesuffix(".yaml") + TEST)
        parts = {"definition": file, "tests": tests, **{f"messages/{name}": path for name, path in messages.items()}}
        texts = {name: folder.messages[path] for name, path in messages.items()}
        yield Draft(file, source, folder.tests.get(tests, ""), texts, parts, _beside(folder, file))


def _beside(folder: Folder, file: Path) -> tuple[str, ...]:
    """Give the texts of the processes that a definition names, directly or through others."""
    found: dict[Path, str] = {}
    waiting = [file]
    while waiting:
        text = folder.definitions[waiting.pop()]
        for other, source in folder.definitions.items():
            if other not in (file, *found) and re.search(rf"\b{re.escape(other.stem)}\b", text):
                found[other] = source
                waiting.append(other)
    return tuple(found.values())


def _messages(definition: Definition) -> tuple[str, ...]:
    steps = every_step(definition)
    return tuple(step.message for step in steps if isinstance(step, Notify) and step.message is not None)
