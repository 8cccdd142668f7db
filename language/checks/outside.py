"""Checks how events come in from outside (intakes, event map) against the processes whose records they concern."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from language.checks.bringing import Look
from language.checks.event_map import event
from language.checks.inspection import under
from language.checks.intakes import intake
from language.definition import Definition
from language.loader import Entry, MappingNode, Node, load
from language.organisation import PLURALS, Organisation
from language.organisation_rows import CLOUD_EVENT, OUTSIDE
from language.problems import LanguageError, Problem, did_you_mean, quoted
from language.schema.keys import Reading
from language.static_types import StaticType


class _Way(NamedTuple):
    """A way in: how its rows are checked, and what these may read of what comes in."""

    check: Callable[[Look, str, Node], None]
    known: Mapping[str, StaticType]


WAYS: Mapping[str, _Way] = {"intake": _Way(intake, OUTSIDE), "event": _Way(event, CLOUD_EVENT)}
"""The kinds of row by which events come in."""


def check_outside(
    texts: Mapping[str, str], organisation: Organisation, definitions: Mapping[str, Definition]
) -> dict[str, tuple[Problem, ...]]:
    """Find what is wrong with ways in: file → problems, of the files that have some.

    `organisation` was read from these texts (file → text), with no mistake; `definitions` are known by their process.
    """
    found: dict[str, tuple[Problem, ...]] = {}
    for file, source in texts.items():
        problems = outside_problems(load(source), source.split("\n"), organisation, definitions)
        if problems:
            found[file] = problems
    return found


def outside_problems(
    root: Node, lines: list[str], organisation: Organisation, definitions: Mapping[str, Definition]
) -> tuple[Problem, ...]:
    """Find what is wrong with the ways in that stand in one file; `organisation` has its rows."""
    reading = Reading(lines)
    for kind, way in WAYS.items():
        for entry in _rows(root, PLURALS[kind]):
            process = str(organisation.of(kind)[entry.key]["process"])
            definition = definitions.get(process)
            if definition is None:
                _unknown(reading, process, under(entry.value, "process"), definitions)
            else:
                way.check(Look(reading, organisation, definition, way.known), entry.key, entry.value)
    return LanguageError(reading.problems).problems


def _unknown(reading: Reading, process: str, node: Node, definitions: Mapping[str, Definition]) -> None:
    hint = did_you_mean(process, definitions) or f"There are: {', '.join(definitions) or 'none'}."
    reading.refuse(node, "unknown-process", f"no process named {quoted(process)}", hint)


def _rows(node: Node, plural: str) -> tuple[Entry, ...]:
    rows = node.get(plural) if isinstance(node, MappingNode) else None
    return rows.entries if isinstance(rows, MappingNode) else ()
