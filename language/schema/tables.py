"""Reads decision tables: their cells become plain values of the fields they belong to."""

from language.definition import Place, Row, Table
from language.inputs import ValueRefused, read
from language.loader import Entry, Node, ScalarNode, SequenceNode, plain
from language.names import ANY
from language.schema.keys import Key, Reading, kind_of, read_keys
from language.schema.written import words

MOST_ROWS = 500


def _rows(reading: Reading, node: Node) -> tuple[SequenceNode, ...] | None:
    if not isinstance(node, SequenceNode) or not node.items:
        message = f"the rows of a table are a list, not {kind_of(node)}"
        reading.refuse(node, "wrong-kind", message, "Write - [cell, cell, …] for each.")
        return None
    if len(node.items) > MOST_ROWS:
        reading.refuse(
            node, "too-many-rows", f"{len(node.items)} rows are too many for a table", f"At most {MOST_ROWS}."
        )
        return None
    for item in node.items:
        if not isinstance(item, SequenceNode):
            reading.refuse(item, "wrong-kind", f"a row is a list of cells, not {kind_of(item)}", "Write - [cell, …].")
    return tuple(item for item in node.items if isinstance(item, SequenceNode))


TABLE_KEYS = {
    "given": Key(words, required=True),
    "gives": Key(words, required=True),
    "rows": Key(_rows, required=True),
}


def table(reading: Reading, entry: Entry) -> Table:
    """Read a table. Every row must have a cell for each name of `given` and `gives`."""
    attributes = read_keys(reading, entry.value, TABLE_KEYS, "a table")
    given, gives = attributes.get("given", ()), attributes.get("gives", ())
    rows = tuple(_row(reading, item, given, gives) for item in attributes.get("rows", ()))
    return Table(entry.key, given, gives, rows, Place(entry.key_line, entry.key_column))


def _row(reading: Reading, node: SequenceNode, given: tuple[str, ...], gives: tuple[str, ...]) -> Row:
    names = given + gives
    if len(node.items) != len(names):
        message = f"this row has {len(node.items)} cells, not {len(names)}"
        reading.refuse(node, "row-length", message, f"The cells are: {', '.join(names)}.")
    cells = (
        _given(reading, name, item) if number < len(given) else _value(reading, name, item)
        for number, (name, item) in enumerate(zip(names, node.items, strict=False))
    )
    return Row(tuple(cells), Place(node.line, node.column))


def _given(reading: Reading, name: str, node: Node) -> object:
    """Read a cell of the given side, where `any` fits everything."""
    return ANY if isinstance(node, ScalarNode) and node.text == ANY else _value(reading, name, node)


def _value(reading: Reading, name: str, node: Node) -> object:
    """Read a cell as a value of its field; without such a field it stays as it is written."""
    value = plain(node)
    shape = reading.shapes.get(name)
    try:
        return value if shape is None else read(shape, value)
    except ValueRefused as refused:
        reading.refuse(node, "bad-cell", f"{name}: {refused.text}")
        return value
