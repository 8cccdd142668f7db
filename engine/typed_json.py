"""Values of another record's fields as JSON that says what they are, because only that record's definition knows."""

from engine.record import Json
from language.values import FieldType, Shape, Value, typed


def shape_json(shape: Shape) -> Json:
    """Give as much of a shape as makes a plain value typed again."""
    of = shape_json(shape.of) if isinstance(shape.of, Shape) else shape.of
    columns = None if shape.columns is None else {name: shape_json(each) for name, each in shape.columns.items()}
    sealed = {"sealed": True} if shape.sealed else {}
    return {"type": str(shape.type), "of": of, "columns": columns, **sealed}


def typed_value(shape: Json, plain: Json) -> Value:
    """Give the typed form of a plain value, by what `shape_json` said of it."""
    return typed(_shape(shape), plain)


def _shape(stored: Json) -> Shape:
    of = _shape(stored["of"]) if isinstance(stored["of"], dict) else stored["of"]
    columns = stored["columns"]
    inner = None if columns is None else {name: _shape(each) for name, each in columns.items()}
    return Shape(FieldType(stored["type"]), of=of, columns=inner, sealed=stored.get("sealed", False))
