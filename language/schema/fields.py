"""Reads the fields of a record, and those a task's form has for itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from language.definition import Field, FormField, Place
from language.loader import Entry, MappingNode, Node, ScalarNode, SequenceNode
from language.names import ANY, RESERVED
from language.problems import did_you_mean, quoted
from language.schema.keys import Key, Reading, kind_of, named, read_keys
from language.schema.written import (
    a_scalar,
    as_it_is,
    condition,
    expression,
    list_of,
    people,
    text,
    word,
    words,
    written,
    yes_no,
)
from language.values import FieldType, Shape

UNREADABLE = Shape(FieldType.LONG_TEXT)
"""The shape of a field whose type was refused: the very object tells it from a long text."""

NEEDS_OF = (FieldType.REF, FieldType.LIST)


def _option(reading: Reading, node: Node) -> str | None:
    option = None if a_scalar(reading, node, "an option") is None else text(reading, node)
    if option == ANY:
        reading.refuse(node, "bad-name", f"an option cannot be named {quoted(ANY)}: in tables it fits everything")
        return None
    return option


def _options(reading: Reading, node: Node) -> tuple[str, ...]:
    found = list_of(reading, node, _option)
    if len(set(found)) < len(found):
        reading.refuse(node, "named-twice", "an option is in this list twice", "Remove one of the two.")
    return found


def opened_to(reading: Reading, node: Node) -> tuple[str, ...] | None:
    """Read `sensitive`: true (who sees the record in full may read it), who may, or false."""
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return () if node.value else None
    return words(reading, node)


SHAPE_KEYS = {"type": Key(as_it_is, required=True), "of": Key(as_it_is), "options": Key(_options)}

FIELD_KEYS = {
    **SHAPE_KEYS,
    "title": Key(text),
    "help": Key(text),
    "required": Key(yes_no),
    "default": Key(written),
    "value": Key(expression),
    "valid": Key(condition),
    "when": Key(condition),
    "locked": Key(condition),
    "write": Key(people),
    "internal": Key(yes_no),
    "sensitive": Key(opened_to, "readers"),
    "index": Key(yes_no),
}

OWN_FIELD_KEYS = {key: FIELD_KEYS[key] for key in ("type", "of", "options", "title", "help", "required")}


def field(reading: Reading, entry: Entry) -> Field:
    """Read a field of the record; a bare word is its type."""
    if entry.key in RESERVED:
        message = f"{quoted(entry.key)} is a name every record has already"
        reading.refuse_key(entry, "name-taken", message, "Choose another name.")
    return _field(reading, entry, FIELD_KEYS)


def _field(reading: Reading, entry: Entry, keys: Mapping[str, Key]) -> Field:
    place = Place(entry.key_line, entry.key_column)
    if isinstance(entry.value, ScalarNode):
        kind = _type(reading, entry.value)
        return Field(entry.key, _shape(reading, entry.value, kind, None, ()), place)
    attributes = read_keys(reading, entry.value, keys, "a field")
    shape = _shape_of(reading, entry.value, attributes)
    if "readers" in attributes and shape is not UNREADABLE:
        shape = replace(shape, sealed=True)
    return Field(entry.key, shape, place, **attributes)


def _shape_of(reading: Reading, node: Node, attributes: dict[str, Any]) -> Shape:
    """Take `type`, `of` and `options` out of what was read and make a shape of them."""
    of, options, type_node = attributes.pop("of", None), attributes.pop("options", ()), attributes.pop("type", None)
    if type_node is None:
        return UNREADABLE
    return _shape(reading, node, _type(reading, type_node), of, options)


def _type(reading: Reading, node: Node) -> FieldType | None:
    scalar = a_scalar(reading, node, "the type of a field")
    if scalar is None:
        return None
    if scalar.text not in tuple(FieldType):
        hint = did_you_mean(scalar.text, FieldType) or f"There are: {', '.join(FieldType)}."
        reading.refuse(node, "unknown-type", f"no type named {quoted(scalar.text)}", hint)
        return None
    return FieldType(scalar.text)


def _shape(reading: Reading, node: Node, kind: FieldType | None, of: Node | None, options: tuple[str, ...]) -> Shape:
    if kind is None:
        return UNREADABLE
    if (kind is FieldType.CHOICE) != bool(options):
        message = "a choice needs its options" if kind is FieldType.CHOICE else f"a {kind} has no options"
        reading.refuse(node, "bad-options", message, "Options belong to a choice: {type: choice, options: [a, b]}.")
        return UNREADABLE
    if kind not in NEEDS_OF:
        if of is not None:
            reading.refuse(of, "bad-of", f"a {kind} is not of anything", "`of` belongs to ref and list.")
        return Shape(kind, options=options)
    if of is None:
        hint = f"Write {{type: {kind}, of: service}}, for example."
        reading.refuse(node, "bad-of", f"a {kind} must say of what", hint)
        return UNREADABLE
    return _list_of(reading, of) if kind is FieldType.LIST else Shape(kind, of=word(reading, of) or "")


def _list_of(reading: Reading, of: Node) -> Shape:
    """Read what each entry of a list is: a type, an organisation kind, or the columns of a row."""
    if isinstance(of, MappingNode):
        columns = named(reading, of, "the columns of a row", _column)
        return Shape(FieldType.LIST, columns=columns)
    name = word(reading, of)
    if name in (FieldType.CHOICE, FieldType.REF, FieldType.LIST):
        message = f"a list of {name} must be written as rows"
        reading.refuse(of, "bad-of", message, "Write of: {name: {type: …}}, with a name for the column.")
        return Shape(FieldType.LIST)
    if name in tuple(FieldType):
        return Shape(FieldType.LIST, of=Shape(FieldType(name)))
    return Shape(FieldType.LIST, of=name)


def _column(reading: Reading, entry: Entry) -> Shape:
    """Read a column of a row: a type as a bare word, or with `type`, `of` and `options`."""
    if isinstance(entry.value, ScalarNode):
        shape = _shape(reading, entry.value, _type(reading, entry.value), None, ())
    else:
        shape = _shape_of(reading, entry.value, read_keys(reading, entry.value, SHAPE_KEYS, "a column"))
    if shape.type is FieldType.LIST:
        reading.refuse_key(entry, "bad-of", "a column cannot hold a list", "Make it a field of its own.")
    return shape


def form(reading: Reading, node: Node) -> tuple[FormField, ...]:
    """Read the form of a task: names of the record's fields, and `{name: {type: …}}` for fields of its own."""
    if not isinstance(node, SequenceNode):
        message = f"a form is a list of fields, not {kind_of(node)}"
        reading.refuse(node, "wrong-kind", message, "Write form: [impact, {result: text}].")
        return ()
    return tuple(line for item in node.items for line in _form_lines(reading, item))


def _form_lines(reading: Reading, node: Node) -> tuple[FormField, ...]:
    place = Place(node.line, node.column)
    if isinstance(node, ScalarNode):
        name = word(reading, node)
        return () if name is None else (FormField(name, None, place),)
    own = named(reading, node, "fields of a form", lambda reading, entry: _field(reading, entry, OWN_FIELD_KEYS))
    return tuple(FormField(name, field, place) for name, field in own.items())
