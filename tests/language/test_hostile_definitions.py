"""Hostile files: a definition meant to escape, loop, exhaust memory or hang is refused at once, with a place."""

import time
from collections.abc import Callable

import pytest

from language.checker import check
from language.loader import load
from language.problems import LanguageError, Problem
from language.surroundings import Surroundings

AT_ONCE = 0.5
"""Seconds of processor time, the best of three: 0.1 on an ordinary machine, so that a slow one passes, too."""

LAUGHS = "a: &a [x, x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

FILES = {
    "a billion laughs": LAUGHS,
    "an anchor": "a: &a x",
    "an alias of nothing": "a: *nowhere",
    "an alias of itself": "a: &a [*a]",
    "a merge key": "a: {<<: {b: c}}",
    "an object of Python": "a: !!python/object/apply:os.system [id]",
    "a module of Python": "a: !!python/module:os",
    "a name of Python": "!!python/name:builtins.eval x",
    "a tag of its own": "a: !mine b",
    "binary data": "a: !!binary aGVsbG8=",
    "a directive": "%YAML 1.1\n%TAG ! tag:evil,2000:\n---\na: b",
    "several documents": "a: b\n---\nc: d",
    "a million brackets": "[" * 60_000,
    "a thousand mappings in each other": "".join(f"{' ' * each}a:\n" for each in range(300)),
    "brackets and braces by turns": "[{a: " * 10_000,
    "more than fits": "a: " + "x" * 70_000,
    "more than fits when counted in bytes": "a: " + "é" * 40_000,
    "as many keys as fit, all the same": "a: 1\n" * 13_000,
    "as many mistakes as fit": "a: *b\n" * 10_000,
    "as many open brackets as fit": "a: (\n" * 10_000,
    "a key that is a list": "? [a, b]\n: c",
    "a key that is a mapping": "{a: b}: c",
    "a key of thousands of characters": "x" * 60_000 + ": y",
    "a null character": "a: b\x00c",
    "an escape that hides": "a: b\x1b[2Jc",
    "a text that is turned round": "a: b\u202ec",
    "half of a pair": "a: b\ud800c",
    "a tab that indents": "a:\n\tb: c",
    "a quote without end": 'a: "' + "x" * 60_000,
    "an escape without end": 'a: "\\x',
    "nothing but comments": "# x\n" * 15_000,
    "question marks without end": "? " * 30_000,
    "dashes without end": "- " * 30_000,
    "colons without end": "a: " * 20_000,
}

DEFINITION = """\
process: trap
version: 1
title: Trap
number: TRA
owner: boss
start: {{to: open, by: [boss]}}
fields: {{word: text, {fields}}}
states:
  open:
    do: {do}
    transitions: {{end: {{to: over, by: [boss], {transition}}}}}
  over: {{final: true}}
"""


def trap(do: str = "[{set: {word: x}}]", fields: str = "amount: number", transition: str = "title: End") -> str:
    return DEFINITION.format(do=do, fields=fields, transition=transition)


DEFINITIONS = {
    "an expression that calls Python": trap(transition="when: word.__class__.__mro__"),
    "an expression that grows": trap(do="[{set: {word: ='a' * 1000000000}}]"),
    "a power of powers": trap(do="[{set: {amount: =9 ** 9 ** 9}}]"),
    "an expression that is deeper than the stack": trap(transition=f'when: "{"(" * 900}word is empty{")" * 900}"'),
    "a text that is a template in a template": trap(do='[{notify: "{{ word {{ word }} }}", to: [boss]}]'),
    "a text with a statement": trap(do='[{notify: "{% for a in word %}{{ a }}{% endfor %}", to: [boss]}]'),
    "a loop without end": trap(do="[{repeat: {do: [{set: {word: again}}]}}]"),
    "a loop of loops": trap(do="[{repeat: {at_most: 1000000000, do: [{set: {word: again}}]}}]"),
    "states that go round at once": trap(transition="when: word is empty").replace(
        "{to: over, by: [boss],", "{to: open, auto: true,"
    ),
    "a block that uses itself": trap(do="[{block: again}]") + "blocks: {again: {do: [{block: again}]}}\n",
    "a field that follows from itself": trap(fields="a: {type: number, value: =b}, b: {type: number, value: =a}"),
    "a table of more combinations than atoms": trap(
        fields=", ".join(
            f"f{n}: {{type: choice, options: [{', '.join(f'o{each}' for each in range(12))}]}}" for n in range(12)
        )
    )
    + "tables: {big: {given: ["
    + ", ".join(f"f{n}" for n in range(12))
    + "], gives: [word], rows: [["
    + ", ".join(["o1"] * 12)
    + ", x]]}}\n",
    "a duration of ages": trap(do=f"[{{wait: {'9' * 400} years}}]"),
    "a number of thousands of digits": trap(do=f"[{{set: {{amount: {'9' * 5_000}}}}}]"),
    "a number with a huge exponent": trap(do="[{set: {amount: 1e999999999}}]"),
    "a version beyond counting": trap().replace("version: 1", f"version: {'9' * 28}"),
    "steps in steps in steps": trap(do="[{do: " * 60 + "[]" + "}]" * 60),
    "a start that is its own end": trap().replace("to: open, by", "to: start, by"),
    "an action of the system": trap(do="[{call: os.system, with: {command: id}}]"),
}


REFUSED_AS = {
    "an expression that calls Python": "bad-expression",
    "an expression that grows": "bad-expression",
    "a power of powers": "bad-expression",
    "an expression that is deeper than the stack": "bad-expression",
    "a text that is a template in a template": "bad-expression",
    "a text with a statement": "bad-expression",
    "a loop without end": "repeat-without-end",
    "a loop of loops": "repeat-without-end",
    "states that go round at once": "dead-end",
    "a block that uses itself": "block-circle",
    "a field that follows from itself": "circular-value",
    "a table of more combinations than atoms": "table-gap",
    "a duration of ages": "bad-duration",
    "a number of thousands of digits": "bad-value",
    "a number with a huge exponent": "bad-value",
    "a version beyond counting": "bad-number",
    "steps in steps in steps": "too-deep",
    "a start that is its own end": "unknown-state",
    "an action of the system": "unknown-action",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_hostile_file_is_refused_at_once_with_a_place(text: str) -> None:
    problems = bounded(lambda: refused(lambda: load(text)))
    assert problems
    assert all(each.line > 0 and each.column > 0 and each.message for each in problems)


@pytest.mark.parametrize(("name", "code"), REFUSED_AS.items(), ids=REFUSED_AS)
def test_a_hostile_definition_is_refused_at_once_with_a_place(name: str, code: str) -> None:
    around = Surroundings(roles=("boss",))
    problems = bounded(lambda: refused(lambda: check(DEFINITIONS[name], around)))
    assert code in {each.code for each in problems if each.severity == "error"}
    assert all(each.line > 0 and each.column > 0 and each.message for each in problems)


def refused(read: Callable[[], object]) -> list[Problem]:
    """Give what is wrong with a file: what reading it raises, or the checker finds."""
    try:
        found = read()
    except LanguageError as error:
        return list(error.problems)
    return list(found) if isinstance(found, (list, tuple)) else []


def bounded(read: Callable[[], list[Problem]]) -> list[Problem]:
    """Read three times; at best it may take no longer than at once."""
    found: list[Problem] = []
    times = []
    for _ in range(3):
        began = time.process_time()
        found = read()
        times.append(time.process_time() - began)
    assert min(times) < AT_ONCE
    return found


def test_every_hostile_definition_has_its_answer() -> None:
    assert list(REFUSED_AS) == list(DEFINITIONS)
