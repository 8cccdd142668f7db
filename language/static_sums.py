"""What the checker knows of `+` and `-`: numbers, texts, lists, and times with lengths of time."""

from language.durations import Duration
from language.expression_tree import Negative, Node, Sum, constant_text
from language.inferring import Inferring
from language.operations import DAY_UNITS
from language.static_types import (
    ANY,
    DURATION,
    LENGTHS,
    NUMBER,
    OPEN,
    SPAN,
    TEXT,
    TEXTS,
    TIMES,
    Kind,
    StaticType,
    joined,
)


def summed(inference: Inferring, node: Sum) -> StaticType:
    """Find what an addition or a subtraction gives."""
    left, right = inference.type(node.left), inference.type(node.right)
    if left.kind in OPEN or right.kind in OPEN:
        return ANY
    if left.kind in TIMES:
        return _beside_time(inference, node, left, node.right, right)
    if node.operator == "+" and right.kind in TIMES:
        return _beside_time(inference, node, right, node.left, left)
    if Kind.NUMBER in (left.kind, right.kind):
        inference.expect(node.left, NUMBER)
        inference.expect(node.right, NUMBER)
        return NUMBER
    return (_chained(left, right) if node.operator == "+" else None) or _no_sum(inference, node, left, right)


def _chained(left: StaticType, right: StaticType) -> StaticType | None:
    """Find what two texts or two lists give; None for anything else."""
    if left.kind in TEXTS and right.kind in TEXTS:
        return TEXT
    if left.kind is right.kind is Kind.LIST:
        return StaticType(Kind.LIST, entry=joined(left.entry or ANY, right.entry or ANY))
    return None


def _beside_time(inference: Inferring, node: Sum, time: StaticType, other: Node, found: StaticType) -> StaticType:
    """Find what a time and something else give."""
    if node.operator == "-" and found.kind is time.kind:
        return SPAN
    if found.kind in LENGTHS:
        return time
    if (text := constant_text(other)) is not None:
        if inference.readable(other, text, DURATION) and time.kind is Kind.DATE:
            _whole_days(inference, other, text)
        return time
    return _no_sum(inference, node, time, found)


def _whole_days(inference: Inferring, node: Node, text: str) -> None:
    if Duration.parse(text).unit not in DAY_UNITS:
        hint = f"Use {', '.join(DAY_UNITS)}, or a field of type datetime."
        inference.problem(node, "wrong-type", f"a date has no clock to add {text} to", hint)


def _no_sum(inference: Inferring, node: Sum, left: StaticType, right: StaticType) -> StaticType:
    message = f"{right} cannot be {'added to' if node.operator == '+' else 'subtracted from'} {left}"
    return inference.problem(node, "wrong-type", message)


def negative(inference: Inferring, node: Negative) -> StaticType:
    """Find what a minus before a value gives."""
    inference.expect(node.of, NUMBER)
    return NUMBER
