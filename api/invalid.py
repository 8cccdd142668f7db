"""Says what is not right in a request as a person understands it: where, and what is to be written instead."""

from collections.abc import Mapping
from typing import Any

from engine.record import Reason

NUMBER, OBJECT, TRUTH = "must be a number", "must be a JSON object", "must be true or false"
WHOLE = "must be a whole number"
TIME = "must be a time with its zone, such as 2026-03-06T10:00:00Z (in an address, + is written %2B)"

WORDS: Mapping[str, str] = {
    "bool_parsing": TRUTH,
    "bool_type": TRUTH,
    "datetime_from_date_parsing": TIME,
    "datetime_parsing": TIME,
    "datetime_type": TIME,
    "dict_type": OBJECT,
    "extra_forbidden": "is no field here",
    "float_parsing": NUMBER,
    "float_type": NUMBER,
    "greater_than_equal": "must be {ge:g} or more",
    "int_from_float": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_type": WHOLE,
    "less_than_equal": "must be {le:g} or less",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "missing": "is missing",
    "model_attributes_type": OBJECT,
    "model_type": OBJECT,
    "string_too_long": "may have {max_length} characters at most",
    "string_too_short": "must not be empty",
    "string_type": "must be a text",
    "string_unicode": "must be text in Unicode",
    "timezone_aware": TIME,
    "too_long": "may have {max_length} characters at most",
    "too_short": "must not be empty",
}
"""What is said of each kind of mistake that pydantic finds; of others, what it says itself."""

CODES: Mapping[str, str] = {"extra_forbidden": "unknown-field", "missing": "required", "json_invalid": "bad-json"}
"""The codes of reasons, where they are not `bad-value`."""


def reason_of(wrong: Mapping[str, Any], place: str = "body") -> Reason:
    """Give the reason for a mistake that pydantic found; `loc` begins inside of `place`, a part of the request."""
    kind, path = str(wrong["type"]), ".".join(str(part) for part in wrong["loc"])
    code = CODES.get(kind, "bad-value")
    if kind == "json_invalid":
        return Reason("input", code, f"the body is not JSON: {wrong['ctx']['error']} at character {path}")
    if kind == "missing" and not path:
        return Reason("input", code, f"the {place} is missing: send JSON with Content-Type application/json", place)
    words = WORDS.get(kind, "")
    text = words.format(**wrong.get("ctx", {})) if words else str(wrong["msg"]).removeprefix("Value error, ")
    return Reason("input", code, f"{path or place}{' ' if words else ': '}{text}", path or place)
