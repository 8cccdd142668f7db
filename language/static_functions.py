"""What the checker knows of functions: the arguments each takes and what it gives, built-in or a fact.

It looks at the arguments through the inference that meets the call (`language.inference`).
"""

from collections.abc import Callable

from language.expression_tree import Call, Node, constant_text, words
from language.functions import BUILT_IN
from language.inferring import Inferring
from language.problems import did_you_mean, quoted
from language.static_types import ANY, LIST, NUMBER, OPEN, TEXT, TEXTS, Signature, StaticType, fits


def call(inference: Inferring, node: Call) -> StaticType:
    """Find what a call gives, and look at its arguments."""
    if node.function in BUILT_IN:
        return _built_in(inference, node)
    signature = inference.functions.get(node.function)
    if signature is None:
        return _unknown_function(inference, node)
    if signature.judged is not None:
        return signature.judged(inference, node)
    _positional(inference, node, signature)
    _named(inference, node, signature)
    return signature.gives


def _positional(inference: Inferring, node: Call, signature: Signature) -> None:
    least = len(signature.takes) if signature.least is None else signature.least
    if not least <= len(node.args) <= len(signature.takes):
        number = str(least) if least == len(signature.takes) else f"{least} to {len(signature.takes)}"
        message = f"{node.function} takes {number} arguments before any named ones, not {len(node.args)}"
        inference.problem(node, "wrong-arguments", message)
    for arg, expected in zip(node.args, signature.takes, strict=False):
        inference.expect(arg, expected)


def _named(inference: Inferring, node: Call, signature: Signature) -> None:
    for name, value in node.named:
        inference.expect(value, ANY if signature.named is None else signature.named.get(name, ANY))
        if signature.named is not None and name not in signature.named:
            hint = did_you_mean(name, signature.named)
            inference.problem(value, "wrong-arguments", f"{node.function} takes no {quoted(name)}", hint)


def _unknown_function(inference: Inferring, node: Call) -> StaticType:
    known = (*BUILT_IN, *inference.functions)
    hint = did_you_mean(node.function, known) or f"There are: {', '.join(known)}."
    for part in node.parts:
        inference.type(part)
    return inference.problem(node, "unknown-function", f"no function named {quoted(node.function)}", hint)


def _built_in(inference: Inferring, node: Call) -> StaticType:
    function = BUILT_IN[node.function]
    if node.named or not function.least <= len(node.args) <= function.most:
        return inference.problem(node, "wrong-arguments", f"{node.function} is written {function.written}")
    return _BUILT_IN[node.function](inference, node)


def _len(inference: Inferring, node: Call) -> StaticType:
    found = inference.type(node.args[0])
    if found.kind not in (*TEXTS, *OPEN):
        inference.expect(node.args[0], LIST)
    return NUMBER


def _column(inference: Inferring, rows: Node, field: Node) -> StaticType:
    """Find the type of a named field of each row of a list."""
    found = inference.expect(rows, LIST)
    name = constant_text(field)
    if name is None:
        inference.expect(field, TEXT)
        return ANY
    return inference.member(field, found.entry or ANY, name)


def _total(inference: Inferring, node: Call) -> StaticType:
    found = _column(inference, *node.args)
    if not fits(NUMBER, found):
        inference.problem(node, "wrong-type", f"sum adds up numbers; {words(node.args[1])} is {found}")
    return NUMBER


def _count(inference: Inferring, node: Call) -> StaticType:
    *place, value = node.args
    entry = inference.expect(place[0], LIST).entry or ANY if len(place) == 1 else _column(inference, *place)
    inference.same(place[-1], entry, value, inference.type(value))
    return NUMBER


def _last(inference: Inferring, node: Call) -> StaticType:
    inference.expect(node.args[1], NUMBER)
    return inference.expect(node.args[0], LIST)


def _without(inference: Inferring, node: Call) -> StaticType:
    inference.expect(node.args[1], LIST)
    return inference.expect(node.args[0], LIST)


_BUILT_IN: dict[str, Callable[[Inferring, Call], StaticType]] = {
    "len": _len,
    "sum": _total,
    "count": _count,
    "last": _last,
    "without": _without,
}
