"""Reads the documentation: its pages, and the examples in them."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LANGUAGE = DOCS / "language"
README = ROOT / "README.md"

PAGES = sorted(DOCS.rglob("*.md")) + ([README] if README.exists() else [])

_FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Example(NamedTuple):
    """A fenced block of a page: its language, its first line without `# ` (what it is), and its text."""

    page: Path
    line: int
    language: str
    what: str
    text: str

    @property
    def name(self) -> str:
        """`docs/language/fields.md:5`, for the name of a test."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def examples(language: str) -> list[Example]:
    """Give every fenced block in this language, page by page."""
    return [each for page in PAGES for each in _of(page) if each.language == language]


def _of(page: Path) -> list[Example]:
    text = page.read_text(encoding="utf-8")
    return [
        Example(page, text.count("\n", 0, found.start()) + 1, found[2], _what(found[3]), found[3])
        for found in _FENCE.finditer(text)
    ]


def _what(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first.removeprefix("# ") if first.startswith("# ") else ""


def prose(page: Path) -> str:
    """Give a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Give the relative links of a page."""
    return [link for link in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> list[str]:
    """Give what a link may name behind `#`: the headings, as they are written in addresses."""
    headings = _HEADING.findall(prose(page))
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
