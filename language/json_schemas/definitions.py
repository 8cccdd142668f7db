"""The JSON Schema of `definitions/NAME.yaml`."""

from collections.abc import Mapping

from language.definition import Mode
from language.json_schemas.forms import (
    ACTION,
    DURATION,
    EVENT,
    EXPRESSION,
    SCALAR,
    WORD,
    WORDS,
    WRITES,
    YES_NO,
    Form,
    either,
    keyed,
    list_of,
    matching,
    named,
    ref,
    schema,
)
from language.reading import KEYS, NUMBER
from language.schema.blocks import BLOCK_KEYS
from language.schema.fields import FIELD_KEYS, OWN_FIELD_KEYS, SHAPE_KEYS
from language.schema.migration import MIGRATE_KEYS
from language.schema.states import STATE_KEYS
from language.schema.steps import BRANCH_KEYS, COMMON_KEYS, KINDS, REPEAT_KEYS, WAIT_KEYS
from language.schema.tables import MOST_ROWS, TABLE_KEYS
from language.schema.targets import TARGET_KEYS
from language.schema.transitions import DESTINATION_KEYS, START_KEYS, TOP_KEYS
from language.schema.transitions import STATE_KEYS as OWN_KEYS
from language.values import FieldType

STEPS, INSTANT_STEPS = ref("steps"), ref("instant_steps")

INSIDE: Mapping[str, Form] = {
    "id": WORD,
    "on_error": STEPS,
    "undo": STEPS,
    "approved": STEPS,
    "rejected": STEPS,
    "expired": STEPS,
    "do": STEPS,
    "mode": {"enum": [str(each) for each in Mode]},
    "at": ref("thresholds"),
    "form": ref("form"),
}
"""Keys of steps, and of what stands in them, that read more than a single value."""

SAYS: Mapping[str, Form] = {
    "task": SCALAR,
    "approval": SCALAR,
    "call": ACTION,
    "notify": SCALAR,
    "set": WRITES,
    "wait": either(DURATION, EXPRESSION, keyed(WAIT_KEYS)),
    "run": WORD,
    "start": WORD,
    "send": EVENT,
    "choose": {"type": "array", "items": keyed(BRANCH_KEYS, INSIDE), "minItems": 1},
    "repeat": keyed(REPEAT_KEYS, INSIDE),
    "together": {**named(STEPS), "minProperties": 1},
    "for_each": matching(r"[\s\S]+ in [\s\S]+", "A list to go through is written item in items.", "item in items"),
    "block": WORD,
    "rollback": WORD,
    "go": WORD,
    "fail": SCALAR,
    "do": STEPS,
}
"""How the value of each kind's word is written."""

WAYS: Mapping[str, Form] = {"to": ref("destinations"), "then": INSTANT_STEPS}
TYPE: Form = {"enum": [str(each) for each in FieldType]}


def definition_schema() -> Form:
    """Give it; a form that is missing raises LookupError or KeyError, which names it."""
    whole = keyed(
        KEYS,
        {
            "number": matching(NUMBER.pattern, "2 to 10 capital letters or digits: INC.", "INC"),
            "start": keyed(START_KEYS, WAYS),
            "fields": named(ref("field")),
            "tables": named(ref("table")),
            "targets": named(ref("target")),
            "blocks": named(keyed(BLOCK_KEYS, INSIDE)),
            "states": named(ref("state")),
            "transitions": named(keyed(TOP_KEYS, WAYS)),
            "migrate": keyed(MIGRATE_KEYS),
        },
    )
    return schema("A process of Steward", whole, _parts())


def _parts() -> Mapping[str, Form]:
    instant = [word for word, kind in KINDS.items() if kind.is_instant]
    shape = {
        "type": TYPE,
        "options": {**list_of(SCALAR), "uniqueItems": True},
        "of": either(WORD, named(ref("column"))),
        "sensitive": either(YES_NO, WORDS),
    }
    states = {"entry": INSTANT_STEPS, "do": STEPS, "on_error": STEPS, "transitions": named(keyed(OWN_KEYS, WAYS))}
    rows = {"type": "array", "items": {"type": "array"}, "minItems": 1, "maxItems": MOST_ROWS}
    return {
        "field": either(TYPE, keyed(FIELD_KEYS, shape)),
        "column": either(TYPE, keyed(SHAPE_KEYS, shape)),
        "form": {"type": "array", "items": either(WORD, named(either(TYPE, keyed(OWN_FIELD_KEYS, shape))))},
        "table": keyed(TABLE_KEYS, {"rows": rows}),
        "target": keyed(
            TARGET_KEYS,
            {"within": either(DURATION, {"type": "object", "additionalProperties": DURATION}), "at": ref("thresholds")},
        ),
        "thresholds": named(INSTANT_STEPS, matching("0*(?:[1-9][0-9]{0,2}|1000)%", "A share is written 75%.", "75%")),
        "state": keyed(STATE_KEYS, states),
        "destinations": either(WORD, {"type": "array", "items": keyed(DESTINATION_KEYS), "minItems": 1}),
        "steps": {"type": "array", "items": either(*(ref(f"step_{word}") for word in KINDS)), "minItems": 1},
        "instant_steps": {
            "type": "array",
            "items": either(*(ref(f"instant_{word}") for word in instant)),
            "minItems": 1,
        },
        **{f"step_{word}": _step(word) for word in KINDS},
        **{f"instant_{word}": _step(word, without="on_error") for word in instant},
    }


def _step(word: str, without: str = "") -> Form:
    keys = {name: key for name, key in {**KINDS[word].keys, **COMMON_KEYS}.items() if name != without}
    return {"title": word, **keyed(keys, INSIDE, **{word: SAYS[word]})}
