"""The tree of an expression: few node types, which are all that can be written (`language.expressions` makes it).

Every node knows its `offset` in the text it was read from and the nodes it is made of (`parts`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from language.problems import quoted
from language.values import show

Comparison: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, a number, `true`, `false`, or `none` for empty."""

    value: str | Decimal | bool | None
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Name:
    """A field, a built-in or a local, by its name."""

    name: str
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """`of.name` or `of['name']`: something read from a reference, a row or an answer."""

    of: "Node"
    name: str
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """What it is read from."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Item:
    """`of[index]`: an entry of a list by its number from 0 (from the end: -1), or of a mapping by a calculated name."""

    of: "Node"
    index: "Node"
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """What it is read from, then the index."""
        return (self.of, self.index)


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`."""

    entries: "tuple[Node, ...]"
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """The entries."""
        return self.entries


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right`; a chain `a < b < c` is an And of two of these."""

    operator: Comparison
    left: "Node"
    right: "Node"
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Both sides."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Presence:
    """`of is filled`, or `of is empty` when `filled` is false."""

    of: "Node"
    filled: bool
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """What is asked about."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more operands."""

    parts: "tuple[Node, ...]"
    offset: int


@dataclass(frozen=True, slots=True)
class Or:
    """One of two or more operands."""

    parts: "tuple[Node, ...]"
    offset: int


@dataclass(frozen=True, slots=True)
class Not:
    """`not of`."""

    of: "Node"
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """What is negated."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Choose:
    """`then if condition else otherwise`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """As they are written: then, condition, otherwise."""
        return (self.then, self.condition, self.otherwise)


@dataclass(frozen=True, slots=True)
class Sum:
    """`left + right`, or `left - right`."""

    operator: Literal["+", "-"]
    left: "Node"
    right: "Node"
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """Both sides."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Negative:
    """`-of`."""

    of: "Node"
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """What is negated."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Call:
    """`function(args, name=value)`: a built-in function, or a fact to ask of the organisation."""

    function: str
    args: "tuple[Node, ...]"
    named: "tuple[tuple[str, Node], ...]"
    offset: int

    @property
    def parts(self) -> "tuple[Node, ...]":
        """The arguments, named ones last."""
        return (*self.args, *(value for _name, value in self.named))


Node: TypeAlias = (
    Constant | Name | Attribute | Item | ListOf | Compare | Presence | And | Or | Not | Choose | Sum | Negative | Call
)


def path_of(node: Node) -> tuple[str, ...]:
    """Give the dotted path a node reads (`service.agreement` → `("service", "agreement")`); `()` when it is no path."""
    names: list[str] = []
    while isinstance(node, Attribute):
        names.append(node.name)
        node = node.of
    return (node.name, *reversed(names)) if isinstance(node, Name) else ()


def constant_text(node: Node) -> str | None:
    """Give the text that is written at a node; None where it is anything else."""
    return node.value if isinstance(node, Constant) and isinstance(node.value, str) else None


def words(node: Node) -> str:
    """Write a node out again, for a sentence to people; texts in double quotes."""
    return _WORDS[type(node)](node)


def _constant(node: Constant) -> str:
    if isinstance(node.value, str):
        return quoted(node.value)
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return show(node.value) or "none"


def _call(node: Call) -> str:
    named = (f"{name}={words(value)}" for name, value in node.named)
    return f"{node.function}({', '.join((*map(words, node.args), *named))})"


def _inner(node: Node) -> str:
    """Write an operand, in brackets when it is itself put together with a word or sign."""
    written = words(node)
    return f"({written})" if isinstance(node, And | Or | Not | Choose | Compare | Presence | Sum) else written


_WORDS: dict[type, Callable[[Any], str]] = {
    Constant: _constant,
    Name: lambda node: node.name,
    Attribute: lambda node: f"{_inner(node.of)}.{node.name}",
    Item: lambda node: f"{_inner(node.of)}[{words(node.index)}]",
    ListOf: lambda node: f"[{', '.join(map(words, node.entries))}]",
    Compare: lambda node: f"{_inner(node.left)} {node.operator} {_inner(node.right)}",
    Presence: lambda node: f"{_inner(node.of)} is {'filled' if node.filled else 'empty'}",
    And: lambda node: " and ".join(map(_inner, node.parts)),
    Or: lambda node: " or ".join(map(_inner, node.parts)),
    Not: lambda node: f"not {_inner(node.of)}",
    Choose: lambda node: f"{_inner(node.then)} if {_inner(node.condition)} else {_inner(node.otherwise)}",
    Sum: lambda node: f"{words(node.left)} {node.operator} {_inner(node.right)}",
    Negative: lambda node: f"-{_inner(node.of)}",
    Call: _call,
}
