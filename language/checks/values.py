"""Checks that a value can stand where it is written: in a field, an input of an action, a default."""

from collections.abc import Mapping

from language import static_types
from language.checks import names
from language.checks.inspection import Inspection, under
from language.definition import Literal, Written
from language.expression_tree import Name
from language.expressions import Expression, Text
from language.inputs import ValueRefused, read
from language.loader import Node
from language.problems import did_you_mean, quoted
from language.static_types import ANY, LENGTHS, TEXT, TEXTS, Kind, StaticType, type_of
from language.values import FieldType, Plain, Shape

REFERENCES = (FieldType.USER, FieldType.GROUP, FieldType.REF)


def into_fields(inspection: Inspection, values: Mapping[str, Written], node: Node) -> None:
    """Check `{field: value}`, as `set` and `save` have it."""
    for name, value in values.items():
        where = under(node, name)
        if names.written_field(inspection, name, where):
            into(inspection, inspection.definition.fields[name].shape, value, where, name)


def into(inspection: Inspection, shape: Shape, value: Written, node: Node, name: str) -> None:
    """Check that a value can be of a shape; `name` is what it is for."""
    if shape.sealed and value != Literal(None):
        refuse_given(inspection, name, node)
    elif isinstance(value, Literal):
        literal(inspection, shape, value, node, name)
    else:
        fitting(inspection, type_of(shape), value, node, name)


def refuse_given(inspection: Inspection, name: str, where: Node) -> None:
    """Refuse that a definition gives a sensitive field a value."""
    message = f"{quoted(name)} is sensitive, so a definition cannot give it a value"
    inspection.report(where, "sensitive-given", message, "People and programs fill it in; null empties it.")


def fitting(inspection: Inspection, wanted: StaticType, value: Written, node: Node, name: str) -> None:
    """Check that a value can be of a type; a literal stays to be read where it arrives."""
    found = ANY if isinstance(value, Literal) else found_type(inspection, value, node)
    if not fits(wanted, found):
        inspection.report(node, "wrong-type", f"{quoted(name)} takes {wanted}, not {found}")
    strange = [option for option in found.options if wanted.options and option not in wanted.options]
    if strange:
        message = f"{quoted(name)} has no option {quoted(strange[0])}, which this can be"
        inspection.report(node, "unknown-option", message, f"There are: {', '.join(wanted.options)}.")


def found_type(inspection: Inspection, value: Written, node: Node) -> StaticType:
    """Check a value and give its type; that of a literal is anything."""
    if isinstance(value, Literal):
        return ANY
    if isinstance(value, Text):
        inspection.text(value, node)
        return TEXT
    return inspection.expression(value, node)


def fits(wanted: StaticType, found: StaticType) -> bool:
    """Say whether a value of one type may be put where another is wanted; a text is read as whatever is wanted."""
    if Kind.ANY in (wanted.kind, found.kind) or found.kind in (Kind.TEXT, Kind.NOTHING):
        return True
    for alike in (TEXTS, LENGTHS):
        if wanted.kind in alike and found.kind in alike:
            return True
    if wanted.kind is Kind.TEXT:
        return found.kind in (Kind.NUMBER, Kind.REF)
    if wanted.kind is found.kind is Kind.LIST and wanted.entry and found.entry:
        return fits(wanted.entry, found.entry)
    return wanted.kind is found.kind and wanted.of in (found.of, "")


def literal(inspection: Inspection, shape: Shape, value: Literal, node: Node, name: str) -> None:
    """Check a literal against the shape it goes to, and that what it refers to exists."""
    try:
        plain = read(shape, value.value)
    except ValueRefused as refused:
        inspection.report(node, "bad-value", f"{name}: {refused.text}")
    else:
        existing(inspection, shape, plain, node)


def existing(inspection: Inspection, shape: Shape, plain: Plain, node: Node) -> None:
    """Check that the things a plain value refers to exist."""
    if shape.type is FieldType.LIST and isinstance(plain, list):
        for entry in plain:
            existing(inspection, shape.entry, entry, node)
    elif shape.type in REFERENCES and isinstance(plain, dict):
        known = inspection.around.things.get(shape.kind)
        if known is not None and plain["id"] not in known:
            found = str(plain["id"])
            hint = did_you_mean(found, known) or "Describe it in the organisation."
            message = f"no {shape.kind.replace('_', ' ')} named {quoted(found)}"
            inspection.report(node, "unknown-thing", message, hint)


def calendar(inspection: Inspection, value: Written | None, node: Node) -> None:
    """Check the name of a calendar, or an expression for it."""
    if isinstance(value, Literal):
        name, known = str(value.value), inspection.around.calendars
        if name not in known:
            hint = (
                did_you_mean(name, known)
                or f"There are: {', '.join(known) or 'none; the organisation describes them'}."
            )
            inspection.report(node, "unknown-calendar", f"no calendar named {quoted(name)}", hint)
    elif value is not None:
        fitting(inspection, TEXT, value, node, "calendar")


def _sensitive_field(inspection: Inspection, value: Written) -> Shape | None:
    """Give the shape of the sensitive field that is all a value says (`=password`); None for every other value."""
    root = value.root if isinstance(value, Expression) else None
    field = inspection.definition.fields.get(root.name) if isinstance(root, Name) else None
    return field.shape if field is not None and field.shape.sealed else None


def _into_opened(inspection: Inspection, wanted: Shape, value: Written, node: Node, name: str) -> None:
    """Check what goes to an input that is opened for the action: a sensitive field alone, of the type it takes."""
    found = _sensitive_field(inspection, value)
    if found is None:
        message = f"{quoted(name)} takes a sensitive field, and nothing else"
        inspection.report(node, "sensitive-needed", message, f"Write {name}: =field, with the name of one.")
    elif not static_types.fits(type_of(wanted.opened), type_of(found.opened)):
        message = f"{quoted(name)} takes {type_of(wanted.opened)}, not {type_of(found.opened)}"
        inspection.report(node, "wrong-type", message)


def into_input(inspection: Inspection, wanted: StaticType | Shape, value: Written, node: Node, name: str) -> None:
    """Check that a value can be an input of an action, which may be declared as a shape or as a type."""
    if isinstance(wanted, Shape) and wanted.sealed:
        _into_opened(inspection, wanted, value, node, name)
    elif isinstance(wanted, Shape):
        into(inspection, wanted, value, node, name)
    else:
        fitting(inspection, wanted, value, node, name)
