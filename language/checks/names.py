"""Checks that names mean something: fields that are written or asked for, states, and people."""

from language.checks.inspection import Inspection, each, items
from language.definition import ANYONE, Place, Who
from language.expressions import Expression, parse
from language.loader import Node
from language.names import WRITABLE
from language.problems import did_you_mean, quoted
from language.static_types import Kind, StaticType

HOLDS_PEOPLE = ("user", "group")


def state(inspection: Inspection, name: str, where: Node | Place) -> None:
    """Check that a state exists; an empty name was refused before."""
    states = inspection.definition.states
    if name and name not in states:
        hint = did_you_mean(name, states) or f"There are: {', '.join(states)}."
        inspection.report(where, "unknown-state", f"no state named {quoted(name)}", hint)


def states(inspection: Inspection, names: tuple[str, ...], node: Node) -> None:
    """Check that states exist."""
    for name, where in each(node, names):
        state(inspection, name, where)


def field(inspection: Inspection, name: str, where: Node | Place) -> bool:
    """Say whether a field exists; note it when it does not."""
    fields = inspection.definition.fields
    if name not in fields:
        hint = did_you_mean(name, fields) or "Describe it under fields."
        inspection.report(where, "unknown-field", f"no field named {quoted(name)}", hint)
    return name in fields


def readable_field(inspection: Inspection, name: str, where: Node | Place) -> bool:
    """Say whether a field exists and may be read; note it when it does not, or is sensitive."""
    if not field(inspection, name, where):
        return False
    if inspection.definition.fields[name].shape.sealed:
        message = f"{quoted(name)} is sensitive, so it cannot be read here"
        inspection.report(where, "sensitive-read", message, "Let another field say what is needed.")
        return False
    return True


def written_field(inspection: Inspection, name: str, where: Node | Place) -> bool:
    """Say whether a field exists; note it when it does not, or when something keeps it so that nobody writes it."""
    if name in WRITABLE:
        message = f"{quoted(name)} may be asked for, in needs or ask, but not be written"
        inspection.report(where, "write-only", message)
        return False
    if name in inspection.kept:
        message = f"{quoted(name)} is kept by {inspection.kept[name]}, so nobody writes it"
        inspection.report(where, "kept-field", message, "Write what it follows from.")
        return False
    return field(inspection, name, where)


def asked(inspection: Inspection, names: tuple[str, ...], node: Node) -> None:
    """Check the names that a transition asks for."""
    for name, where in each(node, names):
        if name not in WRITABLE:
            written_field(inspection, name, where)


def people(inspection: Inspection, who: tuple[Who, ...], node: Node, *, anyone: bool = False) -> None:
    """Check names of people: a role, group, person or people field. `anyone` says whether that word may stand here."""
    for one, where in zip(who, items(node, len(who)), strict=True):
        if isinstance(one, Expression):
            _expression(inspection, one, where)
        elif not (anyone and one == ANYONE):
            _name(inspection, one, where)


def readers(inspection: Inspection, names: tuple[str, ...], node: Node) -> None:
    """Check who may read: only roles, groups and fields with people in them, because lists filter by them."""
    for name, where in each(node, names):
        meanings = _meanings(inspection, name)
        if meanings == ["person"]:
            hint = "Name a role, a group, or a field that holds people."
            inspection.report(where, "read-restricted", f"{quoted(name)} is a person, who cannot stand here", hint)
        else:
            _name(inspection, name, where)


def _name(inspection: Inspection, name: str, where: Node) -> None:
    if "." in name:
        _path(inspection, name, where)
        return
    meanings = _meanings(inspection, name)
    if len(meanings) > 1:
        message = f"{quoted(name)} could be a {' or a '.join(meanings)}"
        inspection.report(where, "ambiguous-name", message, "Give one of them another name.")
    elif not meanings and name in inspection.types:
        _people_type(inspection, name, inspection.types[name], where)
    elif not meanings:
        around = inspection.around
        known = (*around.roles, *around.groups, *_people_fields(inspection), *around.people)
        hint = did_you_mean(name, known) or "Write a role, a group, a person, or a field that holds people."
        inspection.report(where, "unknown-people", f"no role, group, person or field named {quoted(name)}", hint)


def _meanings(inspection: Inspection, name: str) -> list[str]:
    """List what a name of people could be."""
    around = inspection.around
    named = {
        "field": _people_fields(inspection),
        "role": around.roles,
        "group": around.groups,
        "person": around.people,
    }
    return [what for what, names in named.items() if name in names]


def _people_fields(inspection: Inspection) -> tuple[str, ...]:
    return tuple(name for name, kind in inspection.types.items() if _is_people(kind))


def _path(inspection: Inspection, path: str, where: Node) -> None:
    """Check `group.lead` by reading it as an expression would."""
    root = path.split(".", maxsplit=1)[0]
    if root not in inspection.types:
        hint = did_you_mean(root, inspection.types) or "Before the dot stands a field."
        inspection.report(where, "unknown-field", f"no field named {quoted(root)}", hint)
        return
    _people_type(inspection, path, inspection.expression(parse(path), where), where)


def _expression(inspection: Inspection, expression: Expression, where: Node) -> None:
    """Check an expression for people: besides a reference, it may give a text that names some."""
    found = inspection.expression(expression, where)
    if found.kind not in (Kind.TEXT, Kind.CHOICE):
        _people_type(inspection, expression.text, found, where)


def _people_type(inspection: Inspection, written: str, found: StaticType, where: Node) -> None:
    if not _is_people(found) and found.kind is not Kind.ANY:
        inspection.report(where, "not-people", f"{quoted(written)} is {found}, not people")


def _is_people(found: StaticType) -> bool:
    if found.kind is Kind.LIST:
        return found.entry is not None and _is_people(found.entry)
    return found.kind is Kind.REF and found.of in HOLDS_PEOPLE
