"""Expressions: what can be written is read into a tree, and what cannot is refused where it stands."""

import pytest

from language.expression_tree import Call, Constant, words
from language.expressions import Expression, ExpressionError, Text, parse, parse_text


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("impact == 'high' and open_tasks == 0", '(impact == "high") and (open_tasks == 0)'),
        ("a or b or not c", "a or b or (not c)"),
        ("a or b and c", "a or (b and c)"),
        ("not a is empty", "a is filled"),
        ("a is not filled", "a is empty"),
        ("x is empty if c else y is filled", "(x is empty) if c else (y is filled)"),
        ("a if b else c if d else e", "a if b else (c if d else e)"),
        ("1 < x <= 1.10", "(1 < x) and (x <= 1.10)"),
        ("a != b", "a != b"),
        ("a not in ['x', \"y\"]", 'a not in ["x", "y"]'),
        ("a - -b + c", "a - -b + c"),
        ("tasks['first'].done", "tasks.first.done"),
        ("rows[0].title", "rows[0].title"),
        ("rows[n - 1]", "rows[n - 1]"),
        ("true and false", "true and false"),
        ("none", "none"),
        ("[]", "[]"),
        ("linked('change', 'problem', state=['open'],)", 'linked("change", "problem", state=["open"])'),
        (r"'it\'s \"so\"\\ \n'", '"it\'s "so"\\ �"'),
        ("a.items", "a.items"),
        (" ".join(["not a and"] * 40) + " b", " and ".join(["(not a)"] * 40) + " and b"),
        ("(" * 29 + "a" + ")" * 29, "a"),
    ],
)
def test_an_expression_is_understood(text: str, understood: str) -> None:
    assert words(parse(text).root) == understood


def test_an_expression_knows_what_it_reads_in_order_and_once() -> None:
    expression = parse(
        "service.agreement.hours > 4 and frozen(items, start) and service.owner == items and f(g(start))"
    )
    assert expression.names == ("service", "items", "start")
    assert expression.paths == (("service", "agreement", "hours"), ("items",), ("start",), ("service", "owner"))
    assert [call.function for call in expression.functions] == ["frozen", "f", "g"]


def test_a_path_ends_where_something_is_calculated() -> None:
    assert parse("rows[n].title").paths == (("rows",), ("n",))


def test_a_decimal_is_exactly_what_was_written() -> None:
    root = parse("1234567890123456789.10").root
    assert isinstance(root, Constant)
    assert str(root.value) == "1234567890123456789.10"


def test_every_call_keeps_its_place() -> None:
    (call,) = parse("a and len(b)").functions
    assert isinstance(call, Call)
    assert call.offset == 6


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "there is no expression. Write one"),
        ("a | upper", 2, '"|" is not part of the language. There are no filters'),
        ("a * 2", 2, "Only + and - can be written"),
        ("a ~ b", 2, "Join texts with +"),
        ("a[1:2]", 3, "last(list, n)"),
        ("a; b", 1, "Write one expression"),
        ("{'a': 1}", 0, "without braces"),
        ("{{ a }}", 0, "without braces"),
        ("a }}", 2, 'unexpected "}}"'),
        ("a -}}", 2, 'unexpected "-}}"'),
        ("a = b", 2, "Compare with =="),
        ("a, b", 1, "as a list"),
        ("(a, b)", 2, "as a list"),
        ("a[1, 2]", 1, "as a list"),
        ("a b", 2, 'unexpected "b"'),
        ("a &&b", 2, 'Write "and"'),
        ("a @ b", 2, 'unexpected character "@" (U+0040)'),
        ("a +", 3, "unexpected 'end of the expression'"),
        ("f(a", 3, "end of the expression"),
        ("'abc", 0, "the text that begins here has no end"),
        ("a)", 1, "Open and close brackets in pairs"),
        ("(a]", 2, "expected ')'"),
        ("'a' 'b'", 4, "Join them with +"),
        (r"'\x41'", 0, r"\x"),
        ("a.0", 2, "list[0]"),
        ("1e5", 0, "not a plain number"),
        ("1_000", 0, "not a plain number"),
        ("9" * 29, 0, "at most 28 digits"),
        ("naïve", 0, "plain letters"),
        ("_a", 0, "is not a name"),
        ("a._b", 2, "is not a name"),
        ("a['_b']", 2, "is not a name"),
        ("+a", 0, "Leave it out"),
        ("a == none", 5, '"is empty"'),
        ("none < a", 0, '"is empty"'),
        ("a is defined", 2, 'Ask with "is empty" or "is filled"'),
        ("a is not 5", 9, "expected 'name', got 'integer'"),
        ("a if b", 0, "a if b else c"),
        ("a.b()", 3, "only functions can be called"),
        ("f(a=1, a=2)", 9, "given twice"),
        ("a\x00", 0, "U+0000"),
        ("a + " * 500 + "a", 0, "too long"),
        ("a+" * 40 + "a", 19, "more than 30 deep"),
        ("[" + "a," * 400 + "]", 599, "more than 300 parts"),
    ],
)
def test_what_cannot_be_written_is_refused_where_it_stands(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert message in str(refused.value)
    assert refused.value.offset == offset


def shown(text: Text) -> list[str]:
    return [f"<{words(part.root)}>" if isinstance(part, Expression) else part for part in text.parts]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("Mail is down", ["Mail is down"]),
        ("Back out: {{ job.title }}!", ["Back out: ", "<job.title>", "!"]),
        ("{{a}}{{ b }}", ["<a>", "<b>"]),
        ("{{ '}}' }} }} {", ['<"}}">', " }} {"]),
        ("{{ a[0] }}\n", ["<a[0]>", "\n"]),
    ],
)
def test_a_text_is_pieces_and_expressions(text: str, parts: list[str]) -> None:
    assert shown(parse_text(text)) == parts


def test_an_expression_in_a_text_keeps_its_place_in_the_whole_text() -> None:
    (expression,) = parse_text("Back out: {{ job.title }}").expressions
    assert expression.text == "job.title"
    assert expression.root.offset == 17


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("x {{ a", 2, "Close the expression with }}"),
        ("x {{ (a }}", 8, "unexpected '}'"),
        ("x {{ a -}} b", 7, 'unexpected "-}}"'),
        ("x {{ }}", 5, "there is no expression"),
        ("x {{ a b }}", 7, 'unexpected "b"'),
        ("x {{ a", 2, "not closed"),
        ("{{ {{ a }} }}", 3, "without braces"),
        ("x {% if a %}", 2, "Only {{ expression }} is filled in"),
        ("x\x1b", 0, "U+001B"),
        ("x" * 32_001, 0, "too long"),
        ("{{a}}" * 201, 1_000, "too many expressions"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused_where_it_stands(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_text(text)
    assert message in str(refused.value)
    assert refused.value.offset == offset
