"""Keeps the rules of the house that no linter knows, and prints the guides to look at (`make check`)."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("language", "engine", "workflows", "activities", "store", "api", "portal", "cli", "demo")
MODULES = ("worker", "settings")
OURS = (*ROOMS, *MODULES)

# import-linter knows packages only: what the two root modules may not import is kept here.
BARRED = {"worker.py": ("cli",), "settings.py": OURS}

# Where the order of things must never depend on a hash seed.
ORDERED = ("language", "engine", "workflows")

LONG_FILE, LONG_FUNCTION, COMPLEX_FUNCTION, SHOWN = 300, 40, 8, 10

# The code that silences the linter, followed by at least a few words.
REASON = re.compile(r"#\s*noqa:\s*[A-Z0-9, ]*BLE001\W+\w+\s+\w+")
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.match_case)

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Breach(NamedTuple):
    """A kept rule that a line breaks, and what to do about it."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        """`engine/advance.py:12: what is wrong and what to do`."""
        return f"{self.path}:{self.line}: {self.message}"


class Sign(NamedTuple):
    """A size worth a look: no fault, mostly a concept that has no name yet."""

    size: int
    place: str


class Source(NamedTuple):
    """A Python file of the project, read once; `path` is relative to the root."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        """The file's lines, the first at index 0."""
        return self.text.splitlines()


def sources(root: Path) -> Iterator[Source]:
    """Every module of the rooms, of the root and of scripts/, bench/ and chaos/, in order of path."""
    folders = (*ROOMS, "scripts", "bench", "chaos")
    paths = [path for folder in folders for path in (root / folder).rglob("*.py")]
    paths += [root / f"{module}.py" for module in MODULES if (root / f"{module}.py").exists()]
    for path in sorted(paths):
        text = path.read_text(encoding="utf-8")
        yield Source(path.relative_to(root), text, ast.parse(text, str(path)))


def breaches(source: Source) -> Iterator[Breach]:
    """Every kept rule that this file breaks."""
    yield from docstring_breaches(source)
    yield from import_breaches(source)
    if source.path.parts[0] in ORDERED:
        yield from order_breaches(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Raise) and raised_name(node) in {"Exception", "BaseException"}:
            message = f"`raise {raised_name(node)}` tells nothing: raise an error of this room's own tree"
            yield Breach(source.path, node.lineno, message)
        if isinstance(node, ast.ExceptHandler) and is_broad(node) and not REASON.search(source.lines[node.lineno - 1]):
            message = "broad `except`: name the errors, or say why with `# noqa: BLE001 - <reason>` on this line"
            yield Breach(source.path, node.lineno, message)


def docstring_breaches(source: Source) -> Iterator[Breach]:
    """A module opens with one sentence, on its own, that places it in the system."""
    docstring = ast.get_docstring(source.tree)
    if docstring is None:
        if source.text.strip():
            yield Breach(source.path, 1, "no docstring: open with one sentence that places this module in the system")
        return
    opening = docstring.split("\n\n", maxsplit=1)[0].replace("\n", " ").strip()
    if not opening.endswith((".", "?", ":")):
        yield Breach(source.path, 1, f"the docstring opens with no full sentence: {opening!r}")
    elif re.search(r"(?<!e\.)(?<!i\.)[a-z)`][.?] [A-Z]", opening):
        yield Breach(source.path, 1, "the docstring opens with several sentences: leave an empty line after the first")


def import_breaches(source: Source) -> Iterator[Breach]:
    """Imports of ours stand at the top of a module, and the root's own modules keep their arrows."""
    barred = BARRED.get(str(source.path), ())
    for line, name in imports(source.tree):
        if name in barred:
            yield Breach(source.path, line, f"{source.path} must not import {name}")
    inside = [found for node in ast.walk(source.tree) if isinstance(node, FUNCTIONS) for found in imports(node)]
    for line, name in dict.fromkeys(inside):
        if name in OURS:
            yield Breach(source.path, line, f"import of {name} inside a function: a cycle means a misplaced name")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The top-level names that are imported anywhere below `tree`, each with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.partition(".")[0]


def order_breaches(source: Source) -> Iterator[Breach]:
    """No loop over a set that is made on the spot: its order changes with the hash seed."""
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.For, ast.comprehension)) and is_set(node.iter):
            yield Breach(source.path, node.iter.lineno, "a set has no order: use sorted(), a tuple or a dict")


def is_set(node: ast.expr) -> bool:
    """Whether the expression makes a set."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in {"set", "frozenset"}
    return isinstance(node, (ast.Set, ast.SetComp))


def raised_name(node: ast.Raise) -> str:
    """The name of the raised class, or "" when it is no plain name."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return raised.id if isinstance(raised, ast.Name) else ""


def is_broad(node: ast.ExceptHandler) -> bool:
    """Whether it catches everything."""
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    everything = {"Exception", "BaseException"}
    return any(one is None or (isinstance(one, ast.Name) and one.id in everything) for one in caught)


def functions(source: Source) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the file with its place, `engine/advance.py:12 advance`."""
    for node in ast.walk(source.tree):
        if isinstance(node, FUNCTIONS):
            yield f"{source.path}:{node.lineno} {node.name}", node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Its lines, without its docstring."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def complexity(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """One more than its branches (McCabe)."""
    nodes = list(ast.walk(function))
    operators = sum(len(node.values) - 1 for node in nodes if isinstance(node, ast.BoolOp))
    return 1 + operators + sum(isinstance(node, BRANCHES) for node in nodes)


def show(title: str, signs: list[Sign], limit: int) -> None:
    """Print the largest that are over the limit; nothing when all are under it."""
    over = sorted((sign for sign in signs if sign.size > limit), reverse=True)
    if over:
        print(f"guide: {title} over {limit} ({len(over)})")
        for sign in over[:SHOWN]:
            print(f"  {sign.size:5}  {sign.place}")


def print_guides(files: list[Source]) -> None:
    """Print the ten largest of each kind that are over its limit."""
    named = [pair for source in files for pair in functions(source)]
    show("lines of a file", [Sign(len(source.lines), str(source.path)) for source in files], LONG_FILE)
    show("lines of a function", [Sign(length(function), place) for place, function in named], LONG_FUNCTION)
    show("complexity of a function", [Sign(complexity(function), place) for place, function in named], COMPLEX_FUNCTION)


def main() -> int:
    """Print the guides and the broken rules; 1 when a rule is broken."""
    files = list(sources(ROOT))
    print_guides(files)
    broken = [breach for source in files for breach in breaches(source)]
    for breach in broken:
        print(breach)
    print(f"{len(files)} modules, {len(broken)} broken rules")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
