"""Tries a draft of a definition out: its mistakes, its scenarios, its drawing, and what differs from what is published.

Pure, and without the rest of the portal: it is done in a process of its own.
"""

import re
from typing import NamedTuple

from language.definition import Definition
from language.diagram import diagram
from language.drawing import in_words as drawn_in_words
from language.drawing import svg
from language.layout import layout
from language.organisation import Organisation
from language.problems import LanguageError
from language.reading import read_definition
from portal.definitions.differing import Change, Line, changes, lines
from portal.definitions.telling import in_words
from store.examining import Around, Draft, Examination, examine

_VERSION = re.compile(r"^version:[ \t]*[0-9]+", re.MULTILINE)


class Drawn(NamedTuple):
    """A draft as it would be: its picture, that in words, and what differs, in words and by line (None: too long)."""

    picture: str
    words: str
    changes: tuple[Change, ...]
    lines: tuple[Line, ...] | None


class Trial(NamedTuple):
    """What came of trying a draft; `drawn` is None where its form is wrong."""

    examination: Examination
    drawn: Drawn | None


class Before(NamedTuple):
    """What a draft is held against."""

    source: str

    def tried(self, draft: Draft, surroundings: Around) -> Trial:
        """Try a draft out."""
        return Trial(examine(draft, surroundings), self._drawn(draft.source, surroundings.organisation))

    def _drawn(self, source: str, around: Organisation) -> Drawn | None:
        try:
            draft = read_definition(source)
        except LanguageError:
            return None
        shown = diagram(draft)
        return Drawn(
            svg(shown, layout(shown), style=""),
            drawn_in_words(shown),
            changes(in_words(read_definition(self.source), around), in_words(draft, around)),
            lines(self.source, source),
        )


def raised(definition: Definition) -> str:
    """Give the text of a definition as the next version begins: with its version raised by one."""
    return _VERSION.sub(f"version: {definition.version + 1}", definition.source, count=1)
