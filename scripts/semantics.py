"""Finds sentences of docs/language/semantics.md that nothing proves, and proofs of sentences there are not.

A sentence is proven by a case of tests/conformance whose name begins with its id (`B4.1, B4.2: what …`), or
by a test that is marked with it (`@pytest.mark.semantics("J1.2")`).
"""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("docs/language/semantics.md")
CASES = Path("tests/conformance")

ID = r"[A-N]\d+\.\d+"
SENTENCE = re.compile(rf"^\* \*\*({ID})\*\* ")
CASE = re.compile(r"^\s*- name: (.*)$")
NAMED = re.compile(rf"^[\"']?({ID}(?:, {ID})*): ")
MARK = re.compile(r"^\s*@pytest\.mark\.semantics\(([^)]*)\)")


class Named(NamedTuple):
    """An id as it stands in a file: of a sentence, or of what proves one."""

    id: str
    path: Path
    line: int

    def __str__(self) -> str:
        """`docs/language/semantics.md:12: B4.2`."""
        return f"{self.path}:{self.line}: {self.id}"


def sentences(root: Path) -> Iterator[Named]:
    """Every sentence of the page."""
    for number, line in _lines(root, PAGE):
        if found := SENTENCE.match(line):
            yield Named(found[1], PAGE, number)


def proofs(root: Path) -> Iterator[Named]:
    """Every id that a case or a marked test proves; a case without one is given the id `""`."""
    for path in sorted((root / CASES).glob("*.test.yaml")):
        place = path.relative_to(root)
        for number, line in _lines(root, place):
            if case := CASE.match(line):
                named = NAMED.match(case[1])
                yield from (Named(each, place, number) for each in (named[1].split(", ") if named else ("",)))
    for path in sorted((root / "tests").rglob("test_*.py")):
        place = path.relative_to(root)
        for number, line in _lines(root, place):
            if mark := MARK.match(line):
                yield from (Named(each, place, number) for each in re.findall(r'"([^"]*)"', mark[1]))


def problems(root: Path) -> Iterator[str]:
    """Say what is wrong: ids out of order or twice, without a proof, and proofs of nothing."""
    stated, proven = list(sentences(root)), list(proofs(root))
    for before, after in pairwise(stated):
        if _order(before.id) >= _order(after.id):
            yield f"{after} comes after {before.id}: number the sentences in order, each once"
    ids, shown = {each.id for each in stated}, {each.id for each in proven}
    for each in stated:
        if each.id not in shown:
            yield f"{each} has no proof: name it in a case of {CASES}/, or mark a test with it"
    for each in proven:
        if each.id not in ids:
            what = f"there is no sentence {each.id}" if each.id else "this case names no sentence"
            yield f"{each.path}:{each.line}: {what}: begin its name with the id of one of {PAGE}"


def _lines(root: Path, place: Path) -> Iterator[tuple[int, str]]:
    yield from enumerate((root / place).read_text(encoding="utf-8").splitlines(), start=1)


def _order(name: str) -> tuple[str, int, int]:
    paragraph, _, sentence = name.partition(".")
    return paragraph[0], int(paragraph[1:]), int(sentence)


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    found = list(problems(ROOT))
    for each in found:
        print(each)
    print(f"{len(list(sentences(ROOT)))} sentences, {len(list(proofs(ROOT)))} proofs, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
