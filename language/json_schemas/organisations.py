"""The JSON Schemas of `definitions/organisation/*.yaml`, and of the head of a message."""

from collections.abc import Mapping

from language import organisation_rows as rows
from language.holidays import PATTERNS, REMEDY
from language.json_schemas.forms import (
    ANYTHING,
    DURATION,
    SCALAR,
    WORD,
    WORDS,
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
from language.organisation import ALL, PLURALS
from language.organisation_kinds import KINDS, RowKind
from language.organisation_reading import NAMED_IN_DEFINITIONS
from language.schema.keys import Read

ROW_ID: Form = either(matching(rows.ID.pattern, "An id is written in letters, digits, _ . and -."), {"type": "integer"})
ROW_IDS = list_of(ROW_ID, least=0)
SPANS = list_of(matching(rows.SPAN.pattern, "An opening time is written 09:00-17:30.", "09:00-17:30"))
HOLIDAY = matching(
    r"\s*(?:" + "|".join(PATTERNS.values()) + r")\s*",
    REMEDY,
    "2026-12-24",
    "25 December",
    "Easter + 1 day",
    "first Monday in May",
    "Wednesday before 23 November",
)

READERS: Mapping[Read, Form] = {
    rows.row_id: ROW_ID,
    rows.ids: ROW_IDS,
    rows.some_ids: list_of(ROW_ID),
    rows.some_services: either({"enum": [ALL]}, ROW_IDS),
    rows.classes: WORDS,
    rows.email: matching(rows.EMAIL.pattern, "A mail address is written ann@company.example."),
    rows.days: list_of(HOLIDAY),
    rows.local_time: SCALAR,
    rows.opening_hours: {
        "type": "object",
        "properties": dict.fromkeys(rows.DAYS, SPANS),
        "additionalProperties": False,
    },
    rows.duration_text: DURATION,
    rows.redundancy: matching(rows.REDUNDANCY.pattern, "A redundancy is written 1 of 2.", "1 of 2"),
    rows.communication: list_of(keyed(rows.COMMUNICATION, {"audience": ROW_ID, "every": DURATION})),
    rows.rings: list_of(keyed(rows.RING, {"bake": DURATION, "target": ROW_ID})),
    rows.target_times: named(either(DURATION, {"type": "object", "additionalProperties": DURATION})),
    rows.intake_start: WRITES,
    rows.event_values: WRITES,
    rows.event_value: ANYTHING,
}
"""What the readers of rows read."""


def organisation_schema() -> Form:
    """Give it; a form that is missing raises LookupError, which names it."""
    kinds = {
        plural: named(_row(KINDS[kind]), WORD if kind in NAMED_IN_DEFINITIONS else ROW_ID)
        for kind, plural in PLURALS.items()
    }
    whole = {"type": "object", "properties": kinds, "additionalProperties": False}
    return schema("An organisation of Steward", whole, {})


def _row(kind: RowKind) -> Form:
    inner = {name: READERS[column.read] for name, column in kind.columns.items() if column.read in READERS}
    return keyed(kind.keys, inner)


def message_schema() -> Form:
    """Give the schema of what stands between the two lines `---` of `definitions/messages/NAME.md`."""
    return schema("The head of a message of Steward", keyed(KEYS), {})
