"""What comes from outside (events, results, errors) as values that expressions know and every store can hold.

Nobody has read it against a shape yet: numbers become exact, characters no text may hold are replaced, and what is
nested deeper than anything a process reads is left out.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite

from engine.record import Json
from language.durations import Duration
from language.inputs import unclean
from language.values import Ref, Value

DEEPEST = 20
"""Lists and mappings inside each other that are still looked into."""
LONGEST = 2_000
"""Characters of a text that goes into the journal."""
REPLACED = "\N{REPLACEMENT CHARACTER}"


def outside(value: Json, depth: int = DEEPEST) -> Value:
    """Give plain JSON from outside as the value it is; a number that is none (NaN, infinite) is empty.

    What is typed already, as local names are, stays what it is.
    """
    match value:
        case None | bool() | Decimal() | date() | timedelta() | Duration() | Ref():
            return value
        case str():
            return clean(value)
        case int():
            return Decimal(value)
        case float():
            return Decimal(repr(value)) if isfinite(value) else None
        case _ if not depth:
            return None
        case Mapping():
            return {clean(str(key)): outside(each, depth - 1) for key, each in value.items()}
        case _:
            return tuple(outside(each, depth - 1) for each in value)


def clean(text: str) -> str:
    """Replace what no text may hold: control characters but tab and newline, halves of pairs."""
    text = text.replace("\r\n", "\n")
    return "".join(REPLACED if unclean(each) else each for each in text) if unclean(text) else text


def brief(value: Json) -> str:
    """Give a text from outside as the journal keeps it: clean, and not longer than anybody reads."""
    text = clean(value if isinstance(value, str) else repr(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
