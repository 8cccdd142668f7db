"""Draws the processes in docs/processes/, and says which cases prove their rules; a test says what has drifted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from language.diagram import diagram
from language.loader import load, plain
from language.mermaid import mermaid
from language.reading import read_definition

ROOT = Path(__file__).resolve().parent.parent
DEFINITIONS = ROOT / "definitions"
PAGES = sorted(
    page for page in (ROOT / "docs" / "processes").glob("*.md") if (DEFINITIONS / f"{page.stem}.yaml").exists()
)
"""The pages of processes; others in the folder have no definition of their name."""
DRAWN = re.compile(r"(?<=^```mermaid\n)stateDiagram-v2\n.*?(?=^```$)", re.MULTILINE | re.DOTALL)
RULE = re.compile(r"^(\d+)\. ", re.MULTILINE)
PROVEN = "<!-- Written by scripts/process_pages.py from the cases beside the definition. -->\n"


def page(path: Path) -> str:
    """Give a page as it should be: its diagram is that of the definition of the same name, its table of its cases."""
    source = (DEFINITIONS / f"{path.stem}.yaml").read_text(encoding="utf-8")
    drawn = mermaid(diagram(read_definition(source)))
    text, written, _old = DRAWN.sub(lambda _old: drawn, path.read_text(encoding="utf-8")).partition(PROVEN)
    return text + written + _table(path) if written else text


def rules(path: Path) -> list[int]:
    """Give the numbers of the rules that a page lists, in its order."""
    return [int(number) for number in RULE.findall(path.read_text(encoding="utf-8"))]


def cases(path: Path) -> list[dict[str, Any]]:
    """Give the cases beside the definition of a page, as they are written."""
    written: Any = plain(load((DEFINITIONS / f"{path.stem}.test.yaml").read_text(encoding="utf-8")))
    return list(written["cases"])


def _table(path: Path) -> str:
    rows = (f"| {rule} | {'<br>'.join(_proving(path, rule))} |\n" for rule in rules(path))
    return "".join(("\n| Rule | Cases |\n|---|---|\n", *rows))


def _proving(path: Path, rule: int) -> list[str]:
    return [str(case["name"]) for case in cases(path) if rule in [int(each) for each in case.get("rules", ())]]


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(page(each), encoding="utf-8")
