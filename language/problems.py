"""The mistakes found in what people write: where each one is, what is wrong and what to do about it.

Everything the language refuses is one tree, so that an edge can catch it in one place:

    ValueError
    ├── LanguageError     a text with problems, each with its line and column
    ├── DurationError     a text that is not a duration (language.durations)
    └── CalendarError     opening hours, a zone or holidays that cannot be (language.calendars)
"""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import Literal, NamedTuple

LONGEST_QUOTE = 60
FARTHEST = 6
"""How many characters longer or shorter a word may be that somebody meant."""
MOST_COMPARED = 500
MOST_PROBLEMS = 100
"""Nobody reads more, and a hostile text cannot make us collect more."""


class Problem(NamedTuple):
    """One mistake in a text; `line` and `column` count from 1, `code` is stable and may be searched for."""

    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Say it on one line, without the name of the file: `63:22 unknown-state: no state named "x". …`."""
        kind = "warning " if self.severity == "warning" else ""
        return f"{self.line}:{self.column} {kind}{self.code}: {sentence(self.message, self.hint)}"


class LanguageError(ValueError):
    """A text has problems; `problems` lists them in the order of the text, of more than 100 the first errors."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems sorted by line and column; the message lists them, one a line."""
        ordered = sorted(problems, key=lambda each: (each.severity != "error", each.line, each.column))
        self.problems = tuple(sorted(ordered[:MOST_PROBLEMS], key=lambda each: (each.line, each.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def sentence(message: str, hint: str = "") -> str:
    """Join what is wrong and what to do about it."""
    if not hint:
        return message
    stop = "" if message.endswith((".", "!", "?", ":")) else "."
    return f"{message}{stop} {hint}"


def quoted(word: str) -> str:
    """Put a word from a text in quotes for a message, on one line and not longer than 60 characters."""
    shown = word if len(word) <= LONGEST_QUOTE else word[: LONGEST_QUOTE - 1] + "…"
    printable = "".join(letter if letter.isprintable() else "�" for letter in shown)
    return f'"{printable}"'


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give `Did you mean "x"?` for the known word nearest to this one, or an empty text when none is near.

    Only words of about its length are compared, and at most 500 of them: a hostile text must not make this slow.
    """
    if len(word) > LONGEST_QUOTE:
        return ""
    alike = (name for name in known if abs(len(name) - len(word)) <= FARTHEST)
    spellings = {name.casefold(): name for name in islice(alike, MOST_COMPARED)}
    near = get_close_matches(word.casefold(), spellings, n=1)
    return f"Did you mean {quoted(spellings[near[0]])}?" if near else ""
