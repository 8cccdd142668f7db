"""The JSON Schemas of `definitions/organisation/*.yaml`, and of the head of a message."""

from collections.abc import Mapping

from language.json_schemas.forms import (
    DURATION,
    SCALAR,
    WORD,
    WRITES,
    Form,
    either,
    keyed,
    list_of,
    matching,
    named,
    schema,
)
from language.messages import KEYS
from language.organisation import PLURALS
from language.organisation_reading import NAMED_IN_DEFINITIONS
from language.organisation_rows import ALL, COMMUNICATION_KEYS, DAYS, EMAIL, ID, KINDS, SPAN

ROW_ID: Form = either(matching(ID.pattern, "An id is written in letters, digits, _ . and -."), {"type": "integer"})
ROW_IDS = list_of(ROW_ID, least=0)
DAY = list_of(matching(SPAN.pattern, "An opening time is written 09:00-17:30.", "09:00-17:30"))

INSIDE: Mapping[str, Form] = {
    **dict.fromkeys(
        ("manager", "lead", "secretary", "owner", "group", "service", "agreement", "calendar", "person", "delegate"),
        ROW_ID,
    ),
    **dict.fromkeys(("roles", "groups"), ROW_IDS),
    "services": either({"enum": [ALL]}, ROW_IDS),
    "items": ROW_IDS,
    "communication": list_of(keyed(COMMUNICATION_KEYS, {"audience": ROW_ID, "every": DURATION})),
    "email": matching(EMAIL.pattern, "A mail address is written ann@company.example."),
    "hours": {"type": "object", "properties": dict.fromkeys(DAYS, DAY), "additionalProperties": False},
    "holidays": list_of(SCALAR),
    "targets": named(either(DURATION, {"type": "object", "additionalProperties": DURATION})),
    "start": WRITES,
    **dict.fromkeys(("from", "until"), SCALAR),
}
"""Keys of rows that read more than a single value, or an id."""


def organisation_schema() -> Form:
    """Give it; a form that is missing raises LookupError, which names it."""
    kinds = {
        plural: named(keyed(KINDS[kind].keys, INSIDE), WORD if kind in NAMED_IN_DEFINITIONS else ROW_ID)
        for kind, plural in PLURALS.items()
    }
    whole = {"type": "object", "properties": kinds, "additionalProperties": False}
    return schema("An organisation of Steward", whole, {})


def message_schema() -> Form:
    """Give the schema of what stands between the two lines `---` of `definitions/messages/NAME.md`."""
    return schema("The head of a message of Steward", keyed(KEYS), {})
