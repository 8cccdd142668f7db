"""What comes from outside (events, results, errors) as values that expressions know and every store can hold.

What is named with characters no text may hold is refused. Nobody has read the rest against a shape yet: numbers become
exact, such characters are replaced, and what is nested deeper than anything a process reads is left out.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite

from engine.record import Event, Json, Reason
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


def unkeepable(event: Event) -> tuple[Reason, ...]:
    """Refuse an event that names something, or whose sender is named, with characters that no record can keep.

    What it carries besides is read against the fields it goes to, or by `outside`.
    """
    actor = event.actor
    who = "" if actor is None else "".join((actor.id, actor.label, *actor.roles, *actor.groups))
    if not unclean(f"{event.name}{event.id}{who}"):
        return ()
    named = (("name", event.name, "what it is for"), ("id", event.id, "its id"), ("actor", who, "who sends it"))
    return tuple(
        Reason(
            "input",
            "bad-value",
            f"{what} has the character {found} in its name, which cannot be kept. Remove it.",
            path,
        )
        for path, text, what in named
        if (found := unclean(text))
    )


def brief(value: Json) -> str:
    """Give a text from outside as the journal keeps it: clean, and not longer than anybody reads."""
    text = clean(value if isinstance(value, str) else repr(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
