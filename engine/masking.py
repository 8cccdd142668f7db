"""What is shown, journalled and hashed in the place of a sealed value: that there is one, and nothing of it."""

from collections.abc import Mapping

from engine.record import Json
from language.definition import Definition
from language.values import SEALED


def mask(value: Json) -> Json:
    """Give what is shown of a sealed value in its place."""
    return None if value is None else {SEALED: True}


def same_sealed(value: Json) -> Json:
    """Give a value so that what is sealed always looks the same: sealing alike things twice makes different texts."""
    return SEALED if isinstance(value, Mapping) and value.keys() == {SEALED} else value


def is_sensitive(definition: Definition, name: str) -> bool:
    """Say whether there is a field of this name that is sensitive."""
    return name in definition.fields and definition.fields[name].shape.sealed
