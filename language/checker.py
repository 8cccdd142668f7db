"""Finds the mistakes in a definition: those of its form (`language.reading`), and names and types that mean nothing.

What is found is sorted by line, and each kind of mistake has a code that stays (`language.codes`).
"""

from contextlib import suppress

from language.checks import blocks, fields, graph, messages, migration, names, records, targets, transitions, values
from language.checks.inspection import Inspection, Page, kept_fields, known_types, under
from language.loader import load
from language.problems import LanguageError, Problem
from language.reading import read_definition_leniently
from language.surroundings import Surroundings
from language.values import FieldType


def check(text: str, around: Surroundings) -> tuple[Problem, ...]:
    """Find all mistakes in a definition at once, in the order of the text; empty when there are none.

    The ways through the states are judged only when all else is in order, because they follow from it.
    """
    definition, problems = read_definition_leniently(text)
    if definition is None:
        return problems
    page = Page(text, load(text))
    types, kept = known_types(definition), kept_fields(definition)
    inspection = Inspection(definition, around, page, types, kept, [], is_formed=not problems)
    inspection = records.knowing_records(inspection)
    with suppress(LanguageError):  # raised when there are so many that it is enough
        _all(inspection)
    return LanguageError(dict.fromkeys((*problems, *inspection.problems))).problems


def _all(inspection: Inspection) -> None:
    _top(inspection)
    fields.check(inspection)
    targets.check(inspection)
    transitions.check(inspection)
    blocks.check(inspection)
    migration.check(inspection)
    if inspection.is_formed and not any(problem.severity == "error" for problem in inspection.problems):
        graph.check(inspection)


def _top(inspection: Inspection) -> None:
    """Check what stands at the top: owner, calendar, who may read and write, what outside events find a record by."""
    definition, root = inspection.definition, inspection.page.root
    records.process_name(inspection)
    if definition.owner:
        names.people(inspection, (definition.owner,), under(root, "owner"))
    values.calendar(inspection, definition.calendar, under(root, "calendar"))
    if definition.read is not None:
        names.readers(inspection, definition.read, under(root, "read"))
    names.people(inspection, definition.write, under(root, "write"))
    if definition.correlate is not None:
        _correlate(inspection, definition.correlate)
    messages.overridden(inspection)


def _correlate(inspection: Inspection, name: str) -> None:
    where = under(inspection.page.root, "correlate")
    if names.field(inspection, name, where):
        field = inspection.definition.fields[name]
        if field.shape.type is not FieldType.TEXT or not field.index:
            message = f"events find their record by {name}, which must be a text with an index"
            inspection.report(where, "correlate-not-indexed", message, "Write {type: text, index: true}.")
