"""Properties of expressions: three-valued logic, and that what the checker accepts can be evaluated and explained."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from language.durations import Duration
from language.expression_tree import Node
from language.expressions import Expression, ExpressionError, parse
from language.inference import infer
from language.operations import EvaluationRefused
from language.static_types import ANY, Signature, StaticType, type_of
from language.values import Fact, FieldType, Ref, Shape, Unknown, Value
from tests.language.scopes import value_of, verdict_of

TRUTHS = st.sampled_from(["yes", "no", "open"])
LOGIC = st.recursive(
    TRUTHS,
    lambda inner: st.one_of(
        inner.map("(not {})".format),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} and {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} or {pair[1]})"),
    ),
    max_leaves=12,
)
KNOWN: dict[str, Value] = {"yes": True, "no": False, "open": None}


def truth(text: str) -> bool | None:
    value = value_of(text, KNOWN)
    return None if isinstance(value, Unknown) or value is None else bool(value)


@settings(max_examples=60)
@given(LOGIC, LOGIC)
def test_logic_is_that_of_kleene(left: str, right: str) -> None:
    rank = {False: 0, None: 1, True: 2}
    first, second = truth(left), truth(right)
    assert rank[truth(f"{left} and {right}")] == min(rank[first], rank[second])
    assert rank[truth(f"{left} or {right}")] == max(rank[first], rank[second])
    assert rank[truth(f"not {left}")] == 2 - rank[first]


@settings(max_examples=60)
@given(LOGIC)
def test_a_condition_that_is_not_yes_always_has_a_reason(text: str) -> None:
    verdict = verdict_of(text, KNOWN)
    assert verdict.value is truth(text)
    assert verdict.yes is not bool(verdict.because)


SHAPES = {
    "summary": Shape(FieldType.TEXT),
    "impact": Shape(FieldType.CHOICE, options=("high", "low")),
    "cost": Shape(FieldType.MONEY),
    "done": Shape(FieldType.YES_NO),
    "day": Shape(FieldType.DATE),
    "start": Shape(FieldType.DATETIME),
    "limit": Shape(FieldType.DURATION),
    "caller": Shape(FieldType.USER),
    "names": Shape(FieldType.LIST),
    "people": Shape(FieldType.LIST, of=Shape(FieldType.USER)),
    "work": Shape(FieldType.LIST, columns={"title": Shape(FieldType.TEXT), "cost": Shape(FieldType.NUMBER)}),
}
TYPES = {name: type_of(shape) for name, shape in SHAPES.items()}
SAMPLES: dict[str, Value] = {
    "summary": "Mail is down",
    "impact": "high",
    "cost": Decimal("12.50"),
    "done": True,
    "day": date(2026, 3, 6),
    "start": datetime(2026, 3, 6, 12, tzinfo=UTC),
    "limit": Duration.parse("2 hours"),
    "caller": Ref("user", "ann", "Ann"),
    "names": ("a", "b"),
    "people": (Ref("user", "ann", "Ann"), Ref("user", "bob", "Bob")),
    "work": ({"title": "Disk", "cost": Decimal(1)}, {"title": None, "cost": None}),
}
FUNCTIONS = {"frozen": Signature((TYPES["people"],), TYPES["done"]), "later": Signature((), TYPES["start"])}
ANSWERS: dict[str, Value | Fact] = {"frozen": Fact(True, "a freeze"), "later": Fact(None, "no time is free")}
ATTRIBUTES: dict[str, dict[str, StaticType]] = {"user": {}}
OPERATORS = st.sampled_from(["==", "!=", "<", ">=", "in", "not in", "and", "or", "+", "-"])
LEAVES = st.sampled_from(
    [
        *SAMPLES,
        "'high'",
        "'Mail'",
        "'2 hours'",
        "'1 month'",
        "'2026-03-06'",
        "1",
        "0.5",
        "true",
        "none",
        "'title'",
        "'cost'",
    ]
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, OPERATORS, inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, inner, inner).map("({0[0]} if {0[1]} else {0[2]})".format),
        st.tuples(
            st.sampled_from(["len", "last", "without", "sum", "count", "frozen", "later"]), st.lists(inner, max_size=3)
        ).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        inner.map("(not {})".format),
        inner.map("(-{})".format),
        inner.map("({} is filled)".format),
        inner.map("({} is empty)".format),
        inner.map("{}[0]".format),
        inner.map("{}.id".format),
        inner.map("{}.title".format),
        st.lists(inner, max_size=3).map(lambda entries: f"[{', '.join(entries)}]"),
    ),
    max_leaves=6,
)


def parts(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from parts(part)


def known(node: Node) -> bool:
    """Say whether the checker knows the type of a node: about anything it finds nothing."""
    found = infer(Expression("", node, (), (), ()), TYPES, FUNCTIONS, ATTRIBUTES).type
    return found != ANY and (found.entry != ANY or node.parts == ())


ONLY_WHEN_EVALUATED = (
    "at most",
    "cannot be compared with one in",
    "no calendar reaches",
    "a whole number of entries",
    "no entry",
    "a date has no clock",
    "cannot be added to a date",
    "cannot be subtracted from a date",
)


def accepted(text: str) -> Expression | None:
    """Give the expression if it can be read and the checker knows all about it and finds nothing."""
    try:
        expression = parse(text)
    except ExpressionError:
        return None
    sound = not infer(expression, TYPES, FUNCTIONS, ATTRIBUTES).problems and all(map(known, parts(expression.root)))
    return expression if sound else None


def refusal(text: str, names: dict[str, Value]) -> str:
    """Say why an expression cannot be evaluated; a condition is explained, too."""
    try:
        value = value_of(text, names, answers=ANSWERS)
        if isinstance(value, bool):
            verdict = verdict_of(text, names, answers=ANSWERS)
            assert verdict.value is value
            assert verdict.yes is not bool(verdict.because)
    except EvaluationRefused as refused:
        return str(refused)
    return ""


@settings(max_examples=400)
@given(EXPRESSIONS, st.lists(st.sampled_from(sorted(SAMPLES)), max_size=4))
def test_what_the_checker_accepts_can_be_evaluated(text: str, empty: list[str]) -> None:
    if accepted(text):
        refused = refusal(text, SAMPLES | dict.fromkeys(empty))
        assert not refused or any(reason in refused for reason in ONLY_WHEN_EVALUATED)
