"""Checks the fields, and what keeps some of them: tables and values."""

from collections.abc import Mapping

from language.checks import names, values
from language.checks.inspection import Inspection, each, under
from language.definition import Field, Table
from language.loader import Node
from language.organisation import REFERABLE
from language.problems import did_you_mean, quoted
from language.tables import Gap, cover
from language.values import FieldType, Plain, Shape


def check(inspection: Inspection) -> None:
    """Check all fields and tables."""
    for field in inspection.definition.fields.values():
        _field(inspection, field)
    for table in inspection.definition.tables.values():
        _table(inspection, table)
    _circles(inspection)


def _field(inspection: Inspection, field: Field) -> None:
    node = inspection.page.value(field.place)
    kind(inspection, field.shape, under(node, "of"))
    if field.default is not None and field.name in inspection.kept:
        message = f"{quoted(field.name)} is kept by {inspection.kept[field.name]}, so it has no default"
        inspection.report(under(node, "default"), "kept-field", message, "Remove one of the two.")
    if field.default is not None:
        values.into(inspection, field.shape, field.default, under(node, "default"), field.name)
    if field.value is not None:
        values.into(inspection, field.shape, field.value, under(node, "value"), field.name)
    for key, condition in (("valid", field.valid), ("when", field.when), ("locked", field.locked)):
        inspection.condition(condition, under(node, key))
    if field.write is not None:
        names.people(inspection, field.write, under(node, "write"))
    names.readers(inspection, field.readers, under(node, "sensitive"))
    if field.shape.sealed and field.index:
        message = f"{quoted(field.name)} is sensitive, so nothing is found by it"
        inspection.report(under(node, "index"), "sensitive-indexed", message, "Remove one of the two.")


def kind(inspection: Inspection, shape: Shape, node: Node) -> None:
    """Check that what a reference or list is of is a kind of thing that the organisation has, or a process."""
    inner = shape.of if isinstance(shape.of, str) else None
    known = (*REFERABLE, *inspection.processes)
    if inner and inner not in known:
        hint = did_you_mean(inner, (*known, *FieldType)) or f"There are: {', '.join(known)}."
        inspection.report(node, "unknown-kind", f"no kind of thing named {quoted(inner)}", hint)
    for column in (shape.columns or {}).values():
        kind(inspection, column, node)


def _table(inspection: Inspection, table: Table) -> None:
    node = inspection.page.value(table.place)
    is_known = [
        names.readable_field(inspection, name, where) for name, where in each(under(node, "given"), table.given)
    ]
    _outputs(inspection, table, under(node, "gives"))
    _cells(inspection, table)
    if inspection.is_formed and all(is_known):
        _coverage(inspection, table)


def _outputs(inspection: Inspection, table: Table, node: Node) -> None:
    fields = inspection.definition.fields
    for name, where in each(node, table.gives):
        if name in fields and fields[name].shape.sealed:
            values.refuse_given(inspection, name, where)
        other = _other_keeper(inspection, table, name)
        if other:
            inspection.report(where, "kept-twice", f"{quoted(name)} is already kept by {other}", "Keep one of the two.")
    if table.name in fields and any(name not in fields for name in table.gives):
        message = f"there is a field named {quoted(table.name)}, so {table.name}.… cannot be read from the table"
        inspection.report(table.place, "ambiguous-name", message, "Give the table another name.")


def _cells(inspection: Inspection, table: Table) -> None:
    """Check that what the cells refer to exists; that they are values of their fields was seen when they were read."""
    fields, columns = inspection.definition.fields, table.given + table.gives
    for row in table.rows:
        for name, cell, where in zip(columns, row.cells, inspection.page.cells(row.place), strict=False):
            if name in fields:
                values.existing(inspection, fields[name].shape, cell, where)


def _other_keeper(inspection: Inspection, table: Table, name: str) -> str:
    """Name what else keeps a field, or nothing: its value, or a table written before this one."""
    field = inspection.definition.fields.get(name)
    if field is not None and field.value is not None:
        return "its value"
    tables = tuple(inspection.definition.tables.values())
    earlier = (other for other in tables[: tables.index(table)] if field is not None and name in other.gives)
    return next((f"the table {other.name}" for other in earlier), "")


def _coverage(inspection: Inspection, table: Table) -> None:
    found = cover(table, {name: options for name in table.given if (options := _options(inspection, name))})
    if not found.is_complete:
        message = f"the table {table.name} is too big to check"
        inspection.report(table.place, "table-too-big", message, "Split it into two.")
    for number in found.unreachable:
        message = f"this row of {table.name} can never fit: rows above it take all it could"
        inspection.report(table.rows[number].place, "unreachable-row", message, "Remove it, or move it up.")
    if found.gaps:
        message = f"no row of {table.name} fits {_in_words(table, found.gaps[0])}"
        inspection.report(table.place, "table-gap", message, "Add a row, or use any in one that is there.")


def _options(inspection: Inspection, name: str) -> tuple[Plain, ...]:
    shape = inspection.definition.fields[name].shape
    return (True, False) if shape.type is FieldType.YES_NO else shape.options


def _in_words(table: Table, gap: Gap) -> str:
    """Say a gap with the first of the values that are meant: `impact high, urgency low`."""
    return ", ".join(f"{name} {_cell(values[0])}" for name, values in zip(table.given, gap.values, strict=True))


def _cell(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _circles(inspection: Inspection) -> None:
    """Find fields that follow from themselves."""
    follows = _follows(inspection)
    for name in follows:
        if name in _behind(follows, name):
            message = f"{quoted(name)} follows from itself, kept by {inspection.kept[name]}"
            where = inspection.definition.fields[name].place
            inspection.report(where, "circular-value", message, "Break the circle: let one of its fields be written.")


def _follows(inspection: Inspection) -> Mapping[str, tuple[str, ...]]:
    """Give for each kept field the fields it follows from."""
    fields, tables = inspection.definition.fields, inspection.definition.tables.values()
    by_value = {name: field.value.names for name, field in fields.items() if field.value is not None}
    by_table = {name: table.given for table in tables for name in table.gives if name in fields}
    return {**by_table, **by_value}


def _behind(follows: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    """Give all that a field follows from, directly or not."""
    found: dict[str, None] = {}
    waiting = [*follows[name]]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            waiting.extend(follows.get(one, ()))
    return tuple(found)
