"""Reads a row of an organisation from JSON, with the readers and checks of the files: one piece of code for both.

ValueError
└── RowRefused     a row that cannot be, with every reason and where in it each is
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from language.checks.outside import WAYS, outside_problems
from language.definition import Definition
from language.loader import Entry, MappingNode, Node, ScalarNode, SequenceNode
from language.organisation import PLURALS, Organisation
from language.organisation_reading import read_rows
from language.problems import LanguageError, Problem, sentence

DEEPEST = 10
"""Lists and groups of keys inside each other."""


class RowProblem(NamedTuple):
    """What is wrong with a row: `path` points into it (`hours.mon`), empty for the row itself."""

    path: str
    code: str
    text: str


class RowRefused(ValueError):
    """A row that cannot be."""

    def __init__(self, problems: tuple[RowProblem, ...]) -> None:
        """Keep what is wrong; the message lists it."""
        super().__init__("; ".join(f"{each.path}: {each.text}" if each.path else each.text for each in problems))
        self.problems = problems


def with_row(
    base: Organisation,
    kind: str,
    name: str,
    given: Mapping[str, Any],
    processes: Mapping[str, Definition] | None = None,
) -> Organisation:
    """Add a row to an organisation, or replace the one of its id; `given` has the keys that a file would.

    With `processes`, a row by which events come in is held against the one it is for.

    What is empty counts as not given, so that a row can be given back as it was read. Raises RowRefused.
    """
    nodes = _Nodes()
    filled = {key: value for key, value in given.items() if value not in (None, [], {})}
    root = MappingNode((nodes.entry(PLURALS[kind], nodes.mapping({name: filled}, "", DEEPEST), ""),), 0, 1)
    try:
        after = read_rows(root, base)
    except LanguageError as refused:
        raise RowRefused(tuple(nodes.placed(each, name) for each in refused.problems)) from refused
    if processes is not None and kind in WAYS:
        wrong = outside_problems(root, [], after, processes)
        if wrong:
            raise RowRefused(tuple(nodes.placed(each, name) for each in wrong))
    return after


class _Nodes:
    """Makes nodes of JSON, whose lines are numbers of paths."""

    def __init__(self) -> None:
        self.paths: list[str] = [""]

    def placed(self, problem: Problem, name: str) -> RowProblem:
        """Give a problem with its path inside the row."""
        path = self.paths[problem.line].removeprefix(name).removeprefix(".")
        return RowProblem(path, problem.code, sentence(problem.message, problem.hint))

    def entry(self, key: str, value: Node, path: str) -> Entry:
        return Entry(key, self._line(path), 1, value)

    def mapping(self, given: Mapping[str, Any], path: str, depth: int) -> MappingNode:
        entries = []
        for key, value in given.items():
            inner = f"{path}.{key}" if path else str(key)
            entries.append(self.entry(str(key), self._node(value, inner, depth - 1), inner))
        return MappingNode(tuple(entries), self._line(path), 1)

    def _node(self, value: Any, path: str, depth: int) -> Node:  # noqa: ANN401  # any JSON
        match value:
            case Mapping() if depth:
                return self.mapping(value, path, depth)
            case list() if depth:
                items = (self._node(each, f"{path}.{place}", depth - 1) for place, each in enumerate(value))
                return SequenceNode(tuple(items), self._line(path), 1)
            case None | bool() | int():
                text = "" if value is None else str(value).lower()
                return ScalarNode(value, text, False, self._line(path), 1)
            case float():
                return ScalarNode(Decimal(repr(value)), repr(value), False, self._line(path), 1)
            case _:
                return ScalarNode(str(value), str(value), True, self._line(path), 1)

    def _line(self, path: str) -> int:
        self.paths.append(path)
        return len(self.paths) - 1
