"""Evaluates expressions by walking their trees, with fuel, on what a scope knows; nothing is compiled.

An empty value makes what is asked about it *unknown*, which `and`, `or` and `not` carry as SQL does (Kleene). Whether a
condition holds, and why not, is for `language.verdicts`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from language import functions, operations
from language.expression_tree import (
    And,
    Attribute,
    Call,
    Choose,
    Compare,
    Constant,
    Item,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Presence,
    Sum,
    words,
)
from language.expressions import Expression, Text
from language.operations import Clocks, EvaluationRefused, OutOfFuel, kind_in_words
from language.problems import quoted
from language.values import Fact, Ref, Unknown, Value, show

FUEL = 2_000  # nodes and entries of lists that one evaluation may look at
_OF_REF: dict[str, Callable[[Ref], str]] = {"id": lambda ref: ref.id, "label": lambda ref: ref.label}


class Scope(Clocks, Protocol):
    """What an expression may ask. Whatever its methods raise passes through the evaluation untouched."""

    def name(self, name: str) -> Value:
        """Give the value of a field, built-in or local; None when it is empty."""

    def attribute(self, of: Ref, name: str) -> Value:
        """Give an attribute, other than `id` and `label`, of what a reference refers to; None when it is empty."""

    def call(self, function: str, args: tuple[Value, ...], named: Mapping[str, Value]) -> Value | Fact:
        """Answer a function that is not built in; its arguments are never empty or unknown."""


class Walk:
    """One evaluation: a scope, and the fuel that is left."""

    __slots__ = ("clocks", "fuel", "scope")

    def __init__(self, scope: Scope, fuel: int) -> None:
        """Begin with all the fuel."""
        self.scope = scope
        self.clocks: Clocks = scope
        self.fuel = fuel

    def run(self, expression: Expression) -> Value:
        """Evaluate a whole expression; a refusal says in which."""
        try:
            return self.value(expression.root)
        except EvaluationRefused as refused:
            raise type(refused)(f"{quoted(expression.text)}: {refused}") from None

    def value(self, node: Node) -> Value:
        """Evaluate one node."""
        self.fuel -= 1
        if self.fuel < 0:
            raise OutOfFuel("the expression looks at too much. Use shorter lists.")
        return _RULES[type(node)](self, node)

    def spend(self, amount: int) -> None:
        """Pay for looking at so many entries of a list."""
        self.fuel -= amount
        if self.fuel < 0:
            raise OutOfFuel("the expression looks at too much. Use shorter lists.")

    def member(self, value: Value, name: str) -> Value:
        """Read an attribute of a row or a reference; of what is empty, and where there is none, it is empty."""
        if value is None or isinstance(value, Unknown):
            return value
        if isinstance(value, Ref):
            return _OF_REF[name](value) if name in _OF_REF else self.scope.attribute(value, name)
        if isinstance(value, Mapping):
            return value.get(name)
        raise EvaluationRefused(f"{kind_in_words(value)} has no {quoted(name)}")

    def heard(self, node: Call, reason: str) -> None:
        """Take note of the reason a fact brought; an evaluation that need not explain itself forgets it."""


def evaluate(expression: Expression, scope: Scope, fuel: int = FUEL) -> Value:
    """Give the value of an expression, which may be Unknown. Raises EvaluationRefused (OutOfFuel is one)."""
    return Walk(scope, fuel).run(expression)


def render(text: Text, scope: Scope, fuel: int = FUEL) -> str:
    """Fill in a text, what is empty or unknown with nothing; each expression has the fuel. Raises EvaluationRefused."""
    return "".join(part if isinstance(part, str) else show(evaluate(part, scope, fuel)) for part in text.parts)


def gap(node: Node, value: Value) -> Unknown | None:
    """Say what is unknown about a value that something is asked of; None when nothing is."""
    if isinstance(value, Unknown):
        return value
    if value is None:
        return Unknown((f"{words(node)} is empty",))
    if isinstance(node, ListOf) and isinstance(value, tuple):
        return _together(*(gap(*pair) for pair in zip(node.entries, value, strict=True)))
    return None


def _together(*gaps: Unknown | None) -> Unknown | None:
    """Join what is unknown, each reason once."""
    because = dict.fromkeys(reason for unknown in gaps if unknown is not None for reason in unknown.because)
    return Unknown(tuple(because)) if because else None


def _attribute(walk: Walk, node: Attribute) -> Value:
    return walk.member(walk.value(node.of), node.name)


def _item(walk: Walk, node: Item) -> Value:
    of, index = walk.value(node.of), walk.value(node.index)
    if of is None or isinstance(of, Unknown):
        return of
    if unknown := gap(node.index, index):
        return unknown
    if isinstance(of, Mapping) and isinstance(index, str):
        return of.get(index)
    if type(of) is not tuple or not isinstance(index, Decimal) or index != index.to_integral_value():
        raise EvaluationRefused(f"{kind_in_words(of)} has no entry {quoted(show(index))}")
    return of[int(index)] if -len(of) <= index < len(of) else None


def _compare(walk: Walk, node: Compare) -> Value:
    left, right = walk.value(node.left), walk.value(node.right)
    if left is None or right is None or isinstance(left, Unknown) or isinstance(right, Unknown):
        unknown = (gap(side, value) for side, value in ((node.left, left), (node.right, right)) if not _whole(value))
        return _together(*unknown)
    if type(right) is tuple:
        walk.spend(len(right))
    answer = operations.compare(node.operator, left, right, walk.clocks)
    if answer is None:
        unknown_entries = _together(gap(node.left, left), gap(node.right, right))
        return unknown_entries or Unknown((f"an entry of {words(node.right)} is empty",))
    return answer


def _whole(value: Value) -> bool:
    return value is not None and not isinstance(value, Unknown)


def _presence(walk: Walk, node: Presence) -> Value:
    value = walk.value(node.of)
    return value if isinstance(value, Unknown) else (value is not None) is node.filled


def _and(walk: Walk, node: And) -> Value:
    return _decided_by(False, walk, node)


def _or(walk: Walk, node: Or) -> Value:
    return _decided_by(True, walk, node)


def _decided_by(decisive: bool, walk: Walk, node: And | Or) -> Value:
    """Take the operands in turn until one is decisive; one that is unknown leaves it open if no later one decides."""
    unknown: Unknown | None = None
    for operand in node.parts:
        value = walk.value(operand)
        if value is decisive:
            return decisive
        if not isinstance(value, bool):
            unknown = _together(unknown, _open(operand, value))
    return (not decisive) if unknown is None else unknown


def _open(node: Node, value: Value) -> Unknown:
    """Say why a condition is neither yes nor no; raise EvaluationRefused when it is no condition."""
    if value is None or isinstance(value, Unknown):
        return value or Unknown((f"{words(node)} is empty",))
    raise EvaluationRefused(f"{words(node)} is {kind_in_words(value)}, not yes or no")


def _not(walk: Walk, node: Not) -> Value:
    value = walk.value(node.of)
    return not value if isinstance(value, bool) else _open(node.of, value)


def _choose(walk: Walk, node: Choose) -> Value:
    value = walk.value(node.condition)
    if isinstance(value, bool):
        return walk.value(node.then if value else node.otherwise)
    return _open(node.condition, value)


def _sum(walk: Walk, node: Sum) -> Value:
    left, right = walk.value(node.left), walk.value(node.right)
    if not _whole(left) or not _whole(right):
        return _together(*(gap(n, v) for n, v in ((node.left, left), (node.right, right)) if not _whole(v)))
    rule = operations.add if node.operator == "+" else operations.subtract
    result = rule(left, right, walk.clocks)
    if isinstance(result, tuple):
        walk.spend(len(result))
    return result


def _negative(walk: Walk, node: Negative) -> Value:
    value = walk.value(node.of)
    return operations.negative(value) if _whole(value) else gap(node.of, value)


def _call(walk: Walk, node: Call) -> Value:
    args = tuple(walk.value(arg) for arg in node.args)
    named = {name: walk.value(value) for name, value in node.named}
    unknown = _together(*(gap(*pair) for pair in zip(node.parts, (*args, *named.values()), strict=True)))
    if unknown is not None:
        return unknown
    if node.function in functions.BUILT_IN:
        return functions.call(node.function, args, named, walk)
    answer = walk.scope.call(node.function, args, named)
    if isinstance(answer, Fact):
        walk.heard(node, answer.reason)
        return answer.value
    return answer


_RULES: dict[type, Callable[[Walk, Any], Value]] = {
    Constant: lambda _walk, node: node.value,
    Name: lambda walk, node: walk.scope.name(node.name),
    Attribute: _attribute,
    Item: _item,
    ListOf: lambda walk, node: tuple(walk.value(entry) for entry in node.entries),
    Compare: _compare,
    Presence: _presence,
    And: _and,
    Or: _or,
    Not: _not,
    Choose: _choose,
    Sum: _sum,
    Negative: _negative,
    Call: _call,
}
