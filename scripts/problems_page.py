"""Writes the headings of docs/language/problems.md from the codes of the checker; a test says when it has drifted."""

from __future__ import annotations

from pathlib import Path

from language.codes import CODES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "language" / "problems.md"
BEGIN = "<!-- Written by scripts/problems_page.py from language/codes.py. -->\n"


def page(present: str) -> str:
    """Give the page as it should be: what stands before the codes stays, each of them is a heading made anew."""
    head = present.partition(BEGIN)[0]
    return "".join((head, BEGIN, *(f"\n## {code}\n\n{_prose(meaning)}\n" for code, meaning in CODES.items())))


def _prose(text: str) -> str:
    """Keep a sentence from being read as Markdown."""
    return "".join(f"\\{letter}" if letter in "*_<|[]" else letter for letter in text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
