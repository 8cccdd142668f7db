"""What the rules for single kinds of expression need of the inference they are part of (`language.inference`)."""

from collections.abc import Mapping
from typing import Protocol

from language.expression_tree import Node
from language.static_types import Signature, StaticType


class Inferring(Protocol):
    """A look through an expression that knows the names in it and collects what is wrong."""

    @property
    def functions(self) -> Mapping[str, Signature]:
        """The functions that are not built in."""

    def type(self, node: Node) -> StaticType:
        """Find the type of a node."""

    def problem(self, node: Node, code: str, message: str, hint: str = "") -> StaticType:
        """Note a mistake; what is wrong can be anything."""

    def readable(self, node: Node, text: str, wanted: StaticType) -> bool:
        """Say whether a written text can be read as a number, time or duration; one that cannot is a mistake."""

    def expect(self, node: Node, expected: StaticType) -> StaticType:
        """Expect a type."""

    def member(self, node: Node, of: StaticType, name: str) -> StaticType:
        """Find the type of an attribute of a reference or a row."""

    def same(self, left: Node, found: StaticType, right: Node, other: StaticType) -> None:
        """Expect two values that can be the same."""
