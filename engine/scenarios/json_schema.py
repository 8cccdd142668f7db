"""The JSON Schema of `definitions/NAME.test.yaml`, for editors."""

from collections.abc import Mapping

from engine.scenarios.known import Known
from engine.scenarios.reading import MOST_RULES, case_keys, script_keys
from engine.scenarios.reading_expectations import expectation_keys
from engine.scenarios.reading_steps import KINDS, START, start_keys
from language.definition import Definition, Place, Transition
from language.json_schemas.forms import ANYTHING, DURATION, SCALAR, Form, either, keyed, list_of, named, ref, schema
from language.json_schemas.organisations import organisation_schema
from language.organisation import Organisation
from language.schema.keys import Key

NOBODY = Definition("", 0, "", "", "", "", "", Transition("start", Place(1, 1)), {}, {})
NOTHING = Known.of("", {"": NOBODY}, Organisation())
"""A test of no process in no organisation: it has all the keys that tests have, and no names."""

NAMES: Form = {"type": "object"}
INSIDE: Mapping[str, Form] = {
    **dict.fromkeys(("with", "given", "answers", "fields", "targets", "actions", "edit", "fact"), NAMES),
    **dict.fromkeys(("tests", "name", "at", "as", "refused", "record", "act", "start", "complete"), SCALAR),
    **dict.fromkeys(("claim", "release", "event", "comment", "note", "watch", "unwatch", "state", "fault"), SCALAR),
    **dict.fromkeys(("sent", "faults", "journal"), list_of(SCALAR, least=0)),
    "pass": either(DURATION, {**named(SCALAR), "required": ["until"]}),
    "rules": list_of({"type": "integer", "minimum": 1, "maximum": MOST_RULES}),
    "steps": ref("steps"),
    "expect": ref("expect"),
    "organisation": {key: value for key, value in organisation_schema().items() if key in ("type", "properties")},
    "cases": {"type": "array", "items": ref("case"), "minItems": 1},
}
"""How the values of keys are written, where that can be said without the names of a process."""


def script_schema() -> Form:
    """Give it; what it does not say of a value is left to the checker."""
    kinds: dict[str, Form] = {word: _keyed(kind.keys(NOTHING, NOBODY), word) for word, kind in KINDS.items()}
    kinds[START] = _keyed(start_keys(NOTHING, NOBODY), START)
    parts = {
        "case": _keyed(case_keys(NOTHING)),
        "steps": {"type": "array", "items": either(*(ref(f"step_{word}") for word in kinds)), "minItems": 1},
        "expect": _keyed(expectation_keys(NOTHING, NOBODY)),
        **{f"step_{word}": {"title": word, **form} for word, form in kinds.items()},
    }
    return schema("Tests of a process of Steward", _keyed(script_keys({})), parts)


def _keyed(keys: Mapping[str, Key], word: str = "") -> Form:
    """Describe a part by its keys; a step has its word, and may say which record it is about."""
    forms = {name: INSIDE.get(name, ANYTHING) for name in (*keys, "record")}
    if not word:
        return keyed(keys, forms)
    rest = {name: key for name, key in keys.items() if name != word}
    described = keyed(rest, forms, **{word: forms[word]})
    return {**described, "properties": {**described["properties"], "record": forms["record"]}}
