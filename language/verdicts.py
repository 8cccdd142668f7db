"""Decides conditions: yes, no or unknown, and in words why not ("open_tasks is 2, not 0"; "impact is empty").

The reasons are found by a second walk, only when the answer is not yes; a fact brings its own.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from language.evaluation import FUEL, Scope, Walk
from language.expression_tree import And, Call, Choose, Compare, Constant, Node, Not, Or, Presence, words
from language.expressions import Expression
from language.operations import EvaluationRefused, kind_in_words
from language.problems import quoted
from language.values import Unknown, Value, show

LONGEST_SAID = 60  # characters of a value in a reason


class Verdict(NamedTuple):
    """How a condition came out: True, False, or None for unknown, with the reasons when it is not True."""

    value: bool | None
    because: tuple[str, ...] = ()

    @property
    def yes(self) -> bool:
        """Whether it holds: unknown counts as no."""
        return self.value is True


YES: Final = Verdict(True)


def decide(expression: Expression, scope: Scope, fuel: int = FUEL) -> Verdict:
    """Decide a condition, which must be exactly yes or no. Raises EvaluationRefused when it is something else."""
    value = Walk(scope, fuel).run(expression)
    if value is True:
        return YES
    if not isinstance(value, bool | Unknown | None):
        raise EvaluationRefused(f"{quoted(expression.text)}: a condition must be yes or no, not {kind_in_words(value)}")
    walk = _Explaining(scope, fuel)
    return Verdict(False if value is False else None, tuple(dict.fromkeys(_because(walk, expression.root))))


class _Explaining(Walk):
    """A walk that looks at each node once, however often it is asked, and remembers what facts gave as their reason."""

    __slots__ = ("reasons", "seen")

    def __init__(self, scope: Scope, fuel: int) -> None:
        super().__init__(scope, fuel)
        self.seen: dict[int, Value] = {}
        self.reasons: dict[int, str] = {}

    def value(self, node: Node) -> Value:
        if id(node) not in self.seen:
            self.seen[id(node)] = super().value(node)
        return self.seen[id(node)]

    def heard(self, node: Call, reason: str) -> None:
        self.reasons[id(node)] = reason


def _because(walk: _Explaining, node: Node) -> Iterator[str]:
    """Say why a node has the value it has."""
    value = walk.value(node)
    if value is None:
        yield from _told(walk, node) or [f"{words(node)} is empty"]
    elif type(node) in _RULES:
        yield from _RULES[type(node)](walk, node, value)
    elif isinstance(value, Unknown):
        yield from value.because
    else:
        yield from _told(walk, node) or [f"{words(node)} is {_said(value)}"]


def _told(walk: _Explaining, node: Node) -> list[str]:
    """Collect the reasons that facts in a node brought."""
    own = [walk.reasons[id(node)]] if walk.reasons.get(id(node)) else []
    return own + [reason for part in node.parts for reason in _told(walk, part)]


def _and(walk: _Explaining, node: And, value: Value) -> Iterator[str]:
    """Name what failed or is unknown, up to the operand that decided; why all hold, when they do."""
    for part in node.parts:
        met = walk.value(part)
        if met is not True or value is True:
            yield from _because(walk, part)
        if met is False:
            return


def _or(walk: _Explaining, node: Or, value: Value) -> Iterator[str]:
    """Name every operand, none of which held; or the one that did."""
    for part in node.parts:
        met = walk.value(part)
        if met is True or value is not True:
            yield from _because(walk, part)
        if met is True:
            return


def _not(walk: _Explaining, node: Not, _value: Value) -> Iterator[str]:
    yield from _because(walk, node.of)


def _choose(walk: _Explaining, node: Choose, _value: Value) -> Iterator[str]:
    yield from _because(walk, node.condition)
    condition = walk.value(node.condition)
    if isinstance(condition, bool):
        yield from _because(walk, node.then if condition else node.otherwise)


def _presence(walk: _Explaining, node: Presence, value: Value) -> Iterator[str]:
    told = _told(walk, node)
    if told or isinstance(value, Unknown):
        yield from told or value.because  # type: ignore[union-attr]  # without a reason told it is unknown
    else:
        yield f"{words(node.of)} is {'filled' if value is node.filled else 'empty'}"


def _constant(_walk: _Explaining, node: Constant, _value: Value) -> Iterator[str]:
    yield f"it is written {words(node)}"


_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ORDERS = {
    "<": ("less than", "before"),
    "<=": ("at most", "at or before"),
    ">": ("more than", "after"),
    ">=": ("at least", "at or after"),
}


def _compare(walk: _Explaining, node: Compare, value: Value) -> Iterator[str]:
    told = _told(walk, node)
    if told or isinstance(value, Unknown):
        yield from told or value.because  # type: ignore[union-attr]  # without a reason told it is unknown
    elif node.operator in ("in", "not in"):
        yield _membership(walk, node, value is True)
    elif isinstance(node.left, Constant) and not isinstance(node.right, Constant):
        yield _met(walk, node.right, _MIRRORED[node.operator], node.left, value is True)
    else:
        yield _met(walk, node.left, node.operator, node.right, value is True)


def _met(walk: _Explaining, subject: Node, sign: str, other: Node, holds: bool) -> str:
    """Say what the subject is and, unless that says it all, what it was compared with."""
    value, limit = walk.value(subject), walk.value(other)
    said = f"{words(subject)} is {_said(value)}"
    if sign in ("==", "!="):
        return said if (sign == "==") is holds else f"{said}, not {_said(limit)}"
    order = _ORDERS[sign][isinstance(value, date)]
    return f"{said}, {'' if holds else 'not '}{order} {_said(limit)}"


def _membership(walk: _Explaining, node: Compare, holds: bool) -> str:
    inside = (node.operator == "in") is holds
    if isinstance(node.left, Constant):
        return f"{words(node.right)} {'holds' if inside else 'does not hold'} {words(node.left)}"
    value, whole = _said(walk.value(node.left)), _said(walk.value(node.right))
    return f"{words(node.left)} is {value}, {'' if inside else 'not '}one of {whole or 'an empty list'}"


def _said(value: Value) -> str:
    shown = show(value)
    return shown if len(shown) <= LONGEST_SAID else f"{shown[: LONGEST_SAID - 1]}…"


_RULES: dict[type, Callable[[_Explaining, Any, Value], Iterator[str]]] = {
    And: _and,
    Or: _or,
    Not: _not,
    Choose: _choose,
    Presence: _presence,
    Constant: _constant,
    Compare: _compare,
}
