"""Defaults: what an empty field begins with, in a new record and in one moved to a version that has the field."""

from engine import faults, fields
from engine.scope import fill_shape
from engine.turn import Turn
from language.inputs import ValueRefused


def fill_default(turn: Turn, name: str) -> None:
    """Fill an empty field with its default; one that cannot be had is a fault, and the field stays empty."""
    field = turn.definition.fields[name]
    if field.default is None or turn.fields[name] is not None:
        return
    try:
        value = fields.known(turn, field.shape, fill_shape(turn, field.default, field.shape))
    except ValueRefused as refused:
        faults.stand_still(turn, "", "bad-default", f"{name} has no default: {refused}")
    else:
        fields.write(turn, name, value, "default")
