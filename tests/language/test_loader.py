"""The loader types as little as it can, knows every place, and refuses what would surprise."""

import time
from decimal import Decimal

import pytest

from language.loader import MappingNode, ScalarNode, SequenceNode, load, plain
from language.problems import LanguageError, Problem


def problems_of(text: str) -> tuple[Problem, ...]:
    """Give the problems for which a text is refused."""
    with pytest.raises(LanguageError) as refusal:
        load(text)
    return refusal.value.problems


def is_refused(text: str) -> bool:
    """Say whether a text has problems."""
    try:
        load(text)
    except LanguageError:
        return True
    return False


def codes_of(text: str) -> list[str]:
    """Give the place and code of each problem."""
    return [f"{problem.line}:{problem.column} {problem.code}" for problem in problems_of(text)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("1.10", Decimal("1.10")),
        ("-0.5", Decimal("-0.5")),
        ("010", "010"),
        ("22:30", "22:30"),
        ("2026-03-06", "2026-03-06"),
        ("no", "no"),
        ("on", "on"),
        ("True", "True"),
        ("~", "~"),
        ("1e3", "1e3"),
        ("1.", "1."),
        ("-x", "-x"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("٣", "٣"),
        ("9" * 30, "9" * 30),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  two\n  lines", "two\nlines"),
        ("=impact == 'high'", "=impact == 'high'"),
    ],
)
def test_only_plain_words_for_yes_no_nothing_and_numbers_are_typed(written: str, value: object) -> None:
    assert plain(load(f"a: {written}")) == {"a": value}


def test_a_number_keeps_what_was_written() -> None:
    assert load("1.10") == ScalarNode(Decimal("1.10"), "1.10", False, 1, 1)
    assert load("'1.10'") == ScalarNode("1.10", "1.10", True, 1, 1)


def test_every_node_knows_its_place() -> None:
    node = load("a: 1\nbé:\n  - x\n  - {c: y}\n")
    assert isinstance(node, MappingNode)
    assert [(entry.key, entry.key_line, entry.key_column) for entry in node.entries] == [("a", 1, 1), ("bé", 2, 1)]
    items = node.get("bé")
    assert isinstance(items, SequenceNode)
    assert (items.line, items.column) == (3, 3)
    assert [(item.line, item.column) for item in items.items] == [(3, 5), (4, 5)]


def test_keys_are_texts_and_looked_up_as_written() -> None:
    node = load("75%: a\n3: b\non: c\ntrue: d\n'<<': e\n")
    assert isinstance(node, MappingNode)
    assert node.keys == ("75%", "3", "on", "true", "<<")
    assert node.get("3") == ScalarNode("b", "b", False, 2, 4)
    assert node.get("4") is None


def test_a_definition_reads_as_it_looks() -> None:
    text = "states:\n  new: {do: [{call: x.y, with: {a: =b}}], final: true}\n  old: {when: len(a) == 1, to: '('}\n"
    assert plain(load(text)) == {
        "states": {
            "new": {"do": [{"call": "x.y", "with": {"a": "=b"}}], "final": True},
            "old": {"when": "len(a) == 1", "to": "("},
        }
    }


@pytest.mark.parametrize("text", ["\ufeffa: 1", "a: 1\r\n", "--- \na: 1\n...\n", "# said\na: 1\n"])
def test_what_editors_add_does_not_matter(text: str) -> None:
    assert plain(load(text)) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["1:1 empty-document"]),
        ("# nothing\n", ["1:1 empty-document"]),
        ("---\n", ["2:1 empty-document"]),
        ("a: 1\nb: 2\na: 3\na: 4", ["3:1 duplicate-key", "4:1 duplicate-key"]),
        ("a: &x 1", ["1:4 anchor"]),
        ("a: &x [1]", ["1:4 anchor"]),
        ("a: *x", ["1:4 alias"]),
        ("<<: {a: 1}", ["1:1 merge-key"]),
        ("a: !!str 1", ["1:4 tag"]),
        ("a: !x {b: 1}", ["1:4 tag"]),
        ("a: !x!y 1", ["1:4 tag"]),
        ("%YAML 1.2\n---\na: 1", ["1:1 directive"]),
        ("%TAG ! tag:x,2026:\n---\na: 1", ["1:1 directive"]),
        ("a: 1\n---\nb: 2", ["2:1 several-documents"]),
        ("a: 1\n...\nb", ["3:1 several-documents"]),
        ("a: \x07", ["1:4 control-character"]),
        ("a: 1\nb\u202e: \x00\nc: \x00", ["2:2 control-character", "3:4 control-character"]),
        ("a: \ud800", ["1:4 control-character"]),
        ('a: "\\0"', ["1:4 control-character"]),
        ('a: "x\\ry"', ["1:4 control-character"]),
        ("a: b: c", ["1:5 syntax"]),
        ("a: 'b\nc: d", ["1:4 syntax"]),
        ("a:\n\tb: 1", ["2:1 syntax"]),
        ("a: @b", ["1:4 syntax"]),
        ("a: *important*", ["1:4 syntax"]),
        ("a: 1\nb\nc: 2", ["2:1 syntax"]),
        ("a: {b: 1\nc: 2", ["2:2 syntax"]),
        ("a: |x", ["1:5 syntax"]),
        ("'': 1", ["1:1 empty-key"]),
        ("? [a, b: ]\n: c", ["1:3 key-not-text"]),
        ("a: {{ summary }}", ["1:5 key-not-text"]),
        ("a: 1\na: 2\nb: &x *y\n", ["2:1 duplicate-key", "3:4 anchor", "3:7 syntax"]),
    ],
)
def test_what_would_surprise_is_refused_where_it_stands(text: str, codes: list[str]) -> None:
    assert codes_of(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{when: frozen(items, start, end), to: x}", ["1:8 torn-value"]),
        ("{when: =f(g(a, b), c), to: x}", ["1:8 torn-value"]),
        ("[len(a, b), c]", ["1:2 torn-value"]),
        ("[[1], b)]", ["1:7 torn-value"]),
        ("{a: 1, b, c: , d: null}", ["1:8 missing-value", "1:11 missing-value"]),
        ("{when: frozen(items, start), a: f(x, start)}", ["1:8 torn-value", "1:33 torn-value"]),
        ("{when: items[0] == 1}", ["1:13 syntax"]),
        ("{when: a in [b, c] and d}", ["1:13 syntax"]),
    ],
)
def test_a_value_torn_by_its_commas_is_told_to_be_quoted(text: str, codes: list[str]) -> None:
    assert codes_of(text) == codes
    assert {problem.hint for problem in problems_of(text)} == {"Quote it: a comma ends a value inside { } or [ ]."}


@pytest.mark.parametrize(
    "text", ["{a: 'f(x, y)', b: \"(\"}", "{a: f(x), b: x == '('}", "a: f(x, y\n", "{a: '', b: null}"]
)
def test_a_value_that_is_whole_is_not(text: str) -> None:
    load(text)


AT_ONCE = 0.5
"""Seconds of processor time, the best of three: 0.1 on an ordinary machine, so that a slow one passes, too."""

HOSTILE = {
    "aliases that multiply": "a: &a [x]\n" + "".join(f"b{n}: &b{n} [{'*a, ' * 9}]\n" for n in range(500)),
    "open brackets": "[" * 65_000,
    "open brackets on lines": "[\n" * 32_000,
    "open groups": "{a: " * 16_000,
    "lists in lists": "- " * 32_000,
    "keys of keys": "? " * 32_000,
    "empty keys": "?\n" * 32_000,
    "unseen signs": "\x00\n" * 32_000,
    "same keys": "a: 1\n" * 13_000,
    "torn pieces": "- {a(,b}\n" * 7_000,
    "an unclosed quote": "'" + "x\n" * 30_000,
    "a long tag": "!" * 65_000 + " x",
    "too large": "x" * 70_000,
    "too large in bytes": "€" * 30_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.semantics("N1.7")
def test_a_hostile_text_is_refused_quickly(text: str) -> None:
    times = []
    for _ in range(3):
        began = time.process_time()
        assert len(problems_of(text)) <= 100
        times.append(time.process_time() - began)
    assert min(times) < AT_ONCE


def test_a_huge_number_stays_text() -> None:
    assert plain(load("a: " + "9" * 60_000)) == {"a": "9" * 60_000}


def test_many_keys_are_read_in_time_that_grows_with_them() -> None:
    began = time.process_time()
    node = load("".join(f"{number:x}:\n" for number in range(10_000)))
    assert isinstance(node, MappingNode)
    assert len(node.keys) == 10_000
    assert time.process_time() - began < 5  # with time that grows faster it would be minutes


def test_forty_values_inside_each_other_are_enough() -> None:
    assert plain(load("[" * 40 + "]" * 40))
    assert codes_of("[" * 41 + "]" * 41) == ["1:41 too-deep"]


def test_no_character_makes_the_parser_fail_in_another_way() -> None:
    suspects = (*range(0x100), *range(0x2020, 0x2070), 0xD800, 0xDFFF, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600)
    refused = {code_point for code_point in suspects if is_refused(f'a: "x{chr(code_point)}y"')}
    assert {ord(sign) for sign in '\x00\x1f\x7f\x85\u2028\u202e\ud800\uffff"\\'} <= refused
    assert not {ord(sign) for sign in "\t\n\r é\ufeff\ufffd\U0001f600"} & refused
