"""The rules of the house that scripts/guides.py keeps, each on a few lines that break it."""

import ast
from pathlib import Path

import pytest

from scripts import guides

SENTENCE = '"""Places this module in the system."""\n'


def a_source(text: str, path: str = "engine/advance.py") -> guides.Source:
    """A module of the project with this text."""
    return guides.Source(Path(path), text, ast.parse(text))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("import ast\n", 1, "no docstring"),
        ('"""No full stop"""\n', 1, "no full sentence"),
        ('"""One sentence. Another."""\n', 1, "several sentences"),
        (SENTENCE + "def f():\n    from store import tables\n", 3, "import of store inside a function"),
        (SENTENCE + "raise Exception('no')\n", 2, "`raise Exception`"),
        (SENTENCE + "raise BaseException\n", 2, "`raise BaseException`"),
        (SENTENCE + "try:\n    f()\nexcept:\n    pass\n", 4, "broad `except`"),
        (SENTENCE + "try:\n    f()\nexcept (OSError, Exception):\n    pass\n", 4, "broad `except`"),
        (SENTENCE + "try:\n    f()\nexcept Exception:  # noqa: BLE001\n    pass\n", 4, "broad `except`"),
        (SENTENCE + "for seat in {1, 2}:\n    pass\n", 2, "a set has no order"),
        (SENTENCE + "seats = [seat for seat in frozenset(all_seats)]\n", 2, "a set has no order"),
    ],
)
def test_a_broken_rule_is_found_at_its_line(text: str, line: int, message: str) -> None:
    [breach] = guides.breaches(a_source(text))
    assert (breach.line, message in breach.message) == (line, True), breach


@pytest.mark.parametrize(
    "text",
    [
        "",
        '"""One sentence, e.g. This one.\n\nAnd then. As many. As you like."""\n',
        SENTENCE + "def f():\n    import ast\n",
        SENTENCE + "raise ValueError('no')\n",
        SENTENCE + "try:\n    f()\nexcept Exception:  # noqa: BLE001 - the worker must go on\n    raise\n",
        SENTENCE + "for seat in sorted({1, 2}):\n    pass\n",
    ],
)
def test_a_module_in_order_breaks_no_rule(text: str) -> None:
    assert list(guides.breaches(a_source(text))) == []


@pytest.mark.parametrize(("path", "name"), [("worker.py", "cli"), ("settings.py", "engine"), ("settings.py", "worker")])
def test_a_root_module_keeps_its_arrows(path: str, name: str) -> None:
    [breach] = guides.breaches(a_source(f"{SENTENCE}from {name} import thing\n", path))
    assert breach.message == f"{path} must not import {name}"


def test_a_docstring_does_not_make_a_function_long() -> None:
    source = a_source('def f():\n    """First.\n\n    Second.\n    """\n    return 1\n')
    [(place, function)] = guides.functions(source)
    assert (place, guides.length(function)) == ("engine/advance.py:1 f", 2)


def test_every_branch_adds_to_complexity() -> None:
    source = a_source("def f(a, b):\n    if a and b:\n        return [x for x in a]\n    return 1 if b else 2\n")
    [(_, function)] = guides.functions(source)
    assert guides.complexity(function) == 5
