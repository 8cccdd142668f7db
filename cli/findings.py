"""Finds the mistakes in a whole folder of definitions: organisation, messages, processes and their tests."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cli.folder import Folder
from engine.scenarios.reading import read_script
from language.checker import check
from language.checks.outside import check_outside
from language.definition import Definition
from language.messages import Message, read_message
from language.organisation import Organisation
from language.organisation_reading import OrganisationMistakes, read_organisation
from language.problems import LanguageError, Problem
from language.reading import read_definition_leniently
from language.surroundings import ActionShape, Surroundings


class Finding(NamedTuple):
    """A mistake, and the file it is in."""

    file: Path
    problem: Problem

    def __str__(self) -> str:
        """Say it as editors read it: `definitions/incident.yaml:63:22 unknown-state: …`."""
        return f"{self.file}:{self.problem}"


def organisation_of(folder: Folder) -> Organisation:
    """Read the organisation; raise OrganisationMistakes with all that is wrong, by the paths of the files."""
    return read_organisation({str(file): text for file, text in folder.organisation.items()})


def definitions_of(folder: Folder) -> Mapping[str, Definition]:
    """Read the definitions by their process, as far as they can be read."""
    read = [read_definition_leniently(text)[0] for text in folder.definitions.values()]
    return {definition.process: definition for definition in read if definition is not None}


def findings(
    folder: Folder, actions: Mapping[str, ActionShape], passed: Callable[[], None] = lambda: None
) -> Iterator[Finding]:
    """Find every mistake; with a broken organisation only the form of definitions is judged: names mean nothing.

    `passed` is called after each file.
    """
    try:
        organisation = organisation_of(folder)
    except OrganisationMistakes as mistakes:
        yield from (Finding(Path(file), each) for file, problems in mistakes.files.items() for each in problems)
        yield from _each(folder.definitions, lambda text: read_definition_leniently(text)[1], passed)
        return
    messages = {file.stem: _message(text)[0] for file, text in folder.messages.items()}
    definitions = definitions_of(folder)
    around = Surroundings.from_organisation(organisation, messages, actions, definitions)
    yield from _each(folder.messages, lambda text: _message(text)[1], passed)
    yield from _each(folder.definitions, lambda text: check(text, around), passed)
    texts = {str(file): text for file, text in folder.organisation.items()}
    for name, problems in check_outside(texts, organisation, definitions).items():
        yield from (Finding(Path(name), each) for each in problems)
    yield from _each(folder.tests, lambda text: _test_problems(text, definitions, organisation), passed)


def _each(
    texts: Mapping[Path, str], problems_of: Callable[[str], tuple[Problem, ...]], passed: Callable[[], None]
) -> Iterator[Finding]:
    for file, text in texts.items():
        yield from (Finding(file, problem) for problem in problems_of(text))
        passed()


def _message(text: str) -> tuple[Message, tuple[Problem, ...]]:
    """Read a message; a wrong one counts as one that reads nothing, so that it is reported once."""
    try:
        return read_message(text), ()
    except LanguageError as error:
        return Message("", "", ()), error.problems


def _test_problems(text: str, definitions: Mapping[str, Definition], organisation: Organisation) -> tuple[Problem, ...]:
    try:
        read_script(text, definitions, organisation)
    except LanguageError as error:
        return error.problems
    return ()
