"""Looks at a definition before it is published: every mistake in it and its messages, and how its scenarios go.

Pure: it can be done anywhere, also in a process of its own.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.scenarios.report import Report
from engine.scenarios.running import run_tests
from language.checker import check
from language.checks.migration import check_earlier
from language.definition import Definition, Migration
from language.messages import Message, read_message
from language.organisation import Organisation
from language.problems import LanguageError, Problem
from language.reading import read_definition, read_definition_leniently
from language.surroundings import ActionShape, Surroundings

DEFINITION, TESTS, MESSAGES = "definition", "tests", "messages"


class Draft(NamedTuple):
    """What is to be published: the text of a definition, of its tests (empty: none), and its messages by name.

    `beside` are the texts of processes it refers to that will be published with it: they count as being there.
    """

    source: str
    tests: str
    messages: Mapping[str, str]
    beside: tuple[str, ...] = ()


class Around(NamedTuple):
    """What exists around a draft: the organisation, the actions that may be called, the texts of what is published."""

    organisation: Organisation
    actions: Mapping[str, ActionShape]
    published: tuple[str, ...]


class Finding(NamedTuple):
    """A mistake in a part of a draft: `definition`, `tests` or `messages/NAME`."""

    part: str
    problem: Problem

    def __str__(self) -> str:
        """Say it on one line: `definition:63:22 unknown-state: …`."""
        return f"{self.part}:{self.problem}"


class Examination(NamedTuple):
    """What came of looking at a draft; `report` is None where its scenarios were not run.

    `migrate` is what it says of records of an earlier version, to be held against that (`held_against`).
    """

    process: str
    version: int
    title: str
    findings: tuple[Finding, ...]
    report: Report | None
    migrate: Migration | None = None

    @property
    def passed(self) -> bool:
        """Whether it may be published: no mistakes but warnings, no scenario failed."""
        wrong = any(finding.problem.severity == "error" for finding in self.findings)
        return not wrong and (self.report is None or self.report.passed)


def examine(draft: Draft, surroundings: Around) -> Examination:
    """Find every mistake in a draft and, where there is none, run its scenarios."""
    definition = read_definition_leniently(draft.source)[0]
    known = {each.process: each for each in map(read_definition, surroundings.published)}
    drafts = (read_definition_leniently(text)[0] for text in draft.beside)
    known.update({each.process: each for each in drafts if each is not None})
    if definition is not None:
        known[definition.process] = definition
    messages: dict[str, Message] = {}
    wrong_messages = tuple(_in_messages(draft.messages, messages))
    names = Surroundings.from_organisation(surroundings.organisation, messages, surroundings.actions, known)
    findings = (*(Finding(DEFINITION, problem) for problem in check(draft.source, names)), *wrong_messages)
    if definition is None:
        return Examination("", 0, "", findings, None)
    about = (definition.process, definition.version, definition.title)
    found = Examination(*about, findings, None, definition.migrate)
    if not draft.tests or not found.passed:
        return found
    report, problems = _tested(draft.tests, known, surroundings.organisation)
    return found._replace(report=report, findings=(*findings, *(Finding(TESTS, problem) for problem in problems)))


def held_against(found: Examination, source: str, earlier: str | None) -> Examination:
    """Add what is wrong with the names of the earlier version whose text this is (None: it was never published)."""
    if found.migrate is None:
        return found
    definition = None if earlier is None else read_definition(earlier)
    problems = check_earlier(source, found.migrate, definition)
    return found._replace(findings=(*found.findings, *(Finding(DEFINITION, problem) for problem in problems)))


def _in_messages(texts: Mapping[str, str], found: dict[str, Message]) -> Iterator[Finding]:
    """Read the messages into `found`; a wrong one counts as one that reads nothing, so that it is reported once."""
    for name, text in texts.items():
        try:
            found[name] = read_message(text)
        except LanguageError as error:
            found[name] = Message("", "", ())
            yield from (Finding(f"{MESSAGES}/{name}", problem) for problem in error.problems)


def _tested(
    tests: str, known: Mapping[str, Definition], around_them: Organisation
) -> tuple[Report | None, tuple[Problem, ...]]:
    try:
        return run_tests(tests, known, around_them), ()
    except LanguageError as error:
        return None, error.problems
