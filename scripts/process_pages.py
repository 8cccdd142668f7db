"""Draws the processes in docs/processes/ from their definitions; a test says when a page has drifted."""

from __future__ import annotations

import re
from pathlib import Path

from language.diagram import diagram
from language.mermaid import mermaid
from language.reading import read_definition

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs" / "processes").glob("*.md"))
DRAWN = re.compile(r"(?<=^```mermaid\n)stateDiagram-v2\n.*?(?=^```$)", re.MULTILINE | re.DOTALL)


def page(path: Path) -> str:
    """Give a page as it should be: its diagram is that of the definition of the same name."""
    source = (ROOT / "definitions" / f"{path.stem}.yaml").read_text(encoding="utf-8")
    drawn = mermaid(diagram(read_definition(source)))
    return DRAWN.sub(lambda _old: drawn, path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(page(each), encoding="utf-8")
