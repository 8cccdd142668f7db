"""Keeps the code free of names that process owners choose (`make check`): no process, state or field of `definitions/`.

A name counts where it stands as a text of its own in a room that must not know it. It does not count where the language
uses the same word (a literal in `language/`), or where the word means something else, which `ELSEWHERE` says.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from language.reading import read_definition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("activities", "engine", "workflows", "api", "portal")

ELSEWHERE: Mapping[str, str] = {
    "assignee": "a filter that every list has",
    "cancelled": "Temporal's word for a call that was stopped",
    "closed": "the code of a refusal: the record has ended",
    "description": "a member of OpenAPI and of pictures",
    "failed": "the code of an error that says no more",
    "firing": "Alertmanager's word for an alert that goes on",
    "model": "FastAPI's word for the shape of an answer, in OpenAPI",
    "new": "the value behind a change, beside `old`",
    "pending": "the kind of problem whose outcome is not known yet",
    "priority": "a filter that every list has",
    "release": "the command that gives a claimed task back",
    "rolled_back": "the journal's word for a step that was undone",
    "scheduled": "the journal's word for a start by a schedule",
    "skipped": "what a person does with a step that has failed",
    "summary": "Alertmanager's annotation with a line for people",
}
"""Words that processes use and that have a meaning of their own in code."""


def names(root: Path) -> dict[str, str]:
    """Give every name that process owners have chosen, with what it is the name of."""
    found: dict[str, str] = {}
    for file in sorted((root / "definitions").glob("*.yaml")):
        if not file.name.endswith(".test.yaml"):
            definition = read_definition(file.read_text(encoding="utf-8"))
            found[definition.process] = "a process"
            found.update(dict.fromkeys(definition.states, f"a state of {definition.process}"))
            found.update(dict.fromkeys(definition.fields, f"a field of {definition.process}"))
    return found


def breaches(root: Path) -> Iterator[str]:
    """Say where a name of a definition stands in code, and which entry of `ELSEWHERE` is needed no more."""
    spoken = dict(_texts(root, ("language",)))
    chosen = {name: what for name, what in names(root).items() if name not in spoken}
    met: dict[str, None] = {}
    for text, place in _texts(root, ROOMS):
        met[text] = None
        if text in chosen and text not in ELSEWHERE:
            yield f'{place}: "{text}" is {chosen[text]}: no code may know it. Say it in the definition or the intake'
    for word in ELSEWHERE:
        if word not in chosen or word not in met:
            yield f'scripts/definition_names.py: "{word}" need not be told from a name any more: delete it'


def _texts(root: Path, rooms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Give every text that stands in the code of these rooms, with its place."""
    for room in rooms:
        for file in sorted((root / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value, f"{file.relative_to(root)}:{node.lineno}"


def main() -> int:
    """Print every breach; 1 when there is one."""
    found = list(breaches(ROOT))
    for each in found:
        print(each)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
