"""The checker's view of an expression: the type it will have, and every mistake in it that can be found beforehand."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from language.durations import Duration
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
    constant_text,
    words,
)
from language.expressions import Expression
from language.inputs import ValueRefused, read
from language.problems import did_you_mean, quoted
from language.static_functions import call
from language.static_sums import negative, summed
from language.static_types import (
    ANY,
    NOTHING,
    NUMBER,
    OPEN,
    TEXT,
    TEXTS,
    YES_NO,
    Kind,
    Signature,
    StaticType,
    comparable,
    fits,
    joined,
)
from language.values import FieldType, Shape


class TypeProblem(NamedTuple):
    """A mistake `offset` characters into the expression (or the text it is in); `code` is stable."""

    offset: int
    code: str
    message: str
    hint: str = ""


class Inferred(NamedTuple):
    """The type of an expression and the mistakes in it, in the order of its text."""

    type: StaticType
    problems: tuple[TypeProblem, ...]


def infer(
    expression: Expression,
    types: Mapping[str, StaticType],
    functions: Mapping[str, Signature],
    attributes: Mapping[str, Mapping[str, StaticType]],
) -> Inferred:
    """Find the type of an expression.

    `types` are those of all names that can be read, `functions` the facts, `attributes` those of each kind a reference
    can be of; of a kind that is not there, any attribute may be read.
    """
    inference = _Inference(types, functions, attributes)
    found = inference.type(expression.root)
    return Inferred(found, tuple(sorted(inference.problems, key=lambda problem: problem.offset)))


def infer_condition(
    expression: Expression,
    types: Mapping[str, StaticType],
    functions: Mapping[str, Signature],
    attributes: Mapping[str, Mapping[str, StaticType]],
) -> Inferred:
    """Find the type of an expression that must be yes or no, as `infer` does."""
    inference = _Inference(types, functions, attributes)
    inference.condition(expression.root)
    return Inferred(YES_NO, tuple(sorted(inference.problems, key=lambda problem: problem.offset)))


_READ_AS = {
    Kind.NUMBER: FieldType.NUMBER,
    Kind.DATE: FieldType.DATE,
    Kind.DATETIME: FieldType.DATETIME,
    Kind.DURATION: FieldType.DURATION,
    Kind.SPAN: FieldType.DURATION,
}
_CONSTANTS = {"yes": "true", "no": "false", "null": "none"}


class _Inference:
    """One look through an expression, collecting what is wrong."""

    def __init__(
        self,
        types: Mapping[str, StaticType],
        functions: Mapping[str, Signature],
        attributes: Mapping[str, Mapping[str, StaticType]],
    ) -> None:
        self.types = types
        self.functions = functions
        self.attributes = attributes
        self.problems: list[TypeProblem] = []

    def type(self, node: Node) -> StaticType:
        """Find the type of a node, which may not be sensitive."""
        found = self.seen(node)
        if found.kind is Kind.SEALED:
            message = f"{words(node)} is sensitive, so it cannot be read here"
            return self.problem(node, "sensitive-read", message, f"Only this can be asked: {words(node)} is filled.")
        return found

    def seen(self, node: Node) -> StaticType:
        """Find the type of a node of which only is asked whether it is there."""
        return _RULES[type(node)](self, node)

    def problem(self, node: Node, code: str, message: str, hint: str = "") -> StaticType:
        """Note a mistake, once; what is wrong can be anything."""
        found = TypeProblem(node.offset, code, message, hint)
        if found not in self.problems:
            self.problems.append(found)
        return ANY

    def condition(self, node: Node) -> StaticType:
        """Expect yes or no."""
        found = self.type(node)
        if found.kind not in (Kind.YES_NO, *OPEN):
            hint = f"Compare it, or ask: {words(node)} is filled."
            self.problem(node, "not-a-condition", f"{words(node)} is {found}, not yes or no", hint)
        return YES_NO

    def expect(self, node: Node, expected: StaticType) -> StaticType:
        """Expect a type; of a text that is written here, one that can be read as it."""
        found, text = self.type(node), constant_text(node)
        if text is not None and expected.kind in _READ_AS:
            self.readable(node, text, expected)
        elif not fits(expected, found):
            self.problem(node, "wrong-type", f"{words(node)} is {found}, not {expected}")
        return found

    def readable(self, node: Node, text: str, wanted: StaticType) -> bool:
        """Say whether a written text can be read as a number, time or duration; one that cannot is a mistake."""
        try:
            read(Shape(_READ_AS[wanted.kind]), text)
        except ValueRefused as refused:
            self.problem(node, "wrong-type", refused.text)
            return False
        if wanted.kind is Kind.SPAN and Duration.parse(text).seconds is None:
            hint = "Use minutes, hours, days or weeks, or add it to a time and compare the times."
            self.problem(node, "wrong-type", f"only a calendar can tell how long {text} is", hint)
        return True

    def member(self, node: Node, of: StaticType, name: str) -> StaticType:
        """Find the type of an attribute of a reference or a row."""
        if of.kind in OPEN:
            return ANY
        if of.kind is Kind.REF:
            known = self.attributes.get(of.of)
            if name in ("id", "label"):
                return TEXT
        elif of.kind is Kind.ROW:
            known = of.columns
        else:
            return self.problem(node, "unknown-attribute", f"{of} has no {quoted(name)}")
        if known is None:
            return ANY
        if name not in known:
            hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
            return self.problem(node, "unknown-attribute", f"{of} has no {quoted(name)}", hint)
        return known[name]

    def same(self, left: Node, found: StaticType, right: Node, other: StaticType) -> None:
        """Expect two values that can be the same."""
        if (text := constant_text(right)) is not None:
            self._text_beside(right, text, found, left)
        elif (text := constant_text(left)) is not None:
            self._text_beside(left, text, other, right)
        elif not comparable(found, other):
            self._mismatch(left, found, other)

    def _text_beside(self, node: Node, text: str, other: StaticType, beside: Node) -> None:
        """Check a written text against the type of what it is compared with."""
        if other.kind is Kind.CHOICE and other.options and text not in other.options:
            hint = did_you_mean(text, other.options) or f"There are: {', '.join(other.options)}."
            self.problem(node, "unknown-option", f"{words(beside)} has no option {quoted(text)}", hint)
        elif other.kind in _READ_AS:
            self.readable(node, text, other)
        elif other.kind not in (*TEXTS, Kind.REF, *OPEN):
            hint = "Write true or false without quotes." if other.kind is Kind.YES_NO else ""
            self.problem(node, "wrong-type", f"{other} cannot be compared with a text", hint)

    def _mismatch(self, node: Node, found: StaticType, other: StaticType) -> None:
        self.problem(node, "wrong-type", f"{found} cannot be compared with {other}")


def _constant(_inference: _Inference, node: Constant) -> StaticType:
    if node.value is None:
        return NOTHING
    if isinstance(node.value, bool):
        return YES_NO
    return TEXT if isinstance(node.value, str) else NUMBER


def _name(inference: _Inference, node: Name) -> StaticType:
    if node.name in inference.types:
        return inference.types[node.name]
    constant = _CONSTANTS.get(node.name)
    hint = f"Write {constant}." if constant else did_you_mean(node.name, inference.types)
    return inference.problem(node, "unknown-name", f"no field or value named {quoted(node.name)}", hint)


def _attribute(inference: _Inference, node: Attribute) -> StaticType:
    return inference.member(node, inference.type(node.of), node.name)


def _item(inference: _Inference, node: Item) -> StaticType:
    of = inference.type(node.of)
    if of.kind is Kind.LIST:
        inference.expect(node.index, NUMBER)
        return of.entry or ANY
    if of.kind is Kind.ROW:
        inference.expect(node.index, TEXT)
    elif of.kind not in OPEN:
        inference.problem(node, "wrong-type", f"{words(node.of)} is {of}, which has no entries")
    return ANY


def _list(inference: _Inference, node: ListOf) -> StaticType:
    entry: StaticType | None = None
    for part in node.entries:
        found = inference.type(part)
        entry = found if entry is None else joined(entry, found)
    return StaticType(Kind.LIST, entry=entry or ANY)


def _compare(inference: _Inference, node: Compare) -> StaticType:
    left, right = inference.type(node.left), inference.type(node.right)
    if node.operator in ("in", "not in"):
        _membership(inference, node, left, right)
        return YES_NO
    before = len(inference.problems)
    inference.same(node.left, left, node.right, right)
    ordered = left.kind in _READ_AS or right.kind in _READ_AS or left.kind in OPEN or right.kind in OPEN
    if node.operator not in ("==", "!=") and len(inference.problems) == before and not ordered:
        hint = 'Name the values that are meant: in ["a", "b"].'
        inference.problem(node, "wrong-type", f"{left} has no order", hint)
    return YES_NO


def _membership(inference: _Inference, node: Compare, left: StaticType, right: StaticType) -> None:
    if isinstance(node.right, ListOf):
        for entry in node.right.entries:
            inference.same(node.left, left, entry, inference.type(entry))
    elif right.kind is Kind.LIST:
        inference.same(node.left, left, node.right, right.entry or ANY)
    elif right.kind not in OPEN and not (right.kind in TEXTS and left.kind in (*TEXTS, *OPEN)):
        inference.problem(node, "wrong-type", f"{left} cannot be in {right}")


def _presence(inference: _Inference, node: Presence) -> StaticType:
    inference.seen(node.of)
    return YES_NO


def _logic(inference: _Inference, node: And | Or | Not) -> StaticType:
    for part in node.parts:
        inference.condition(part)
    return YES_NO


def _choose(inference: _Inference, node: Choose) -> StaticType:
    inference.condition(node.condition)
    return joined(inference.type(node.then), inference.type(node.otherwise))


_RULES: dict[type, Callable[[_Inference, Any], StaticType]] = {
    Constant: _constant,
    Name: _name,
    Attribute: _attribute,
    Item: _item,
    ListOf: _list,
    Compare: _compare,
    Presence: _presence,
    And: _logic,
    Or: _logic,
    Not: _logic,
    Choose: _choose,
    Sum: summed,
    Negative: negative,
    Call: call,
}
