"""Whether parts of two versions of a definition say the same: where they are written does not count."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from language.definition import Definition, UseBlock
from language.expressions import Expression, Text


class Sameness:
    """Compares parts of an old version with parts of a new one."""

    def __init__(self, old: Definition, new: Definition) -> None:
        """Keep both, because the same `block` may stand for other steps."""
        self._old, self._new = old, new
        self._inside: dict[str, None] = {}

    def same(self, old: Any, new: Any) -> bool:  # noqa: ANN401 - any part of a definition
        """Say whether two parts do the same; a step that has got an `id` is the same step."""
        if isinstance(old, Expression | Text):
            return type(old) is type(new) and _written(old) == _written(new)
        if isinstance(old, UseBlock) and type(new) is UseBlock:
            return self._attributes(old, new) and self._same_block(old.block)
        if is_dataclass(old):
            return type(old) is type(new) and self._attributes(old, new)
        if isinstance(old, Mapping):
            return isinstance(new, Mapping) and list(old) == list(new) and self._all(old.values(), new.values())
        if isinstance(old, tuple | list):
            return type(old) is type(new) and len(old) == len(new) and self._all(old, new)
        return type(old) is type(new) and bool(old == new)

    def _all(self, old: Any, new: Any) -> bool:  # noqa: ANN401
        return all(self.same(one, other) for one, other in zip(old, new, strict=True))

    def _attributes(self, old: Any, new: Any) -> bool:  # noqa: ANN401
        names = [each.name for each in fields(old) if each.name != "place"]
        return all(
            (name == "id" and not getattr(old, name)) or self.same(getattr(old, name), getattr(new, name))
            for name in names
        )

    def _same_block(self, name: str) -> bool:
        """Compare the steps a block stands for; one that uses itself is compared once."""
        if name in self._inside:
            return True
        self._inside[name] = None
        same = self.same(self._old.blocks[name].do, self._new.blocks[name].do)
        del self._inside[name]
        return same


def _written(part: Expression | Text) -> str:
    return part.text if isinstance(part, Expression) else part.source
