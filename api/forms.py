"""Fields as a form shows them, for processes and tasks."""

from typing import Any

from pydantic import BaseModel, Field

from language.definition import Definition, FormField, Literal
from language.definition import Field as Defined
from language.values import FieldType, Shape

SAID: dict[str, str] = {
    "comment": "a comment that everybody sees",
    "note": "a note that only agents see",
    "reason": "why",
}
"""What may be asked for without being a field: it becomes a line of the journal."""


class ShapeView(BaseModel):
    """What a field holds."""

    type: str
    of: str | None = Field(None, description="what a reference refers to, or each entry of a list")
    options: list[str] | None = None
    columns: dict[str, "ShapeView"] | None = Field(None, description="of a list of rows")


class FieldView(ShapeView):
    """A field: what it holds, and how it is asked for."""

    name: str
    title: str
    help: str = ""
    required: bool = False
    default: Any = None
    kept: bool = Field(False, description="kept up to date by the process: nobody writes it")
    internal: bool = Field(False, description="agents only")
    sensitive: bool = Field(False, description="sealed: shown to those who may read it, on the record alone")
    when: str | None = Field(None, description="the condition under which it is shown and required")
    locked: str | None = Field(None, description="the condition under which it is read-only")


def field_view(definition: Definition, name: str) -> FieldView:
    """Show a field of a record, or what a transition asks for besides fields."""
    field = definition.fields.get(name)
    if field is None:
        return FieldView(type="long_text", name=name, title=titled(name), help=SAID.get(name, ""))
    kept = field.value is not None or any(name in table.gives for table in definition.tables.values())
    return _field_view(field, kept)


def line_view(definition: Definition, line: FormField) -> FieldView:
    """Show a line of a task's form."""
    if line.own is not None:
        return _field_view(line.own, False)
    return field_view(definition, line.name).model_copy(update={"required": True})


def titled(name: str, title: str = "") -> str:
    """Give the title people read: the one that is written, else the name in words."""
    return title or name.replace("_", " ").capitalize()


def _field_view(field: Defined, kept: bool) -> FieldView:
    shape = _shape_view(field.shape)
    return FieldView(
        type=shape.type,
        of=shape.of,
        options=shape.options,
        columns=shape.columns,
        name=field.name,
        title=titled(field.name, field.title),
        help=field.help,
        required=field.required,
        default=field.default.value if isinstance(field.default, Literal) else None,
        kept=kept,
        internal=field.internal,
        sensitive=field.shape.sealed,
        when=field.when.text if field.when else None,
        locked=field.locked.text if field.locked else None,
    )


def _shape_view(shape: Shape) -> ShapeView:
    of: str | None = None
    if shape.type is FieldType.LIST and shape.columns is None:
        of = shape.of if isinstance(shape.of, str) else str(shape.entry.type)
    elif shape.type is FieldType.REF:
        of = shape.kind
    columns = None if shape.columns is None else {name: _shape_view(each) for name, each in shape.columns.items()}
    return ShapeView(type=str(shape.type), of=of, options=list(shape.options) or None, columns=columns)
