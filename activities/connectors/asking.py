"""The request that an action makes of its input: values are put into places of a template, never pasted into text."""

import json
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote, urlencode

from activities.actions import Refusal
from activities.connectors.declaring import IN_PATH, INPUT, Declared
from activities.connectors.sending import Question
from language.values import FieldType, Plain

WALKS = ("", ".", "..")
"""Segments of a path that lead elsewhere."""


def question(
    declared: Declared, url: str, given: Mapping[str, Plain], key: str, credential: tuple[str, str] | None
) -> Question:
    """Make the request of an action; `url` is where the connector begins, `key` what makes a repeat have no effect.

    Refuses an input that would lead to another path.
    """
    path = IN_PATH.sub(lambda found: _segment(found[1], given[found[1]]), declared.path)
    query = {name: _written(_filled(declared, value, given)) for name, value in declared.query.items()}
    asked = urlencode({name: value for name, value in query.items() if value is not None})
    headers = {"Accept": "application/json", "Idempotency-Key": quote(key, safe="/:._-~")}
    body = None
    if declared.body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(_filled(declared, declared.body, given), ensure_ascii=False).encode("utf-8")
    if credential is not None:
        headers[credential[0]] = credential[1]
    return Question(declared.method, f"{url.rstrip('/')}{path}{'?' * bool(asked)}{asked}", headers, body)


def _segment(name: str, value: Plain) -> str:
    """Write a value as one segment of a path, whatever is in it."""
    text = _written(value) or ""
    if text in WALKS:
        raise Refusal("badinput", f"{name} cannot be part of a path")
    return quote(text, safe="")


def _written(value: object) -> str | None:
    if value is None:
        return None
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def _filled(declared: Declared, template: object, given: Mapping[str, Plain]) -> object:
    """Fill in a template: a text that names an input becomes its value, everything else stays as it is."""
    if isinstance(template, dict):
        return {name: _filled(declared, each, given) for name, each in template.items()}
    if isinstance(template, list):
        return [_filled(declared, each, given) for each in template]
    if isinstance(template, str) and template.startswith(INPUT):
        name = template[len(INPUT) :]
        return _sent(declared.takes[name].type, given[name])
    return template


def _sent(kind: FieldType, value: Plain) -> object:
    """Give a value as JSON has it: a number as a number; money as a text, because nothing may round it."""
    if kind is not FieldType.NUMBER or value is None:
        return value
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)
