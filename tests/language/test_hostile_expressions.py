"""Hostile expressions: nothing reaches Python, and nothing takes long or exhausts the stack."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.expressions import ExpressionError, parse, parse_text
from language.inference import infer
from language.operations import EvaluationRefused
from language.static_types import ANY, TEXT
from tests.language.scopes import value_of

TYPES = {"summary": TEXT, "result": ANY}

ATTEMPTS = [
    "''.__class__",
    "''['__class__']",
    "summary.__class__.__mro__[1].__subclasses__()",
    "result.__init__.__globals__['os']",
    "result['__class__']",
    "result['\\x5f\\x5fclass\\x5f\\x5f']",
    "[].__class__.__base__",
    "().__class__",
    "{}.__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "summary|attr('__class__')",
    "summary|map('upper')",
    "summary | format(summary)",
    "'%s' % summary",
    "'{0.__class__}'.format(summary)",
    "summary.format(summary)",
    "summary.upper()",
    "result.items()",
    "result.x()()",
    "len.__globals__",
    "len.__call__(summary)",
    "cycler.__init__.__globals__.os.popen('id').read()",
    "joiner()",
    "namespace()",
    "lipsum()",
    "dict()",
    "range(1000000000)",
    "self",
    "self._TemplateReference__context",
    "loop",
    "loop.index",
    "caller()",
    "varargs",
    "_('x')",
    "__import__('os')",
    "eval('1')",
    "open('/etc/passwd')",
    "getattr(summary, 'upper')",
    "config",
    "request.application",
    "lambda: 1",
    "[x for x in result]",
    "x := 1",
    "summary is callable",
    "summary is sameas(summary)",
    "summary is string",
    "f(*result)",
    "f(**result)",
    "'a' * 1000000000",
    "9 ** 9 ** 9 ** 9",
    "1 // 0",
    "'a' ~ 'b'",
    "{{ summary }}",
    "{% raw %}",
    "{# comment #}",
    "summary }} {{ result",
    "ｓummary",
    "summаry",
    "𝓈ummary",
    "sum\u200bmary",
    "summary\u202e",
    "summary.ﬁeld",
    "'\\N{BULLET}'",
    "'\\ud800'",
    "'\ud800'",
    "'a\x00b'",
    "1e999999999",
    "0x" + "f" * 1_000,
    "9" * 1_900,
    "True.__class__",
    "none.__class__",
    "result[::1]",
    "result[None:None]",
    "`id`",
    "$summary",
    "@summary",
    "summary\n{% if 1 %}",
]


@pytest.mark.parametrize("text", ATTEMPTS)
def test_a_way_out_of_the_language_is_refused_or_unknown_to_the_checker(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    assert infer(expression, TYPES, {}, {}).problems


@pytest.mark.parametrize("text", ["result.items", "result.keys", "result.get", "result.format", "result.pop"])
def test_an_attribute_reads_data_only(text: str) -> None:
    assert value_of(text, result={}) is None
    assert value_of(text, result={text.partition(".")[2]: "the field"}) == "the field"


@pytest.mark.parametrize("name", ["count", "index", "_fields", "__class__", "upper"])
def test_a_calculated_name_reads_no_attribute_of_a_python_value(name: str) -> None:
    for value in ("text", ("list",), True):
        with pytest.raises(EvaluationRefused):
            value_of("value[name]", value=value, name=name)
    assert value_of("value[name]", value={}, name=name) is None


REPEATED = [
    *(
        "(",
        "[",
        "-",
        "+",
        "not ",
        "not -",
        "(not -",
        "f(",
        "a[",
        "a.",
        "a+",
        "a-",
        "a<",
        "a,",
        "[a,",
        "a and ",
        "a or ",
    ),
    *(
        "a if b else ",
        "a if ",
        "a is b ",
        "a is empty(",
        "a|b",
        "'",
        "'\\",
        '"a"',
        "9",
        "9.",
        "9_",
        "1e",
        "a(",
        "()",
        "[]",
    ),
    *("{", "}", "{{", "}}", "#", "\\", "é", "a in ", "a==b==", "~", "not(", "-(", "x[0]", "f()"),
]


@pytest.mark.timeout(60)  # minutes, where the work grew with the square of the length
@pytest.mark.parametrize("piece", REPEATED)
def test_a_piece_repeated_without_end_is_refused_at_once(piece: str) -> None:
    for text in (piece * (2_000 // len(piece)), piece * (2_000 // len(piece) - 1) + "a", piece * 20_000):
        for read in (parse, lambda text: parse_text("{{" + text)):
            with pytest.raises(ExpressionError):
                read(text)


WORDS = [
    *(
        "a",
        "b",
        "1",
        "1.5",
        "'x'",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "=",
        "==",
        "!=",
        "<",
        "+",
        "-",
        "f(",
        "{{",
        "}}",
        "|",
        "*",
    ),
    *("in", "not", "and", "or", "if", "else", "is", "empty", "filled", ":", "_", "none", "true", "\\", "\n", "é"),
]


def refusal(text: str, read: Callable[[str], object]) -> ExpressionError | None:
    try:
        read(text)
    except ExpressionError as refused:
        return refused
    return None


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(max_size=60))
def test_any_text_is_read_or_refused_in_the_words_of_the_language(text: str) -> None:
    for refused in (refusal(text, parse), refusal(text, parse_text)):
        if refused is not None:
            assert 0 <= refused.offset <= len(text)
            assert "template" not in refused.message
