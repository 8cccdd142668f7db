"""How each kind of value is written, as JSON Schema: an entry of `FORMS` for every reader of `language.schema`.

A form may allow what the checker refuses, because it knows no names, but refuses nothing that the checker allows.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from language.durations import UNITS
from language.names import KEYWORDS, NAME, PATH
from language.schema import migration, written
from language.schema.keys import Key, Read

Form = Mapping[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"


def schema(title: str, whole: Form, parts: Mapping[str, Form]) -> Form:
    """Give the schema of a file; `parts` are those that `part` refers to by name."""
    return {"$schema": DRAFT, "title": title, **whole, "definitions": dict(parts)}


def ref(part: str) -> Form:
    """Refer to a part by its name."""
    return {"$ref": f"#/definitions/{part}"}


def matching(pattern: str, remedy: str, *examples: str) -> Form:
    """Describe texts of a pattern; the remedy is what editors say of others."""
    described = {"type": "string", "pattern": f"^(?:{pattern})$", "patternErrorMessage": remedy}
    return {**described, "examples": list(examples)} if examples else described


def either(*forms: Form) -> Form:
    """Describe what is written in one of several ways."""
    return {"anyOf": list(forms)}


def list_of(form: Form, least: int = 1) -> Form:
    """Describe a list; one of its members may stand for a list of one."""
    return either(form, {"type": "array", "items": form, "minItems": least})


def named(form: Form, names: Form | None = None) -> Form:
    """Describe `name: part` of one kind."""
    return {"type": "object", "propertyNames": names or FREE_NAME, "additionalProperties": form}


def keyed(keys: Mapping[str, Key], inner: Mapping[str, Form] | None = None, **more: Form) -> Form:
    """Describe a part by the table of its keys; `inner` has the forms of keys whose reader has none, `more` other keys.

    Raises LookupError for a key whose form nobody has said.
    """
    properties = {name: form_of(name, key.read, inner or {}) for name, key in keys.items()}
    required = [*more, *(name for name, key in keys.items() if key.required)]
    described = {"type": "object", "properties": {**more, **properties}, "additionalProperties": False}
    return {**described, "required": required} if required else described


def form_of(name: str, read: Read, inner: Mapping[str, Form]) -> Form:
    """Give the form of what a key's reader reads."""
    if name in inner:
        return inner[name]
    if isinstance(read, written.Number):
        return {"type": "integer", "minimum": read.least, "maximum": read.most}
    if isinstance(read, written.OneOf):
        return {"enum": list(read.choices)}
    if read in FORMS:
        return FORMS[read]
    raise LookupError(f"nobody has said how {name!r} is written: add its reader to FORMS of {__name__}")


def _spelt(words: Iterable[str]) -> str:
    """Give a pattern for one of some words in small and capital letters, with any space between."""
    letters = {
        word: "".join(f"[{each}{each.upper()}]" if each.isalpha() else r"\s+" for each in word) for word in words
    }
    return "|".join(letters.values())


ANYTHING: Form = {}
SCALAR: Form = {"type": ["string", "number", "boolean"]}
"""A single value: YAML types what the language takes as text, such as `1.10`."""
YES_NO: Form = {"type": "boolean"}
WORD = matching(NAME.pattern, "A name is written in small letters, digits and _, and begins with a letter.")
FREE_NAME: Form = {**WORD, "not": {"enum": list(KEYWORDS)}}
WORDS = list_of(WORD)
EVENT = matching(written.EVENT.pattern, "An event is written like caller.replied.")
ACTION = matching(written.ACTION.pattern, "An action is written like routing.suggest_group.")
DURATION = matching(
    rf"\s*[0-9]+\s+(?:{_spelt(UNITS)})\s*",
    "A duration is written 15 minutes, 4 hours or 3 business days.",
    "15 minutes",
    "4 hours",
    "1 day",
    "4 business hours",
    "3 business days",
)
TIME = matching(
    r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}\S*( ?\S+)?\s*",
    "A time is written 2026-03-06 10:00.",
    "2026-03-06 10:00",
)
EXPRESSION = matching(r"=[\s\S]*", "An =expression is expected here.")
CONDITION: Form = {
    **SCALAR,
    "pattern": r"^(?!=)(?![\s\S]*\{\{)",
    "patternErrorMessage": "A condition has neither = at its beginning nor {{ }}.",
}
WHO = either(matching(PATH.pattern, "A role, a group, a person, or a field that holds people."), EXPRESSION)
PEOPLE = list_of(WHO)
WRITES: Form = {**named(ANYTHING), "minProperties": 1}

FORMS: Mapping[Read, Form] = {
    written.text: SCALAR,
    written.filled_text: SCALAR,
    written.word: WORD,
    written.words: WORDS,
    written.event_name: EVENT,
    written.action_name: ACTION,
    written.yes_no: YES_NO,
    written.duration: DURATION,
    written.time: TIME,
    written.duration_or_time: either(DURATION, EXPRESSION),
    written.condition: CONDITION,
    written.expression: EXPRESSION,
    written.votes: either(SCALAR, {"type": "object"}),
    written.written: ANYTHING,
    written.writes: WRITES,
    written.who: WHO,
    written.people: PEOPLE,
    migration.renamed: named(WORD),
}
"""Reader → form, of values that stand in many places."""
