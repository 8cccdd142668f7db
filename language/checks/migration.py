"""Checks `migrate`: what it leads to is there, and the version it is from is earlier and has the names it renames."""

from collections.abc import Iterator, Mapping

from language.checks import names
from language.checks.inspection import Inspection, under
from language.definition import Definition, Migration
from language.loader import Entry, MappingNode, Node, load
from language.problems import Problem, did_you_mean, quoted


def check(inspection: Inspection) -> None:
    """Check what can be seen in the definition itself."""
    migration, node = inspection.definition.migrate, under(inspection.page.root, "migrate")
    if migration is None:
        return
    if migration.from_ >= inspection.definition.version:
        message = f"migrate is from version {migration.from_}, and this is version {inspection.definition.version}"
        inspection.report(under(node, "from"), "not-earlier", message, "Name the version that records are moved from.")
    _states(inspection, migration.states, under(node, "states"))
    _fields(inspection, migration.fields, under(node, "fields"))


def check_earlier(source: str, migration: Migration, earlier: Definition | None) -> tuple[Problem, ...]:
    """Find the names that the version it is from does not have; None: it was never published."""
    node = under(load(source), "migrate")
    if earlier is None:
        where, message = under(node, "from"), f"version {migration.from_} is not published, so no record is on it"
        return (Problem(where.line, where.column, "unknown-version", message, "Name one that is published."),)
    return (
        *_unknown(under(node, "states"), migration.states, earlier.states, "state"),
        *_unknown(under(node, "fields"), migration.fields, earlier.fields, "field"),
    )


def _states(inspection: Inspection, renamed: Mapping[str, str], node: Node) -> None:
    states = inspection.definition.states
    for entry, new in _renamed(node, renamed):
        names.state(inspection, new, entry.value)
        if entry.key in states:
            message = f"{quoted(entry.key)} is still a state here, so the records in it stay there"
            inspection.report(entry.value, "still-there", message, "Take it out of migrate.")
        if new in states and states[new].final:
            message = f"{quoted(new)} is final, and moving a record does not end it"
            inspection.report(entry.value, "final-goes-on", message, "Name a state that is not final.")


def _fields(inspection: Inspection, renamed: Mapping[str, str], node: Node) -> None:
    taken: dict[str, str] = {}
    for entry, new in _renamed(node, renamed):
        names.written_field(inspection, new, entry.value)
        if taken.setdefault(new, entry.key) != entry.key:
            message = f"{quoted(taken[new])} and {quoted(entry.key)} cannot both become {quoted(new)}"
            inspection.report(entry.value, "named-twice", message, "Leave one of the two out: its values are dropped.")


def _renamed(node: Node, renamed: Mapping[str, str]) -> Iterator[tuple[Entry, str]]:
    """Give what was renamed with where that is written."""
    entries = node.entries if isinstance(node, MappingNode) else ()
    yield from ((entry, renamed[entry.key]) for entry in entries if entry.key in renamed)


def _unknown(node: Node, renamed: Mapping[str, str], known: Mapping[str, object], what: str) -> Iterator[Problem]:
    for entry, _ in _renamed(node, renamed):
        if entry.key not in known:
            message = f"the earlier version has no {what} named {quoted(entry.key)}"
            hint = did_you_mean(entry.key, known) or f"It had: {', '.join(known)}."
            yield Problem(entry.key_line, entry.key_column, f"unknown-{what}", message, hint)
